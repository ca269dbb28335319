import { isFlamencoError } from "@flamenco/policies/errors";
import {
  type CombinationsInput,
  combineLfs,
  createFieldCorrelation,
  rankCorrelation,
} from "@flamenco/sandbox/combinations";
import {
  buildHistogram,
  fitLabelModel,
  histogramOf,
  predictPatterns,
  type SplitHistograms,
  scorePredictions,
} from "@flamenco/sandbox/labeling";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";

const task = { id: "made-up", labels: ["benign", "attack"], positive: "attack" };

interface Votes {
  readonly rows: number;
  readonly lfCount: number;
  /** `votes[row * lfCount + lf]`. */
  readonly votes: Int8Array;
  readonly truth: Int8Array;
  /** 0 train, 1 validation, 2 test. */
  readonly parts: Uint8Array;
}

/** LFs of growing accuracy; every third votes for one label only, and the last never votes. */
function makeVotes(rows: number, lfCount: number, seed = 1): Votes {
  const random = new SeededRandom(seed);
  const votes = new Int8Array(rows * lfCount).fill(-1);
  const truth = Int8Array.from({ length: rows }, () => (random.nextFloat() < 0.4 ? 1 : 0));
  const parts = Uint8Array.from({ length: rows }, () =>
    random.nextFloat() < 0.6 ? 0 : random.nextFloat() < 0.5 ? 1 : 2,
  );
  for (let row = 0; row < rows; row++) {
    for (let lf = 0; lf < lfCount - 1; lf++) {
      if (random.nextFloat() > 0.3 + 0.05 * lf) continue;
      const vote = random.nextFloat() < 0.65 + 0.04 * lf ? truth[row]! : 1 - truth[row]!;
      if (lf % 3 !== 0 || vote === 1) votes[row * lfCount + lf] = vote;
    }
  }
  return { rows, lfCount, votes, truth, parts };
}

function countSplits({ votes, lfCount, truth, parts }: Votes): SplitHistograms {
  const { histogram, patternOfRow } = buildHistogram({ votes, lfCount, labelCount: 2 });
  const part = (number: number) =>
    histogramOf(
      patternOfRow,
      histogram,
      parts.map((one) => (one === number ? 1 : 0)),
      truth,
    );
  return { train: part(0), validation: part(1), test: part(2) };
}

const nameLfs = (count: number) => Array.from({ length: count }, (_, lf) => `lf${lf}`);
const combine = (votes: Votes, change: Partial<CombinationsInput> = {}) =>
  combineLfs({ histograms: countSplits(votes), lfNames: nameLfs(votes.lfCount), task, model: "auto", ...change });

t.test("every set is what a label model on its own LFs' rows gives", (t) => {
  const votes = makeVotes(3_000, 6);
  const { singles, pairs, grown } = combine(votes, { size: 4 });
  t.equal(pairs.length, 15);
  t.equal(grown.length, 2);
  for (const set of [...singles, ...pairs, ...grown]) {
    const own: Votes = {
      ...votes,
      lfCount: set.lfs.length,
      votes: Int8Array.from({ length: votes.rows * set.lfs.length }, (_, cell) => {
        const [row, position] = [Math.floor(cell / set.lfs.length), cell % set.lfs.length];
        return votes.votes[row * votes.lfCount + set.lfs[position]!]!;
      }),
    };
    const { train, validation, test } = countSplits(own);
    const model = fitLabelModel(train, {
      model: "auto",
      labels: task.labels,
      lfNames: nameLfs(own.lfCount),
      validation,
    });
    const scores = scorePredictions(predictPatterns(model, test), test, task);
    const name = set.lfs.join("+");
    const expected = set.coverage === 0 ? { positiveF1: null, macroF1: null } : scores;
    t.ok(Math.abs((set.labelModel.positive ?? -1) - (expected.positiveF1 ?? -1)) < 1e-9, `${name} F1`);
    t.ok(Math.abs((set.labelModel.macro ?? -1) - (expected.macroF1 ?? -1)) < 1e-9, `${name} macro F1`);
    t.equal(set.model, model.document.model);
    const cast = Array.from({ length: votes.rows }, (_, row) =>
      set.lfs.map((lf) => votes.votes[row * votes.lfCount + lf]!).filter((vote) => vote >= 0),
    );
    const share = (holds: (row: number[]) => boolean) => cast.filter(holds).length / votes.rows;
    t.equal(
      set.coverage,
      share((row) => row.length > 0),
      `${name} coverage`,
    );
    t.equal(
      set.overlap,
      share((row) => row.length > 1),
      `${name} overlap`,
    );
    t.equal(
      set.conflict,
      share((row) => new Set(row).size > 1),
      `${name} conflict`,
    );
    t.equal(set.endClassifier, null);
  }
  for (const { lfs, coverage, coverageGained } of pairs) {
    const parts = lfs.map((lf) => singles[lf]!.coverage);
    t.ok(Math.abs(coverageGained - (coverage - Math.max(...parts))) < 1e-12);
  }
  t.end();
});

