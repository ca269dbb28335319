import { join } from "node:path";
import { type LoadedColumns, openDatasetVersion, readColumns } from "@flamenco/sandbox/columns";
import t from "tap";
import {
  type FixtureOptions,
  makeFlows,
  replacePartition,
  writeDatasetFixture,
} from "../../support/dataset-fixture.js";

const labels = ["benign", "attack"];

async function load(directory: string, options: FixtureOptions, fields: readonly string[]): Promise<LoadedColumns> {
  await writeDatasetFixture(directory, options);
  return readColumns(await openDatasetVersion(directory), { fields, labels });
}

const valuesOf = (loaded: LoadedColumns, field: string) => [...(loaded.columns.get(field)?.values ?? [])];

t.test("keeps the order of rows over chunks and partitions", async (t) => {
  const rows = Array.from({ length: 10_000 }, (_, index) => ({ packets: index, durationSeconds: index / 8 }));
  const loaded = await load(t.testdir(), { rows, partitionRows: 4_001 }, ["durationSeconds", "packets"]);
  t.equal(loaded.rows, rows.length);
  t.ok(valuesOf(loaded, "packets").every((value, index) => value === index));
  t.ok(valuesOf(loaded, "durationSeconds").every((value, index) => value === index / 8));
});

t.test("a missing value is NaN, a boolean 0 or 1, a category its dictionary's index", async (t) => {
  const rows = [
    { rttMs: 1.5, lost: false, source: "zürich" },
    { rttMs: null, lost: true, source: null },
    { rttMs: Number.POSITIVE_INFINITY, lost: null, source: "Basel" },
    { rttMs: -0, lost: false, source: "zürich" },
  ];
  const loaded = await load(t.testdir(), { kind: "rtt/1", rows, partitionRows: 2 }, ["rttMs", "lost", "source"]);
  t.same(valuesOf(loaded, "rttMs"), [1.5, Number.NaN, Number.POSITIVE_INFINITY, -0]);
  t.ok(Object.is(valuesOf(loaded, "rttMs")[3], -0));
  t.same(valuesOf(loaded, "lost"), [0, 1, Number.NaN, 0]);
  t.same(valuesOf(loaded, "source"), [1, Number.NaN, 0, 1]);
  t.same(loaded.columns.get("source")?.dictionary, ["Basel", "zürich"]);
  t.equal(loaded.columns.get("rttMs")?.dictionary, null);
});

t.test("truth is expressed in the task's labels, and -1 where it is unknown or another label", async (t) => {
  const rows = Array.from({ length: 4 }, () => ({ packets: 1 }));
  const truth = ["attack", "benign", null, "scan"];
  t.same([...(await load(t.testdir(), { rows, truth }, ["packets"])).truth], [1, 0, -1, -1]);
});

t.test("without ground truth every row is unknown", async (t) => {
  const loaded = await load(t.testdir(), { rows: [{ packets: 1 }, { packets: 2 }] }, ["packets"]);
  t.same([...loaded.truth], [-1, -1]);
});

t.test("a category column without values has an empty dictionary", async (t) => {
  const options = { rows: [{ packets: 1 }], columns: ["packets", "srcAddr"] };
  const loaded = await load(t.testdir(), options, ["srcAddr"]);
  t.same(loaded.columns.get("srcAddr"), { values: Float64Array.of(Number.NaN), dictionary: [] });
});

t.test("a dataset without rows has columns without values", async (t) => {
  const loaded = await load(t.testdir(), { rows: [], columns: ["packets", "srcAddr"] }, ["packets", "srcAddr"]);
  t.equal(loaded.rows, 0);
  t.same(valuesOf(loaded, "packets"), []);
});

t.test("reads from folders whose names DuckDB would take for patterns or quotes", async (t) => {
  const root = t.testdir();
  const names = ["x*", "x?", "xy", "[x]y", "it's", "ünï cödé", "{x,y}"];
  const rows = (name: string) => names.indexOf(name) + 1;
  for (const name of names) await writeDatasetFixture(join(root, name), makeFlows(rows(name)));
  for (const name of names) {
    const version = await openDatasetVersion(join(root, name));
    t.equal((await readColumns(version, { fields: ["packets"], labels })).rows, rows(name), name);
  }
});

t.test("tells the rows that are loaded", async (t) => {
  const { directory } = await writeDatasetFixture(t.testdir(), { ...makeFlows(5_000), partitionRows: 3_000 });
  const seen: number[] = [];
  const version = await openDatasetVersion(directory);
  await readColumns(version, { fields: ["packets"], labels, onProgress: (rows) => seen.push(rows) });
  t.equal(seen.at(-1), 5_000);
  t.same(
    [...seen].sort((a, b) => a - b),
    seen,
  );
});

t.test("refuses a column that the dataset lacks, by name", async (t) => {
  const { directory } = await writeDatasetFixture(t.testdir(), makeFlows(5));
  const version = await openDatasetVersion(directory);
  for (const field of ["idleMax", "no such"]) {
    await t.rejects(readColumns(version, { fields: [field], labels }), {
      code: "FLM_FIELD_MISSING",
      message: new RegExp(field),
    });
  }
});

t.test("a partition of other rows or types than the manifest says is corrupt, and no value is quoted", async (t) => {
  const canary = "CANARY-198-51-100-7";
  const { directory } = await writeDatasetFixture(t.testdir(), {
    kind: "rtt/1",
    rows: [{ source: canary }, { source: canary }],
  });
  const version = await openDatasetVersion(directory);
  const pretend = (manifest: Partial<typeof version.manifest>) => ({
    ...version,
    manifest: { ...version.manifest, ...manifest },
  });
  const partition = version.manifest.partitions[0] as (typeof version.manifest.partitions)[number];
  const attempts = {
    "fewer rows": pretend({ rows: 3, partitions: [{ ...partition, rows: 3 }] }),
    "more rows": pretend({ rows: 1, partitions: [{ ...partition, rows: 1 }] }),
    "a column that is not in the file": pretend({ columns: ["source", "rttMs"] }),
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    const error = await readColumns(attempt, { fields: [...attempt.manifest.columns], labels }).catch((e) => e);
    t.match(error, { code: "FLM_DATASET_CORRUPT" }, name);
    t.notOk(JSON.stringify([error.message, error.stack, error.cause ?? null]).includes(canary), name);
  }
});

t.test("text where the kind has numbers is corrupt, and the text is not quoted", async (t) => {
  const canary = "CANARY-203-0-113-9";
  const fixture = await writeDatasetFixture(t.testdir(), { rows: [{ packets: 1 }] });
  await replacePartition(fixture, `SELECT '${canary}' AS packets FROM flows`);
  const version = await openDatasetVersion(fixture.directory);
  const error = await readColumns(version, { fields: ["packets"], labels }).catch((e) => e);
  t.match(error, { code: "FLM_DATASET_CORRUPT" });
  t.notOk(`${error.message}${error.stack}${error.cause}`.includes(canary));
});
