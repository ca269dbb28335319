import { barRows, drawSparkline, histogramOfValues } from "@flamenco/server/import";
import t from "tap";
import { northPath, runDataset } from "./import-fixture.js";

t.setTimeout(180_000);

t.test("a histogram counts every value once", async (t) => {
  const values = Float64Array.from({ length: 1000 }, (_, index) => index);
  values[3] = Number.NaN;
  values[999] = 1e12;
  const histogram = histogramOfValues(values, 10);
  const { counts, below, above, missing } = histogram;
  t.equal(missing, 1);
  t.equal(counts.reduce((sum, count) => sum + count, 0) + below + above + missing, values.length);
  t.ok(below > 0 && above > 0, "the tails lie beyond the ranges");
  t.ok(counts.every((count) => count > 90 && count < 110));
  t.match(barRows(histogram, String), [["below 11"], ["from 11"]]);
});

t.test("a histogram of one value, and of none", async (t) => {
  const same = histogramOfValues(new Float64Array(5).fill(7), 4);
  t.same(same.counts, [5, 0, 0, 0]);
  t.match(barRows(same, String), [["always 7", "5"]]);
  const none = histogramOfValues(new Float64Array(3).fill(Number.NaN), 4);
  t.match(none, { low: null, high: null, counts: [0, 0, 0, 0], missing: 3 });
  t.same(barRows(none, String), []);
  t.equal(drawSparkline(none), "    ");
});

t.test("a range with one of many values is not blank", async (t) => {
  const line = drawSparkline({ low: 0, high: 1, counts: [100_000, 0, 1], below: 0, above: 0, missing: 0 });
  t.equal(line, "█ ▁");
});

t.test("versions are listed and dropped, columns are described", async (t) => {
  const dataDir = t.testdir();
  runDataset(dataDir, "add", "north", northPath);
  const described = runDataset(dataDir, "describe", "north");
  t.match(described, { code: 0, err: "" });
  t.match(described.out, /^averagePacketSize +\S.*997 +353\.009/m);
  t.match(described.out, /never vary: .*fwdUrgFlags \(0\)/);
  t.match(described.out, /bytesPerSecond +bitsPerSecond +1\.000 +1\.000/);
  t.notMatch(described.out, /192\.168\.|172\.16\./, "no address");
  t.match(runDataset(dataDir, "describe", "north", "--column", "averagePacketSize").out, /range +rows\nfrom 0 +82 +█/);
  t.match(runDataset(dataDir, "describe", "north", "--column", "srcAddr"), { code: 1, err: /FLM_FIELD_MISSING/ });
  const json = JSON.parse(runDataset(dataDir, "describe", "north", "--json").out);
  t.match(json, { rows: 997, sampledRows: 997, columns: [{ column: "durationSeconds", statistics: { count: 997 } }] });

  runDataset(dataDir, "add", "north", northPath, "--labels", "benign=BENIGN,attack=*");
  const { current, versions } = JSON.parse(runDataset(dataDir, "versions", "north", "--json").out);
  t.equal(versions.length, 2);
  const old = versions.find(({ version }: { version: string }) => version !== current).version;
  t.match(runDataset(dataDir, "versions", "north").out, new RegExp(`${current.slice(0, 12)}.*current`));
  t.match(runDataset(dataDir, "drop", "north", "--version", old), { code: 1, err: /FLM_CONFIRMATION.*--yes/, out: "" });
  t.match(runDataset(dataDir, "drop", "north", "--version", old.slice(0, 8), "--yes"), { code: 0, out: /Removed/ });
  t.match(runDataset(dataDir, "drop", "north", "--version", current, "--yes"), { code: 2, err: /FLM_USAGE.*current/ });
  t.match(runDataset(dataDir, "drop", "north", "--yes"), { code: 0 });
  t.match(runDataset(dataDir, "list"), { code: 0, out: /no dataset yet/ });
  t.match(runDataset(dataDir, "drop", "north", "--yes"), { code: 1, err: /FLM_DATASET_UNKNOWN/ });
});
