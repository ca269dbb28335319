import type { DecisionTree, TreeLeaf } from "@flamenco/policies/wire";
import { countEntries } from "./branches.js";

/** Controls and marks that could rewrite a terminal or fool a reader: trees come from other machines. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Text of unknown origin with every unprintable character shown as such. */
export const printable = (text: string): string => text.replace(unprintable, "\uFFFD");

/** `namespace/name@version#function` as `function`, unless two LFs of the tree share that name. */
export function shortNames(tree: DecisionTree): (lf: string) => string {
  const full = new Set(tree.nodes.flatMap(({ lf }) => (lf === undefined ? [] : [lf])));
  const short = (lf: string): string => lf.slice(lf.lastIndexOf("#") + 1);
  const uses = new Map<string, number>();
  for (const lf of full) uses.set(short(lf), (uses.get(short(lf)) ?? 0) + 1);
  return (lf) => printable(uses.get(short(lf)) === 1 ? short(lf) : lf);
}

/**
 * The shares of rows by label, where a drawing of the tree does not show them at its leaves because several branches end
 * there; undefined where it shows them, or nothing is known.
 */
export function describeLeaves(tree: DecisionTree): string | undefined {
  const entries = countEntries(tree);
  const shares = new Map<string | null, number>();
  let shared = false;
  for (const [index, node] of tree.nodes.entries()) {
    if (node.type !== "leaf" || typeof node.share !== "number") continue;
    shared ||= (entries.get(index) ?? 0) > 1;
    shares.set(node.label, (shares.get(node.label) ?? 0) + node.share);
  }
  if (!shared) return undefined;
  const words = [...shares]
    .sort((a, b) => b[1] - a[1])
    .map(([label, share]) => leafWords({ type: "leaf", label, share }));
  return `Of all rows: ${words.join(", ")}.`;
}

/** Label and, where known, the share of the rows that end at a leaf. */
export function leafWords({ label, share }: TreeLeaf): string {
  const percent = typeof share === "number" ? ` ${(share * 100).toFixed(1)} %` : "";
  return printable(`${label ?? "inconclusive"}${percent}`);
}
