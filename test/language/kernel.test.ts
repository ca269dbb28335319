import { emitKernel, interpretLf, type LfRow } from "@flamenco/language";
import t from "tap";
import { accepted, conditionLf, imports, labels, runKernel, statistics, verifySmall } from "./support/programs.js";

t.test("more LFs than one word holds go on in the next", async (t) => {
  const lfs = Array.from({ length: 40 }, (_, index) =>
    conditionLf(index % 2 === 0 ? `row.port >= ${index}` : `!(row.port < ${index})`),
  );
  const kernel = emitKernel(lfs, labels);
  t.match(kernel, { base: 3, lfsPerWord: 18, words: 3 });
  const rows: LfRow[] = [0, 7, 18, 19, 39, 100].map((port) => ({ port }));
  const expected = rows.map((row) => lfs.map((lf) => interpretLf(lf, row, statistics)));
  t.same(runKernel(lfs, [...rows, {}], statistics), [...expected, lfs.map(() => -1)]);
});

t.test("a full word stays within 2^30", async (t) => {
  const lfs = Array.from({ length: 18 }, () => conditionLf("row.port > 0"));
  t.same(runKernel(lfs, [{ port: 1 }], statistics), [lfs.map(() => 1)]);
  const eight = emitKernel(lfs, [...labels, "c", "d", "e", "f", "g", "h"]);
  t.match(eight, { base: 9, lfsPerWord: 9, words: 2 });
});

t.test("no guest text is in a kernel: names, labels, categories and comments stay outside", async (t) => {
  const text = `${imports}/** guestComment */ export function guestName(guestRow, guestStats) {
    const guestConst = guestRow.service === "guestText" && guestRow.size > guestStats.gap.p75;
    return guestConst ? "attack" : ABSTAIN; }`;
  const kernel = emitKernel(accepted(verifySmall(text)), labels);
  t.notMatch(kernel.source, /guest|service|size|gap|attack/);
  t.same(kernel.columns, ["service", "size"]);
  t.same(kernel.categories, [{ field: "service", value: "guestText" }]);
  t.same(kernel.statistics, [{ field: "gap", statistic: "p75" }]);
});

t.test("common parts of several LFs are computed once a row, statistics once a run", async (t) => {
  const { source } = emitKernel(
    [
      conditionLf("Math.log(row.size + 1) > stats.gap.mean + 2 * stats.gap.sd"),
      conditionLf("Math.log(row.size + 1) < row.gap"),
    ],
    labels,
  );
  t.equal(source.match(/log\(\(/g)?.length, 1);
  const loop = source.slice(source.indexOf("for (let i"));
  t.notMatch(loop, /s[0-9] \+/);
});

t.test("numbers are written exactly", async (t) => {
  for (const value of ["0.1", "123456", "0.000001", "1000000000000000000"]) {
    const lf = conditionLf(`row.size === ${value} || row.size === -${value}`);
    t.same(
      runKernel(
        [lf],
        [{ size: Number(value) }, { size: -Number(value) }, { size: Number(value) * (1 + 2e-16) * 1.1 }],
        statistics,
      ),
      [[1], [1], [-1]],
    );
  }
});

t.test("a kernel needs LFs of the task's labels", async (t) => {
  t.throws(() => emitKernel([], labels), { code: "FLM_LF_EMPTY" });
  t.throws(() => emitKernel([conditionLf("row.port > 1")], ["good", "bad"]), { code: "FLM_LF_LABEL" });
});