t.test("the truth of test rows changes scores, never what is chosen", (t) => {
  const votes = makeVotes(2_000, 7);
  const blind = { ...votes, truth: votes.truth.map((label, row) => (votes.parts[row] === 2 ? -1 : label)) };
  const [seen, unseen] = [combine(votes), combine(blind)];
  t.strictSame(
    seen.growth.map(({ lf }) => lf),
    unseen.growth.map(({ lf }) => lf),
  );
  t.strictSame(
    seen.next.additions.map(({ lf }) => lf),
    unseen.next.additions.map(({ lf }) => lf),
  );
  t.ok(unseen.pairs.every(({ labelModel, tree }) => labelModel.positive === null && tree.positive === null));
  t.ok(unseen.reasons.some((reason) => reason.includes("No test row")));
  t.end();
});

t.test("without any truth sets grow by coverage, and it says so", (t) => {
  const votes = makeVotes(1_000, 5);
  const { growth, singles, reasons } = combine({ ...votes, truth: votes.truth.map(() => -1) });
  const widest = [...singles].sort((a, b) => b.coverage - a.coverage)[0];
  t.ok(growth[0] !== undefined && widest !== undefined);
  t.ok(reasons.some((reason) => reason.includes("ordered by coverage")));
  t.end();
});

t.test("an addition counts the rows that it covers and the conflicts that it settles", (t) => {
  // Two LFs that contradict each other on half of the rows, and a third that is right on all of them.
  const rows = 1_200;
  const truth = Int8Array.from({ length: rows }, (_, row) => row % 2);
  const votes = Int8Array.from({ length: rows * 3 }, (_, cell) => {
    const [row, lf] = [Math.floor(cell / 3), cell % 3];
    if (lf === 0) return row % 4 < 2 ? 1 : -1;
    if (lf === 1) return row % 4 < 2 ? 0 : -1;
    return truth[row]!;
  });
  const parts = Uint8Array.from({ length: rows }, (_, row) => Math.floor(row / 4) % 3);
  const { next } = combine({ rows, lfCount: 3, votes, truth, parts }, { base: [0, 1] });
  t.equal(next.additions.length, 1);
  t.match(next.additions[0], {
    lf: 2,
    coverageGainedRows: 200,
    conflictRows: 200,
    conflictsBroken: 0,
    reason: /^lf2: 200 rows more \(50\.0 %\); \d+ of 200 conflicts turn right; F1 of attack .* to 1\.000\.$/,
  });
  t.ok((next.additions[0]?.conflictsResolved ?? 0) >= 100);
  t.end();
});

