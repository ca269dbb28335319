import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DatasetSegments, kindOf } from "@flamenco/policies/wire";
import { openDatasetVersion, readSegmentStatistics } from "@flamenco/sandbox/columns";
import { detectModes } from "@flamenco/sandbox/preprocess";
import type { DatasetVersion } from "@flamenco/server/datasets";
import t from "tap";
import { seededNumbers } from "../../support/dataset-fixture.js";
import { importText, publishedBy, readRows } from "./import-fixture.js";

const random = seededNumbers(11);
const header = "timeMs,source,destination,rttMs,lost";

/** Two paths: one with one usual delay, one with a detour that most probes take; a third with a single probe. */
const paths = [
  { pair: "probe-1,target-1", rtt: () => 20 + random() },
  { pair: "probe-1,target-2", rtt: () => (random() < 0.6 ? 90 : 50) + random() },
];
const lines = Array.from({ length: 800 }, (_, index) => {
  const path = paths[index % 2] as (typeof paths)[number];
  const lost = index % 50 === 7;
  return `${1_700_000_000_000 + index * 1000},${path.pair},${lost ? "" : path.rtt()},${lost}`;
});
const text = [header, ...lines, "1700000900000,probe-2,target-1,33,false", ""].join("\n");

const segmentsOf = ({ directory }: DatasetVersion): DatasetSegments["segments"] =>
  JSON.parse(readFileSync(join(directory, "segments.json"), "utf8")).segments;

t.test("a round-trip time belongs to its pair and mode, a lost probe to the pair's largest mode", async (t) => {
  const version = publishedBy(await importText(t.testdir(), text));
  const { manifest } = version;
  t.match(manifest.segments, { by: ["source", "destination"], modality: "rttMs", count: 4, file: "segments.json" });
  const segments = segmentsOf(version);
  t.same(
    segments.map(({ key, mode }) => [...key, mode]),
    [
      ["probe-1", "target-1", 0],
      ["probe-1", "target-2", 0],
      ["probe-1", "target-2", 1],
      ["probe-2", "target-1", 0],
    ],
  );
  const rows = (await readRows(version, "destination, source, rttMs, lost, __segment::DOUBLE")) as [
    string,
    string,
    number | null,
    boolean,
    number,
  ][];
  t.equal(rows.length, 801);
  for (const [destination, source, rttMs, lost, segment] of rows) {
    const expected =
      source === "probe-2" ? 3 : destination === "target-1" ? 0 : lost || (rttMs as number) >= 70 ? 2 : 1;
    if (segment !== expected) t.fail(`a row of ${source} to ${destination} is in segment ${segment}, not ${expected}`);
  }
  for (const [number, { rows: count, statistics }] of segments.entries()) {
    const own = rows.filter(([, , , , segment]) => segment === number);
    const values = own.map(([, , rttMs]) => rttMs).filter((value) => value !== null);
    t.equal(count, own.length);
    t.equal(statistics.rttMs?.count, values.length);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    t.ok(Math.abs((statistics.rttMs?.mean ?? Number.NaN) - mean) < 1e-9);
    t.equal(statistics.rttMs?.p50, percentile(values, 0.5));
  }
});

/** Linear between the closest ranks. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] as number;
  return low + ((sorted[Math.ceil(at)] as number) - low) * (at - Math.floor(at));
}

t.test("the modes of a segment are those of its values", async (t) => {
  const version = publishedBy(await importText(t.testdir(), text));
  const rows = (await readRows(version, "rttMs, __segment::DOUBLE")) as [number | null, number][];
  const valuesOf = (...wanted: number[]) =>
    Float64Array.from(rows.flatMap(([rttMs, segment]) => (rttMs !== null && wanted.includes(segment) ? [rttMs] : [])));
  const [split = Number.NaN] = detectModes(valuesOf(1, 2)).splits;
  t.ok(Math.max(...valuesOf(1)) < split && Math.min(...valuesOf(2)) >= split);
  t.equal(detectModes(valuesOf(0)).splits.length, 0);
});

t.test("what an import writes, the sealed worker reads", async (t) => {
  const version = publishedBy(await importText(t.testdir(), text));
  const opened = await openDatasetVersion(version.directory, version.version);
  const statistics = await readSegmentStatistics(opened);
  t.same(
    statistics,
    segmentsOf(version).map((segment) => segment.statistics),
  );
});

t.test("flows have one segment, the whole", async (t) => {
  const flows = "srcPort,dstPort,protocol\n53,1000,17\n80,2000,6\n";
  const version = publishedBy(await importText(t.testdir(), flows));
  t.equal(version.manifest.segments, undefined);
  t.equal(version.manifest.kind, kindOf("flow/1").name);
});
