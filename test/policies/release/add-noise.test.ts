import { addHistogramNoise, addNoise, estimateRelease, presetRules } from "@flamenco/policies/release";
import { NoisyVoteTable, parseDocument, type VoteTable } from "@flamenco/policies/wire";
import t from "tap";
import { counterBytes } from "./counter-bytes.js";

const rules = presetRules.standard;
const planFor = (lfs: number) =>
  estimateRelease(
    { rows: 1e5, trainingRows: 6e4, testRows: 2e4, lfs, labels: 2, outputs: ["labelModel", "metrics"] },
    rules,
  );
const zeros = (rows: number, cells: number) => Array.from({ length: rows }, () => new Array<number>(cells).fill(0));
const emptyTable = (lfs: number): VoteTable => ({
  schema: "flamenco-vote-table/1",
  lfs: Array.from({ length: lfs }, (_, lf) => `ns/p@1.0.0#lf${lf}`),
  labels: ["benign", "attack"],
  rowsPerUnit: rules.rowsPerUnit,
  votesPerRow: rules.votesPerRow,
  rows: 0,
  singles: zeros(lfs, 2),
  chosen: zeros(lfs, 2),
  pairs: zeros((lfs * (lfs - 1)) / 2, 4),
});
const LFS = 30;
const plan = planFor(LFS);
const empty = emptyTable(LFS);
const deviation = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);

t.test("every cell gets noise of its own, the empty ones too, of the size that was paid for", async (t) => {
  const noisy = addNoise(empty, plan, counterBytes("table"));
  t.strictSame(parseDocument(NoisyVoteTable, noisy, "noisy vote table"), noisy);
  for (const [name, cells] of Object.entries({ singles: noisy.singles, chosen: noisy.chosen, pairs: noisy.pairs })) {
    const values = cells.flat();
    // Of n draws a standard deviation is known to 1/sqrt(2n) of it.
    const spread = 5 / Math.sqrt(2 * values.length);
    t.ok(Math.abs(deviation(values) / plan.parts.votes.sigma - 1) < spread, name);
    t.ok(new Set(values).size > values.length / 3, `${name} differ from each other`);
  }
  const [small, none] = [planFor(2), emptyTable(2)];
  const rows = Array.from({ length: 600 }, (_, draw) => addNoise(none, small, counterBytes(`rows ${draw}`)).rows);
  t.ok(Math.abs(deviation(rows) / small.parts.rows.sigma - 1) < 5 / Math.sqrt(1200), "rows");
});

t.test("histograms get the noise of their part, the empty cells too", async (t) => {
  const { confusion } = plan.parts;
  const values = addHistogramNoise(new Float64Array(4000), confusion!, counterBytes("histogram"));
  t.ok(Math.abs(deviation(values) / confusion!.sigma - 1) < 0.1);
});

t.test("a table that was not counted as planned gets no noise: its sensitivity is another", async (t) => {
  for (const change of [
    { rowsPerUnit: 5 },
    { votesPerRow: 5 },
    { labels: ["benign", "attack", "other"] },
    { lfs: empty.lfs.slice(1) },
    { singles: zeros(LFS + 1, 2) },
    { chosen: zeros(LFS, 3) },
    { pairs: zeros(3, 4) },
  ]) {
    t.throws(() => addNoise({ ...empty, ...change }, plan, counterBytes("none")), { code: "FLM_INTERNAL" });
  }
});
