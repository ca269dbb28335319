import { join } from "node:path";
import { type ColumnChunk, ColumnReader, type DatasetVersion, openDatasetVersion } from "@flamenco/sandbox/columns";
import t from "tap";
import {
  type FixtureOptions,
  makeFlows,
  replacePartition,
  writeDatasetFixture,
} from "../../support/dataset-fixture.js";

const labels = ["benign", "attack"];

type Categories = Readonly<Record<string, readonly string[]>>;

async function read(
  version: DatasetVersion,
  fields: readonly string[],
  categories: Categories = {},
  first = 0,
  rows = version.manifest.rows,
): Promise<ColumnChunk> {
  const reader = await ColumnReader.open(version, { fields, categories: new Map(Object.entries(categories)), labels });
  try {
    return await reader.read(first, rows);
  } finally {
    reader.close();
  }
}

async function load(
  directory: string,
  options: FixtureOptions,
  fields: readonly string[],
  categories?: Categories,
): Promise<ColumnChunk> {
  await writeDatasetFixture(directory, options);
  return read(await openDatasetVersion(directory), fields, categories);
}

const valuesOf = (loaded: ColumnChunk, field: string) => [...(loaded.columns.get(field) ?? [])];

t.test("keeps the order of rows over chunks and partitions", async (t) => {
  const rows = Array.from({ length: 10_000 }, (_, index) => ({ packets: index, durationSeconds: index / 8 }));
  const loaded = await load(t.testdir(), { rows, partitionRows: 4_001 }, ["durationSeconds", "packets"]);
  t.equal(loaded.rows, rows.length);
  t.ok(valuesOf(loaded, "packets").every((value, index) => value === index));
  t.ok(valuesOf(loaded, "durationSeconds").every((value, index) => value === index / 8));
});

t.test("any rows can be read, wherever the partitions end", async (t) => {
  const rows = Array.from({ length: 1_000 }, (_, index) => ({ packets: index }));
  await writeDatasetFixture(t.testdir(), { rows, partitionRows: 100 });
  const version = await openDatasetVersion(t.testdirName);
  for (const [first, count] of [
    [0, 1],
    [99, 2],
    [150, 700],
    [999, 1],
    [500, 0],
  ] as const) {
    const chunk = await read(version, ["packets"], {}, first, count);
    t.same(
      valuesOf(chunk, "packets"),
      Array.from({ length: count }, (_, index) => first + index),
      `${count} from ${first}`,
    );
  }
});

t.test(
  "a missing value is NaN, a boolean 0 or 1, a category the place of its text among those asked about",
  async (t) => {
    const rows = [
      { rttMs: 1.5, lost: false, source: "zürich" },
      { rttMs: null, lost: true, source: null },
      { rttMs: Number.POSITIVE_INFINITY, lost: null, source: "Basel" },
      { rttMs: -0, lost: false, source: "it's" },
    ];
    const options = { kind: "rtt/1", rows, partitionRows: 2 };
    const loaded = await load(t.testdir(), options, ["rttMs", "lost", "source"], { source: ["it's", "zürich"] });
    t.same(valuesOf(loaded, "rttMs"), [1.5, Number.NaN, Number.POSITIVE_INFINITY, -0]);
    t.ok(Object.is(valuesOf(loaded, "rttMs")[3], -0));
    t.same(valuesOf(loaded, "lost"), [0, 1, Number.NaN, 0]);
    t.same(valuesOf(loaded, "source"), [1, Number.NaN, 2, 0]);
  },
);

t.test("of a category that nobody asks about, only what is missing is known", async (t) => {
  const rows = [{ packets: 1, srcAddr: "10.0.0.1" }, { packets: 1 }];
  t.same(valuesOf(await load(t.testdir(), { rows }, ["srcAddr"]), "srcAddr"), [0, Number.NaN]);
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
    t.same(valuesOf(await read(version, ["packets"]), "packets").length, rows(name), name);
  }
});

t.test("refuses a column that the dataset lacks, by name", async (t) => {
  const { directory } = await writeDatasetFixture(t.testdir(), makeFlows(5));
  const version = await openDatasetVersion(directory);
  for (const field of ["idleMax", "no such"]) {
    await t.rejects(read(version, [field]), {
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
    const error = await read(attempt, attempt.manifest.columns).catch((e) => e);
    t.match(error, { code: "FLM_DATASET_CORRUPT" }, name);
    t.notOk(JSON.stringify([error.message, error.stack, error.cause ?? null]).includes(canary), name);
  }
});

t.test("text where the kind has numbers is corrupt, and the text is not quoted", async (t) => {
  const canary = "CANARY-203-0-113-9";
  const fixture = await writeDatasetFixture(t.testdir(), { rows: [{ packets: 1 }] });
  await replacePartition(fixture, `SELECT '${canary}' AS packets FROM flows`);
  const version = await openDatasetVersion(fixture.directory);
  const error = await read(version, ["packets"]).catch((e) => e);
  t.match(error, { code: "FLM_DATASET_CORRUPT" });
  t.notOk(`${error.message}${error.stack}${error.cause}`.includes(canary));
});
