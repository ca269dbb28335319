import { decideLf, followDecision, interpretLf, type VerifiedLf } from "@flamenco/language";
import fc from "fast-check";
import t from "tap";
import { runKernel, verifySmall } from "./support/programs.js";
import { datasetStatistics, hostileRow, randomFile } from "./support/random-programs.js";

const rows = fc.array(hostileRow, { minLength: 1, maxLength: 12 });

function lfsOf(texts: readonly string[]): VerifiedLf[] {
  return texts.flatMap((text) => verifySmall(text).lfs);
}

t.test("kernel and interpreter vote alike on random programs and hostile rows", async (t) => {
  let compared = 0;
  fc.assert(
    fc.property(
      fc.array(randomFile, { minLength: 1, maxLength: 4 }),
      rows,
      datasetStatistics,
      (texts, some, statistics) => {
        const lfs = lfsOf(texts);
        if (lfs.length === 0) return;
        const votes = runKernel(lfs, some, statistics);
        for (const [index, row] of some.entries()) {
          const expected = lfs.map((lf) => interpretLf(lf, row, statistics));
          compared += lfs.length;
          if (JSON.stringify(votes[index]) !== JSON.stringify(expected)) {
            throw new Error(
              `kernel ${JSON.stringify(votes[index])}, interpreter ${JSON.stringify(expected)}, row ${index}`,
            );
          }
        }
      },
    ),
    { numRuns: 120 },
  );
  t.ok(compared > 1000, "most random programs are accepted and compared");
});

t.test("an LF's decision, followed test by test, gives its vote on random programs and hostile rows", async (t) => {
  let compared = 0;
  fc.assert(
    fc.property(randomFile, rows, datasetStatistics, (text, some, statistics) => {
      for (const lf of lfsOf([text])) {
        const decision = decideLf(lf);
        for (const [index, row] of some.entries()) {
          const { label } = followDecision(decision, row, statistics);
          const expected = interpretLf(lf, row, statistics);
          compared += 1;
          if ((label === null ? -1 : lf.program.labels.indexOf(label)) !== expected) {
            throw new Error(`decision ${label}, interpreter ${expected}, row ${index}`);
          }
        }
      }
    }),
    { numRuns: 120 },
  );
  t.ok(compared > 300, "most random programs are accepted and compared");
});

t.test("the same text gives the same program and certificate, whatever stands beside it", async (t) => {
  fc.assert(
    fc.property(randomFile, (text) => {
      const [alone] = verifySmall(text).lfs;
      if (alone === undefined) return;
      const beside = verifySmall(
        text.replace("export function lf", "const spare = (x: number) => x / 7 > 3; export function lf"),
      );
      const [again] = beside.lfs;
      if (JSON.stringify(again?.program) !== JSON.stringify(alone.program)) throw new Error("programs differ");
    }),
    { numRuns: 60 },
  );
  t.pass("equal");
});
