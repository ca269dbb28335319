import { join } from "node:path";
import { statisticNames } from "@flamenco/policies/wire";
import fc from "fast-check";
import t from "tap";
import {
  csvOf,
  importFiles,
  importText,
  northPath,
  publishedBy,
  readRows,
  rowWith,
  southPath,
} from "./import-fixture.js";

/** numpy's default percentile: linear between the closest ranks. */
function percentile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}

/** The statistics of the wire, by their definitions. */
function statisticsOf(values: readonly number[]): Record<string, number | null> {
  const count = values.length;
  const sorted = values.toSorted((a, b) => a - b);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1));
  const shares = { p5: 0.05, p10: 0.1, p25: 0.25, p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95 };
  const percentiles = Object.entries(shares).map(([name, share]) => [name, percentile(sorted, share)]);
  return { count, mean, sd: count < 2 ? null : sd, ...Object.fromEntries(percentiles) };
}

function isClose(found: number | null | undefined, expected: number | null | undefined): boolean {
  if (typeof found !== "number" || typeof expected !== "number") return found === expected;
  return Math.abs(found - expected) <= 1e-9 * Math.max(1e-12, Math.abs(expected));
}

t.test("statistics of the example datasets equal an independent computation", async (t) => {
  for (const path of [northPath, southPath]) {
    const result = await importFiles(join(t.testdir(), "datasets"), [path]);
    const version = publishedBy(result);
    for (const [name, statistics] of Object.entries(result.manifest.statistics)) {
      const values = (await readRows(version, `"${name}"::DOUBLE`))
        .flat()
        .filter((value) => value !== null) as number[];
      const expected = statisticsOf(values);
      const wrong = statisticNames.filter((statistic) => !isClose(statistics[statistic], expected[statistic]));
      t.strictSame(wrong, [], name);
    }
    const { columns, statistics } = result.manifest;
    t.strictSame(
      Object.keys(statistics),
      columns.filter((name) => !["srcAddr", "dstAddr"].includes(name)),
      "every numeric column has them",
    );
  }
});

t.test("statistics of any column equal their definition", async (t) => {
  const folder = t.testdir();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(1_000_000_000), { minLength: 1, maxLength: 60 }), async (values) => {
      const rows = values.map((value, index) => rowWith(index, { "Flow Duration": String(value) }));
      const result = await importText(folder, csvOf(rows));
      const expected = statisticsOf(values.map((value) => value / 1e6));
      const found = result.manifest.statistics.durationSeconds;
      t.strictSame(
        statisticNames.filter((name) => !isClose(found?.[name], expected[name])),
        [],
      );
    }),
    { numRuns: 12, seed: 7 },
  );
});

t.test("the same file gives the same version, to the last bit", async (t) => {
  const first = await importFiles(join(t.testdir(), "datasets"), [northPath]);
  const second = await importFiles(join(t.testdir(), "datasets"), [northPath]);
  t.equal(publishedBy(first).version, publishedBy(second).version);
});
