import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { dropDataset, dropVersion, listVersions, openCurrentVersion, withStaging } from "@flamenco/server/datasets";
import t from "tap";
import { publishText } from "./dataset-fixture.js";

const confirmed = { confirmed: true };
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error) => error.code,
  );

t.test("an old version goes, the current one stays", async (t) => {
  const root = t.testdir();
  const old = await publishText(root, "north", "old", "2026-01-01T00:00:00.000Z");
  const current = await publishText(root, "north", "new");
  t.same(await dropVersion(root, "north", old.version.slice(0, 12), { confirmed: false }), [old.version]);
  t.equal((await listVersions(root, "north")).length, 2, "nothing happens unasked");
  t.same(await dropVersion(root, "north", old.version.slice(0, 12), confirmed), [old.version]);
  t.same(readdirSync(join(root, "north")).sort(), [current.version, "current"].sort());
  t.equal((await openCurrentVersion(root, "north")).version, current.version);
});

t.test("the current version goes only with the whole dataset", async (t) => {
  const root = t.testdir();
  const { version } = await publishText(root, "north", "rows");
  t.equal(await code(dropVersion(root, "north", version, confirmed)), "FLM_USAGE");
  t.same(await dropDataset(root, "north", { confirmed: false }), [version]);
  t.ok(existsSync(join(root, "north", version)));
  t.same(await dropDataset(root, "north", confirmed), [version]);
  t.same(readdirSync(root), []);
});

t.test("what cannot be meant is refused", async (t) => {
  const root = t.testdir();
  await publishText(root, "north", "old", "2026-01-01T00:00:00.000Z");
  await publishText(root, "north", "new");
  t.equal(await code(dropVersion(root, "north", "", confirmed)), "FLM_USAGE", "a beginning of several");
  t.equal(await code(dropVersion(root, "north", "xyz", confirmed)), "FLM_DATASET_UNKNOWN");
  t.equal(await code(dropVersion(root, "north", "../north", confirmed)), "FLM_DATASET_UNKNOWN");
  t.equal(await code(dropDataset(root, "south", confirmed)), "FLM_DATASET_UNKNOWN");
  t.equal(await code(dropDataset(root, "../north", confirmed)), "FLM_DATASET_NAME");
  t.equal((await listVersions(root, "north")).length, 2);
});

t.test("nothing is removed while an import runs", async (t) => {
  const root = t.testdir();
  const { version } = await publishText(root, "north", "rows");
  await withStaging(root, "north", async () => {
    t.equal(await code(dropDataset(root, "north", confirmed)), "FLM_DATASET_BUSY");
    t.equal(await code(dropVersion(root, "north", version, confirmed)), "FLM_DATASET_BUSY");
  });
  t.equal((await openCurrentVersion(root, "north")).version, version);
});

t.test("a damaged dataset can be dropped", async (t) => {
  const root = t.testdir();
  const { version } = await publishText(root, "north", "rows");
  rmSync(join(root, "north", version, "manifest.json"));
  t.same(await dropDataset(root, "north", confirmed), [version]);
  t.same(readdirSync(root), []);
});
