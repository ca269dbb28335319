import { renderTreeText } from "@flamenco/language";
import type { DecisionTree } from "@flamenco/policies/wire";
import { buildSupportedChain, type ChainLf } from "@flamenco/sandbox/explain";
import fc from "fast-check";
import t from "tap";

const labels = ["benign", "attack"];
const sigma = 10;
/** From 50 rows on, whatever the noise. */
const show = (noisy: number) => (noisy >= 50 ? noisy : null);

const test = (field: string, yes: number, no: number) => ({
  type: "test" as const,
  condition: `${field} <= p25(${field})`,
  fields: [field],
  yes,
  no,
});
const leaf = (label: string | null) => ({ type: "leaf" as const, label });

/** `field <= p25(field)` -> label, else inconclusive. */
const stump = (name: string, field: string, label: string): ChainLf => ({
  name,
  decision: { nodes: [test(field, 1, 2), leaf(label), leaf(null)] },
});
/** An attack where both hold, benign where neither does. */
const both: ChainLf = {
  name: "both",
  decision: { nodes: [test("x", 1, 2), test("y", 3, 4), test("z", 4, 5), leaf("attack"), leaf(null), leaf("benign")] },
};
/** Votes always. */
const always: ChainLf = { name: "always", decision: { nodes: [test("w", 1, 2), leaf("attack"), leaf("benign")] } };

const chainOf = (lfs: readonly ChainLf[], counts: readonly number[]) =>
  buildSupportedChain({ lfs, order: [...lfs.keys()], labels }, { counts, sigma }, show);

t.test("an LF whose leaf is small does not hang, and the LFs behind it close up", async (t) => {
  const lfs = [stump("rare", "a", "attack"), stump("common", "b", "benign")];
  const { tree, order, merged } = chainOf(lfs, [0, 40, 600, 0, 400]);
  t.strictSame(tree.nodes, [
    { ...test("b", 1, 2), lf: "common" },
    { type: "leaf", label: "benign", lf: "common", share: 600 / 1040 },
    { type: "leaf", label: null, share: 400 / 1040 },
  ]);
  t.strictSame(order, [1]);
  t.strictSame(merged, { leaves: 1, of: 2, rows: 40 });
  t.match(renderTreeText(tree), /benign 57\.7 %/);
});

t.test("behind the last LF it is known where merged rows end: their counts are the inconclusive leaf's", async (t) => {
  const lfs = [stump("common", "b", "benign"), stump("rare", "a", "attack"), stump("rarer", "c", "attack")];
  const { tree } = chainOf(lfs, [600, 0, 0, 45, 0, -5, 360]);
  t.strictSame(tree.nodes.slice(1), [
    { type: "leaf", label: "benign", lf: "common", share: 600 / 1005 },
    { type: "leaf", label: null, share: 400 / 1005 },
  ]);
});

t.test("conditions that lead to small leaves alone disappear from the leaves up; others stay", async (t) => {
  t.same(chainOf([both], [500, 20, 480]).tree.nodes, [
    { ...test("x", 3, 1), lf: "both" },
    { ...test("z", 3, 2), lf: "both" },
    { type: "leaf", label: "benign", lf: "both", share: 0.5 },
    { type: "leaf", label: null, share: 0.5 },
  ]);
  t.strictSame(chainOf([both], [20, 20, 960]).tree.nodes, [{ type: "leaf", label: null, share: 1 }]);
});

t.test(
  "an LF that always votes is inconclusive where its leaf is small: nothing is said that it does not vote",
  async (t) => {
    const { tree } = chainOf([always, stump("next", "a", "attack")], [900, 30, 0, 0, 10]);
    t.strictSame(tree.nodes, [
      { ...test("w", 2, 1), lf: "always" },
      { type: "leaf", label: "benign", lf: "always", share: 900 / 940 },
      { type: "leaf", label: null },
    ]);
  },
);

t.test("what no LF ever votes is no part of the rows, be its noise as it may", async (t) => {
  const { tree } = chainOf([stump("common", "b", "benign")], [500, 300, 500]);
  t.equal(tree.nodes[1]?.type === "leaf" && tree.nodes[1].share, 0.5);
});

/** Up to five conditions, each leading to later ones or to ends. */
const decisions = fc
  .array(fc.tuple(fc.constantFrom("a", "b", "c", "d"), fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 5 })
  .map((tests): DecisionTree => {
    const last = tests.length + 2;
    const nodes = tests.map(([field, yes, no], index) =>
      test(field, Math.min(last, index + 1 + yes), Math.min(last, index + 1 + no)),
    );
    return { nodes: [...nodes, leaf("benign"), leaf("attack"), leaf(null)] };
  });
type Row = Readonly<Record<string, boolean | null>>;
const rows = fc.record(Object.fromEntries(["a", "b", "c", "d"].map((f) => [f, fc.constantFrom(true, false, null)])));

/** Where a row ends: an LF and its label, or nowhere. A missing value makes an LF abstain. */
function walk({ nodes }: DecisionTree, row: Row): string {
  let index = 0;
  while (index < nodes.length) {
    const node = nodes[index]!;
    if (node.type === "leaf") return node.label === null ? "none" : `${node.lf} ${node.label}`;
    const holds = row[node.fields[0]!] ?? null;
    if (holds !== null) index = holds ? node.yes : node.no;
    else for (const { lf } = node; nodes[index]?.lf === lf && lf !== undefined; ) index++;
    if (holds === null && node.lf === undefined) return "none";
  }
  return "none";
}

t.test(
  "a row that was in no merged leaf ends where it ended; the others at an LF behind, or inconclusive",
  async () => {
    fc.assert(
      fc.property(
        fc.array(decisions, { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: -60, max: 200 }), { minLength: 9, maxLength: 9 }),
        rows,
        (decided, cells, row) => {
          const lfs = decided.map((decision, lf) => ({ name: `lf${lf}`, decision }));
          const counts = cells.slice(0, lfs.length * 2 + 1);
          const { tree, order, merged } = chainOf(lfs, counts);
          // An LF that always votes closes the chain; a row whose values are missing there comes to no other.
          const closed = tree.nodes.at(-1)?.type !== "leaf" || (tree.nodes.at(-1) as { label: unknown }).label !== null;
          const votes = lfs.flatMap(({ name, decision }, lf) => {
            const label = walk(decision, row).split(" ")[1];
            return label === undefined || counts[lf * 2 + labels.indexOf(label)]! < 50 ? [] : [`${name} ${label}`];
          });
          const end = walk(tree, row);
          if (end !== (votes[0] ?? "none") && !(closed && end === "none")) throw new Error(`${end}, not ${votes}`);

          const leaves = tree.nodes.filter((node) => node.type === "leaf");
          if (leaves.some(({ label, share }) => label !== null && !(share! > 0))) throw new Error("a leaf has no rows");
          const shares = leaves.reduce((sum, { share }) => sum + (share ?? 0), 0);
          if (shares > 1 + 1e-9) throw new Error(`shares sum to ${shares}`);
          if (order.length === 0 && tree.nodes.length !== 1) throw new Error("nothing hangs");
          if (merged.leaves === 0 && order.some((lf, place) => place > 0 && lf <= order[place - 1]!))
            throw new Error("order");
        },
      ),
      { numRuns: 2_000, seed: 5 },
    );
  },
);