t.test("a set or a size that does not fit is refused", (t) => {
  const votes = makeVotes(200, 4);
  const code = (change: Partial<CombinationsInput>) => {
    try {
      combine(votes, change);
      return undefined;
    } catch (error) {
      return isFlamencoError(error) ? error.code : String(error);
    }
  };
  t.equal(code({ size: 0 }), "FLM_USAGE");
  t.equal(code({ size: 17 }), "FLM_USAGE");
  t.equal(code({ base: [0, 0] }), "FLM_USAGE");
  t.equal(code({ base: [4] }), "FLM_USAGE");
  t.equal(code({ lfNames: ["one"] }), "FLM_INTERNAL");
  t.equal(code({ treeOrder: [0, 1] }), "FLM_INTERNAL");
  t.equal(code({ base: [3, 0], size: 4 }), undefined);
  const many = makeVotes(100, 20);
  const first = (count: number) => Array.from({ length: count }, (_, lf) => lf);
  t.throws(() => combine(many, { base: first(16), size: 1, model: "majority" }), { code: "FLM_USAGE" });
  t.doesNotThrow(() => combine(many, { base: first(15), size: 1, model: "majority" }));
  t.end();
});

t.test("one LF, and LFs that never vote, give sets without numbers rather than wrong ones", (t) => {
  const { singles, pairs, next } = combine(makeVotes(300, 1));
  t.strictSame([singles.length, pairs.length, next.additions.length], [1, 0, 0]);
  t.match(singles[0], { coverage: 0, labelModel: { positive: null, macro: null }, tree: { positive: null } });
  t.end();
});

t.test("more LFs than can all be paired: the best are, and it says so", (t) => {
  const { singles, pairs, reasons } = combine(makeVotes(300, 70), { model: "majority", size: 2 });
  t.strictSame([singles.length, pairs.length], [70, 2016]);
  t.ok(reasons.some((reason) => reason.includes("64 of 70")));
  t.end();
});

t.test("rank correlation: order alone counts, ties share their rank, nothing is claimed of little", (t) => {
  t.ok(Math.abs((rankCorrelation([1, 2, 3, 4], [1, 10, 100, 1e9]).value ?? 0) - 1) < 1e-12);
  t.ok(Math.abs((rankCorrelation([1, 2, 3, 4], [9, 7, 5, 3]).value ?? 0) + 1) < 1e-12);
  // scipy.stats.spearmanr([1, 2, 2, 3, 5], [2, 1, 4, 4, 9])
  t.ok(Math.abs((rankCorrelation([1, 2, 2, 3, 5], [2, 1, 4, 4, 9]).value ?? 0) - 0.7631578947368421) < 1e-12);
  t.strictSame(rankCorrelation([1, null, 3, 4], [1, 2, null, 4]), { pairs: 2, value: null });
  t.strictSame(rankCorrelation([1, 1, 1], [1, 2, 3]), { pairs: 3, value: null });
  t.end();
});

t.test("features correlate by their strongest pair; the same field is no pair", (t) => {
  const columns = new Map([
    ["bytes", Float64Array.of(1, 2, 3, 4, Number.NaN)],
    ["packets", Float64Array.of(2, 4, 6, 8, 1)],
    ["iat", Float64Array.of(1, -1, -1, 1, 5)],
    ["constant", Float64Array.of(1, 1, 1, 1, 1)],
    ["clock", Float64Array.of(1.7e12 + 4, 1.7e12 + 3, 1.7e12 + 2, 1.7e12 + 1, 1.7e12)],
  ]);
  const fieldsOf = [["bytes"], ["iat", "packets"], ["bytes"], ["constant"], ["clock"], ["absent"]];
  const correlation = createFieldCorrelation({ columns, fieldsOf });
  t.ok(Math.abs((correlation(0, 1) ?? 0) - 1) < 1e-12);
  t.equal(correlation(0, 2), null);
  t.equal(correlation(0, 3), null);
  t.ok(Math.abs((correlation(0, 4) ?? 0) + 1) < 1e-9, "no digits are lost on large numbers");
  t.equal(correlation(0, 5), null);
  t.end();
});
