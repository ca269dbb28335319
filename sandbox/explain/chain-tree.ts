import { FlamencoError } from "@flamenco/policies/errors";
import { DecisionTree, parseDocument, type TreeLeaf, type TreeTest } from "@flamenco/policies/wire";
import { ABSTAIN, type VoteHistogram } from "../labeling/index.js";

/** Nodes of one tree, as in the schema. */
const MOST_NODES = 8192;

export interface ChainLf {
  readonly name: string;
  /** The decision of this LF alone; leaves without a label are inconclusive. */
  readonly decision: DecisionTree;
}

/** LFs that hang in a chain. */
export interface ChainLfs {
  readonly lfs: readonly ChainLf[];
  /** Indices into `lfs`, first to hang first. */
  readonly order: readonly number[];
  /** The task's labels, in order. */
  readonly labels: readonly string[];
}

export interface ChainTreeInput extends ChainLfs {
  /** Votes of `lfs` on the rows whose shares the leaves show. Absent: leaves show none. */
  readonly histogram?: VoteHistogram;
}

/**
 * The paper's tree over a set of LFs (§3.3.4): in the given order, the next LF hangs at the previous one's inconclusive
 * leaves. Every LF appears once, for its inconclusive leaves lead to one place, and it has one leaf a label; so the tree is
 * a graph whose size is the sum of its LFs'. A leaf's share is that of the rows on which its LF is the first to vote, and
 * votes that label: exact, from patterns alone. What no row can reach because an LF always votes is left out.
 * @throws FLM_TOO_LARGE above 8192 nodes.
 * @throws FLM_INTERNAL when the order or the histogram does not fit the LFs, or a decision is not a tree.
 */
export function buildChainTree({ lfs, order, labels, histogram }: ChainTreeInput): DecisionTree {
  if (histogram !== undefined && (histogram.lfCount !== lfs.length || histogram.labelCount !== labels.length)) {
    throw new FlamencoError("FLM_INTERNAL", "The histogram must hold the votes of the tree's labeling functions.");
  }
  return hangChain({ lfs, order, labels }, histogram === undefined ? undefined : shareFirstVotes(order, histogram));
}

/** Shares of rows by LF and label, and of rows without a vote; undefined where a leaf shows none. */
export interface LeafShares {
  readonly byLf: readonly (readonly (number | undefined)[])[];
  readonly none: number | undefined;
}

/** The chain with these shares. @throws as `buildChainTree` */
export function hangChain({ lfs, order, labels }: ChainLfs, shares?: LeafShares): DecisionTree {
  checkOrder(order, lfs.length);
  const nodes: (TreeTest | TreeLeaf)[] = [];
  let open = true;
  for (const lf of order) {
    if (open) open = appendDecision(nodes, lfs[lf]!, (label) => shares?.byLf[lf]?.[labels.indexOf(label)]);
  }
  if (open) nodes.push(leaf({ label: null }, shares?.none));
  return parseDocument(DecisionTree, { nodes }, "tree");
}

/** Prediction of the chain for every pattern: the vote of the first LF, in order, that votes; -1 when none does. */
export function predictChain(order: readonly number[], { lfCount, patterns, counts }: VoteHistogram): Int8Array {
  checkOrder(order, lfCount);
  return Int8Array.from(counts, (_, pattern) => {
    const first = order.find((lf) => patterns[pattern * lfCount + lf]! >= 0);
    return first === undefined ? ABSTAIN : patterns[pattern * lfCount + first]!;
  });
}

/**
 * Append one LF's tests and then its leaves; inconclusive leaves become the index that follows them.
 * @returns whether an inconclusive leaf can be reached.
 */
function appendDecision(
  nodes: (TreeTest | TreeLeaf)[],
  { name, decision }: ChainLf,
  shareOf: (label: string) => number | undefined,
): boolean {
  const source = decision.nodes;
  const reachable = findReachable(source);
  const first = nodes.length;
  const tests = reachable.filter((index) => source[index]!.type === "test");
  const labels: string[] = [];
  let inconclusive = false;
  for (const index of reachable) {
    const node = source[index]!;
    if (node.type !== "leaf") continue;
    if (node.label === null) inconclusive = true;
    else if (!labels.includes(node.label)) labels.push(node.label);
  }
  const next = first + tests.length + labels.length;
  if (next >= MOST_NODES) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `The tree has more than ${MOST_NODES} nodes. Ask for fewer labeling functions.`,
    );
  }
  const placeOf = new Map(tests.map((index, position) => [index, first + position]));
  const target = (index: number): number => {
    const node = source[index]!;
    if (node.type === "test") return placeOf.get(index)!;
    return node.label === null ? next : first + tests.length + labels.indexOf(node.label);
  };
  for (const index of tests) {
    const { condition, fields, yes, no } = source[index] as TreeTest;
    nodes.push({ type: "test", condition, fields: [...fields], lf: name, yes: target(yes), no: target(no) });
  }
  for (const label of labels) nodes.push(leaf({ label, lf: name }, shareOf(label)));
  return inconclusive;
}

function leaf(what: Pick<TreeLeaf, "label" | "lf">, share: number | undefined): TreeLeaf {
  return { type: "leaf", ...what, ...(share === undefined ? {} : { share }) };
}

/** Nodes that a walk from the root can meet, in order. Children must follow their parents, so there is no cycle. */
export function findReachable(nodes: DecisionTree["nodes"]): number[] {
  const met = new Uint8Array(nodes.length);
  met[0] = 1;
  for (const [index, node] of nodes.entries()) {
    if (node.type !== "test" || met[index] === 0) continue;
    for (const child of [node.yes, node.no]) {
      if (!(child > index && child < nodes.length)) {
        throw new FlamencoError("FLM_INTERNAL", "A decision's node must lead to nodes that follow it.");
      }
      met[child] = 1;
    }
  }
  return [...nodes.keys()].filter((index) => met[index] === 1);
}

/** Shares of rows by first voting LF and its label, and of rows without a vote. Undefined over no rows. */
function shareFirstVotes(order: readonly number[], histogram: VoteHistogram): LeafShares | undefined {
  checkOrder(order, histogram.lfCount);
  const { lfCount, labelCount, patterns, counts } = histogram;
  const rows = counts.reduce((sum, count) => sum + count, 0);
  if (rows === 0) return undefined;
  const byLf = Array.from({ length: lfCount }, () => new Array<number>(labelCount).fill(0));
  let none = 0;
  for (let pattern = 0; pattern < counts.length; pattern++) {
    const lf = order.find((candidate) => patterns[pattern * lfCount + candidate]! >= 0);
    if (lf === undefined) none += counts[pattern]! / rows;
    else byLf[lf]![patterns[pattern * lfCount + lf]!]! += counts[pattern]! / rows;
  }
  return { byLf: byLf.map((row) => row.map((share) => Math.min(1, share))), none: Math.min(1, none) };
}

function checkOrder(order: readonly number[], lfCount: number): void {
  const valid = order.every((lf) => Number.isInteger(lf) && lf >= 0 && lf < lfCount);
  if (!valid || new Set(order).size !== order.length) {
    throw new FlamencoError("FLM_INTERNAL", "The order must name labeling functions by index, each once.");
  }
}
