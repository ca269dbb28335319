import { Analysis, parseDocument } from "@flamenco/policies/wire";
import { analyzeVotes, buildHistogram, histogramOf } from "@flamenco/sandbox/labeling";
import t from "tap";
import { generateVotes } from "./generated-votes.js";
import { histogramOfVector, labelsOf, lfNamesOf, parseVotes, readVector } from "./golden-vector.js";

const near = (found: number | null, expected: number) => found !== null && Math.abs(found - expected) < 5e-7;
const labels = ["benign", "attack"];

/** Histogram of rows written as `0.1`, with their truth. */
function histogramOfRows(rows: readonly string[], truth?: readonly number[]) {
  const lfCount = rows[0]!.length;
  const { histogram, patternOfRow } = buildHistogram({
    votes: Int8Array.from(rows.flatMap(parseVotes)),
    lfCount,
    labelCount: 2,
  });
  return histogramOf(patternOfRow, histogram, undefined, truth === undefined ? undefined : Int8Array.from(truth));
}

for (const name of ["g01", "g04", "g08", "g11", "g12", "g14", "g16", "g18"]) {
  const vector = readVector(name);
  t.test(`the summary is Snorkel's on ${vector.name}`, async (t) => {
    const analysis = analyzeVotes(histogramOfVector(vector), { labels: labelsOf(vector), lfNames: lfNamesOf(vector) });
    parseDocument(Analysis, analysis, "analysis");
    const expected = vector.lfAnalysis;
    for (const [lf, row] of analysis.lfs.entries()) {
      t.strictSame(
        row.polarity,
        expected.polarity[lf]!.map((label) => labelsOf(vector)[label]),
        `polarity of ${lf}`,
      );
      t.ok(near(row.coverage, expected.coverage[lf]!), `coverage of ${lf}`);
      t.ok(near(row.overlaps, expected.overlaps[lf]!), `overlaps of ${lf}`);
      t.ok(near(row.conflicts, expected.conflicts[lf]!), `conflicts of ${lf}`);
      if (row.coverage === 0) {
        t.match(
          row,
          { correct: null, incorrect: null, empiricalAccuracy: null, weight: null },
          "nothing is known of it",
        );
        continue;
      }
      t.equal(row.correct, expected.correct[lf]!);
      t.equal(row.incorrect, expected.incorrect[lf]!);
      t.ok(near(row.empiricalAccuracy, expected.emp_acc[lf]!), `accuracy of ${lf}`);
    }
    t.ok(near(analysis.labelCoverage, expected.label_coverage));
    t.ok(near(analysis.rowOverlap, expected.label_overlap));
    t.ok(near(analysis.rowConflict, expected.label_conflict));
  });
}

t.test("agreement is over rows on which both vote, null where they never meet", async (t) => {
  const { agreement } = analyzeVotes(histogramOfRows(["00.", "01.", "1..", "..1"]), {
    labels,
    lfNames: ["a", "b", "c"],
  });
  t.strictSame(agreement, [
    [1, 0.5, null],
    [0.5, 1, null],
    [null, null, 1],
  ]);
});

t.test("an LF that votes only where another does, and the same, is called redundant", async (t) => {
  const rows = ["00", "0.", "11", "1.", ".."];
  const { warnings } = analyzeVotes(histogramOfRows(rows), { labels, lfNames: ["wide", "narrow"] });
  t.strictSame(warnings, ["narrow votes only where wide does, and the same: it is redundant."]);
  const turned = analyzeVotes(histogramOfRows(["00", ".0", "11", ".1", ".."]), { labels, lfNames: ["narrow", "wide"] });
  t.strictSame(turned.warnings, ["narrow votes only where wide does, and the same: it is redundant."]);
  const equal = analyzeVotes(histogramOfRows(["00", "11", ".."]), { labels, lfNames: ["one", "other"] }).warnings;
  t.strictSame(equal, ["one and other always vote the same: one of them is redundant."]);
  const apart = analyzeVotes(histogramOfRows(["00", "0.", "10", "1."]), {
    labels,
    lfNames: ["wide", "other"],
  }).warnings;
  t.strictSame(apart, [], "one differing vote is enough to be no copy");
});

t.test("noisy copies are warned of, good LFs that merely agree are not", async (t) => {
  const copies = readVector("g08");
  const { warnings } = analyzeVotes(histogramOfVector(copies), { labels, lfNames: lfNamesOf(copies) });
  t.match(warnings.join("\n"), /#lf0 and .*#lf5 depend on each other .* same true label/);
  const good = Array.from({ length: 4 }, () => ({ accuracy: 0.95, coverage: 0.9 }));
  const independent = generateVotes(5000, good, 11);
  t.strictSame(analyzeVotes(independent, { labels, lfNames: ["a", "b", "c", "d"] }).warnings, [], "given the truth");
  const { truthCounts: _, ...unlabeled } = independent;
  t.strictSame(analyzeVotes(unlabeled, { labels, lfNames: ["a", "b", "c", "d"] }).warnings, [], "and without it");
});

t.test("without truth nothing is claimed about correctness; without rows nothing is NaN", async (t) => {
  const unlabeled = analyzeVotes(histogramOfRows(["01", "1."]), { labels, lfNames: ["a", "b"] });
  t.equal(unlabeled.labeledRows, 0);
  t.ok(
    unlabeled.lfs.every(
      ({ correct, incorrect, empiricalAccuracy }) => (correct ?? incorrect ?? empiricalAccuracy) === null,
    ),
  );
  const empty = { lfCount: 2, labelCount: 2, patterns: new Int8Array(0), counts: new Float64Array(0) };
  t.match(analyzeVotes(empty, { labels, lfNames: ["a", "b"] }), { rows: 0, labelCoverage: 0, rowConflict: 0 });
});

t.test("an LF that says the same of every row is named", async (t) => {
  const { warnings } = analyzeVotes(histogramOfRows(["01", "00", "0."]), { labels, lfNames: ["always", "b"] });
  t.strictSame(warnings, ["always votes benign on every row."]);
});

t.test("a document holds at most 200 warnings, however alike 30 LFs are", async (t) => {
  const rows = ["0".repeat(30), "1".repeat(30), ".".repeat(30)];
  const { warnings } = analyzeVotes(histogramOfRows(rows), { labels, lfNames: lfNamesOf({ lfCount: 30 }) });
  t.equal(warnings.length, 200);
});
