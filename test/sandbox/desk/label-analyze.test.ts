import t from "tap";
import { readVector } from "../labeling/golden-vector.js";
import { askLabel, runLabel, writeText, writeVector } from "./label-desk.js";

t.test("the analysis is the reference's, with learned weights and what truth tells", async (t) => {
  for (const name of ["g08", "g16"]) {
    const { lfAnalysis, moments } = readVector(name);
    const answer = await askLabel("analyze", writeVector(name), "--model", "moments");
    for (const [lf, line] of answer.lfs.entries()) {
      t.strictSame(line.polarity, lfAnalysis.polarity[lf]);
      t.ok(Math.abs(line.coverage - lfAnalysis.coverage[lf]!) < 5e-7);
      t.ok(Math.abs(line.conflicts - lfAnalysis.conflicts[lf]!) < 5e-7);
      if (line.coverage === 0) {
        t.match(line, { correct: null, empiricalAccuracy: null, weight: null });
        continue;
      }
      t.equal(line.correct, lfAnalysis.correct[lf]);
      t.ok(Math.abs(line.weight - moments.weights[lf]!) < 2e-5);
    }
    t.equal(answer.rows, 5000 - (name === "g16" ? 3000 : 0));
  }
});

t.test("dependent and redundant LFs are listed, not only warned of", async (t) => {
  const { dependencies } = await askLabel("analyze", writeVector("g08"), "--model", "em");
  t.ok(dependencies.some(({ lfs }: { lfs: string[] }) => lfs.join() === "lf0,lf5"));
  t.ok(dependencies.every(({ givenTruth }: { givenTruth: boolean }) => givenTruth));
  const path = writeText("redundant.csv", "wide,narrow\n0,0\n0,\n1,1\n1,\n");
  t.strictSame((await askLabel("analyze", path)).redundancies, [
    { redundant: "narrow", covers: "wide", mutual: false },
  ]);
});

t.test("buckets name the rows that go wrong, by true label, prediction and votes", async (t) => {
  const path = writeText("errors.csv", "votes,y\n001,0\n001,1\n...,1\n110,1\n001,1\n000,0\n111,1\n");
  const { buckets } = await askLabel("analyze", path, "--model", "majority");
  const rows = (bucket: { patterns: { votes: string; rows: number; firstRows: number[] }[] }) => bucket.patterns;
  t.match(buckets[0], { truth: 1, prediction: 0, rows: 2, right: false });
  t.strictSame(rows(buckets[0]), [{ votes: "001", rows: 2, firstRows: [2, 5] }]);
  t.match(buckets[1], { truth: 1, prediction: null, rows: 1 });
  t.ok(
    buckets.slice(2).every(({ right }: { right: boolean }) => right),
    "right ones come last",
  );
  const one = await askLabel("analyze", path, "--model", "majority", "--head", "1");
  t.strictSame(rows(one.buckets[0]), [{ votes: "001", rows: 2, firstRows: [2] }]);
  const text = (await runLabel("analyze", path, "--model", "majority")).stdout;
  t.match(text, /2 rows are 1 and were predicted 0:/);
  t.match(text, /1 row is 1 and got no prediction:/);
});

t.test("without truth nothing is claimed of it", async (t) => {
  const answer = await askLabel("analyze", writeText("untrue.csv", "votes\n01\n10\n1.\n"));
  t.match(answer, { labeledRows: 0, buckets: [], lfs: [{ correct: null, empiricalAccuracy: null }] });
  t.ok(answer.lfs[0].empirical.flat().every((share: unknown) => share === null));
});

t.test("labels keep the names that the file gives them", async (t) => {
  const path = writeText("words.csv", "a,b,y\nDDoS attack,Fine!,Fine!\nFine!,,Fine!\n");
  const answer = await askLabel("analyze", path);
  t.strictSame(answer.lfs[0].polarity, ["DDoS attack", "Fine!"]);
  t.equal(answer.buckets[0].truth, "Fine!");
});

t.test("names from a file cannot write to the terminal", async (t) => {
  const control = "\u001b";
  const path = writeText("escape.csv", `${control}[31ma,b\n1,0\n0,1\n`);
  for (const command of ["fit", "analyze"]) t.notOk((await runLabel(command, path)).stdout.includes(control), command);
});
