import { interpretLf, type LfRow } from "@flamenco/language";
import type { DatasetStatistics } from "@flamenco/policies/wire";
import t from "tap";
import { conditionLf, runKernel, statistics } from "./support/programs.js";

const noMean: DatasetStatistics = {
  ...statistics,
  size: { ...(statistics.size as NonNullable<typeof statistics.size>), mean: null },
};

/** Condition, row, statistics, and whether the LF votes. */
const cases: readonly (readonly [string, LfRow, DatasetStatistics, boolean])[] = [
  ["row.size < 3", { size: 2 }, statistics, true],
  ["row.size < 3", { size: null }, statistics, false],
  ["!(row.size < 3)", { size: null }, statistics, false],
  ["!(row.size < 3)", { size: 5 }, statistics, true],
  ["row.size !== 3", { size: Number.NaN }, statistics, false],
  ["row.size < stats.size.mean", { size: 1 }, statistics, true],
  ["row.size < stats.size.mean", { size: 1 }, noMean, false],
  ["!(row.size < stats.size.mean)", { size: 9 }, noMean, false],
  ["row.size < 3 || row.port === 7", { port: 7 }, statistics, false],
  ["row.port === 7 || row.size < 3", { port: 7 }, statistics, true],
  ["atLeast(1, row.port === 7, row.size < 3)", { port: 7 }, statistics, true],
  ["atLeast(1, row.size < 3, row.port === 7)", { port: 7 }, statistics, false],
  ["atLeast(2, row.lost, row.port === 7, row.size < 3)", { port: 7, lost: false, size: null }, statistics, false],
  ["atLeast(2, row.lost, row.port === 7, row.size < 3)", { port: 7, lost: true, size: null }, statistics, true],
  ["!atLeast(2, row.lost, row.port === 7, row.size < 3)", { port: 8, lost: false, size: null }, statistics, true],
  [
    "atLeast(2, row.lost, row.port === 7, row.size < 3) || row.gap > 1",
    { port: 8, lost: true, size: 2 },
    statistics,
    true,
  ],
  ["true && row.lost", { lost: true }, statistics, true],
  ["false || row.lost", { lost: true }, statistics, true],
  ["(false && row.lost) || row.port === 7", { port: 7 }, statistics, true],
  ["row.lost && (true || row.port === 7)", { lost: true }, statistics, true],
  ["row.size / 0 > 1 && row.size / -0 < 1", { size: 1 }, statistics, true],
  ["Number.isNaN(row.size) || row.port === 7", {}, statistics, true],
  ["Number.isNaN(row.size) && row.port === 7", {}, statistics, false],
  ["Number.isNaN(row.size)", {}, statistics, true],
  ["Number.isFinite(row.size)", {}, statistics, false],
  ["Number.isNaN(row.size) || row.port === 7", { port: 1, size: 1 }, statistics, false],
  ["Number.isNaN(Math.log(row.size))", { size: -1 }, statistics, true],
  ["!(Math.log(row.size) < 3)", { size: -1 }, statistics, true],
  ["Math.sqrt(row.size) !== 2", { size: -1 }, statistics, true],
  ["Math.pow(row.size, 0) === 1", {}, statistics, false],
  ["Math.pow(row.size, 0) === 1", { size: 4 }, statistics, true],
  ["Number.isNaN(row.port === 1 ? row.size : row.gap)", { port: 1 }, statistics, true],
  ["Number.isNaN(row.port === 1 ? row.size : row.gap)", {}, statistics, false],
  ["row.size / row.gap > 3", { size: 1, gap: 0 }, statistics, true],
  ["row.size / row.gap > 3", { size: 1, gap: -0 }, statistics, false],
  ["row.size / row.gap > 3", { size: 0, gap: 0 }, statistics, false],
  ["row.size === 0", { size: -0 }, statistics, true],
  ['row.service === "web"', { service: "web" }, statistics, true],
  ['row.service !== "web"', { service: null }, statistics, false],
  ['row.service !== "web"', { service: "db" }, statistics, true],
  ['row.service === "never-seen"', { service: "db" }, statistics, false],
  ["row.lost", { lost: true }, statistics, true],
  ["!row.lost", { lost: null }, statistics, false],
  ["[1, 2, 3, 4, 5, 6, 7, 8].includes(row.port)", { port: 8 }, statistics, true],
  ["[1, 2, 3, 4, 5, 6, 7, 8].includes(row.port)", { port: 8.5 }, statistics, false],
  ["![1, 2].includes(row.port)", {}, statistics, false],
];

t.test(
  "missing values, NaN, infinities and zeros follow the one written rule, in kernel and interpreter",
  async (t) => {
    for (const [condition, row, given, votes] of cases) {
      const lf = conditionLf(condition);
      const expected = votes ? 1 : -1;
      t.equal(interpretLf(lf, row, given), expected, `interpreter: ${condition} on ${JSON.stringify(row)}`);
      t.same(runKernel([lf], [row], given), [[expected]], `kernel: ${condition} on ${JSON.stringify(row)}`);
    }
  },
);
