import { join } from "node:path";
import { addTrailingWindows, windowFeatures } from "@flamenco/sandbox/preprocess";
import fc from "fast-check";
import t from "tap";
import { importFiles, importText, publishedBy, readRows } from "./import-fixture.js";

t.setTimeout(120_000);

interface Probe {
  readonly timeMs: number;
  readonly pair: number;
  readonly rttMs: number | null;
}

const probe = fc.record({
  timeMs: fc.integer({ min: 1_600_000_000_000, max: 1_600_000_000_040 }),
  pair: fc.nat(2),
  rttMs: fc.option(fc.double({ min: 0.01, max: 900, noNaN: true }), { freq: 4 }),
});

/** One pair, lost at the beginning, in the middle and for longer than a window. */
const csvExample: Probe[] = Array.from({ length: 40 }, (_, index) => ({
  timeMs: 1_600_000_000_000 + index,
  pair: 0,
  rttMs: index < 2 || (index > 12 && index < 26) ? null : index,
}));

const csvOf = (probes: readonly Probe[]) =>
  ["timeMs,source,destination,rttMs,lost"]
    .concat(
      probes.map(
        ({ timeMs, pair, rttMs }) => `${timeMs},probe-${pair},target-${pair % 2},${rttMs ?? ""},${rttMs === null}`,
      ),
    )
    .join("\n")
    .concat("\n");

const isClose = (found: number | null, expected: number) =>
  found === null ? Number.isNaN(expected) : Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected));

t.test("trailing windows of an import are those that flamenco data augment adds", async (t) => {
  const folder = t.testdir();
  await fc.assert(
    fc.asyncProperty(fc.array(probe, { minLength: 15, maxLength: 80 }), async (probes) => {
      const windows = addTrailingWindows({
        values: Float64Array.from(probes, ({ rttMs }) => rttMs ?? Number.NaN),
        segments: Int32Array.from(probes, ({ pair }) => pair),
        timesMs: Float64Array.from(probes, ({ timeMs }) => timeMs),
        size: { rows: 10 },
      });
      const result = await importText(folder, csvOf(probes));
      const columns = windowFeatures.map((feature) => `window${feature}::DOUBLE`).join(", ");
      const found = (await readRows(publishedBy(result), columns)) as (number | null)[][];
      const order = [...probes.keys()].sort((a, b) => (probes[a]?.timeMs ?? 0) - (probes[b]?.timeMs ?? 0) || a - b);
      order.forEach((row, place) => {
        const wrong = windowFeatures.filter(
          (feature, at) => !isClose(found[place]?.[at] ?? null, windows[feature][row] as number),
        );
        if (wrong.length > 0) t.fail(`row ${row}: ${wrong.join(", ")}`);
      });
    }),
    { numRuns: 8, seed: 11, examples: [[csvExample]] },
  );
  t.pass("every window is the same");
});

t.test("windows that a file brings are kept as they are", async (t) => {
  const text = "timeMs,source,rttMs,lost,windowCount\n1600000000000,a,5,false,7\n1600000000001,a,6,false,8\n";
  const result = await importText(t.testdir(), text);
  t.strictSame((await readRows(publishedBy(result), "windowCount")).flat(), [7n, 8n]);
  t.notOk(result.manifest.columns.includes("windowMean"));
});

t.test("a series without a destination is one pair", async (t) => {
  const folder = t.testdir({ "5.csv": "epoch;rtt;cp\n1600000000;4;0\n1600000001;-1;0\n1600000002;8;1\n" });
  const result = await importFiles(join(folder, "datasets"), [join(folder, "5.csv")]);
  t.strictSame(await readRows(publishedBy(result), "windowCount, windowMedian, lost"), [
    [1n, 4, false],
    [1n, 4, true],
    [2n, 6, false],
  ]);
});
