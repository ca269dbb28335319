import { appendFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ErrorCode, isFlamencoError } from "@flamenco/policies/errors";
import { digestOf } from "@flamenco/policies/trust";
import { listDatasets, listVersions, openCurrentVersion, openVersion } from "@flamenco/server/datasets";
import t from "tap";
import { publishText } from "./dataset-fixture.js";

async function codeOf(work: Promise<unknown>): Promise<ErrorCode | "no error" | "no code"> {
  return work.then(
    () => "no error",
    (error: unknown) => (isFlamencoError(error) ? error.code : "no code"),
  );
}

t.test("a version is named by its manifest, and older versions stay", async (t) => {
  const root = t.testdir();
  const old = await publishText(root, "north", "old", "2026-01-01T00:00:00.000Z");
  const current = await publishText(root, "north", "new", "2026-01-02T00:00:00.000Z");
  t.equal(current.version, digestOf(current.manifest));
  t.strictSame(await openCurrentVersion(root, "north"), current);
  t.strictSame(await openVersion(root, "north", old.version), old);
  t.strictSame(
    (await listVersions(root, "north")).map(({ version }) => version),
    [old.version, current.version],
  );
  t.strictSame(
    (await listDatasets(root)).map(({ version }) => version),
    [current.version],
  );
});

t.test("names that could leave the folder are refused before anything is touched", async (t) => {
  const root = t.testdir();
  for (const name of [
    "..",
    ".",
    "",
    "../north",
    "a/b",
    "a\\b",
    "/etc",
    "North",
    "a.b",
    "a\0b",
    "-a",
    "1a",
    "a".repeat(65),
    "é",
    "con\n",
  ]) {
    t.equal(await codeOf(publishText(root, name, "x")), "FLM_DATASET_NAME", JSON.stringify(name));
    t.equal(await codeOf(openCurrentVersion(root, name)), "FLM_DATASET_NAME", JSON.stringify(name));
    t.equal(await codeOf(listVersions(root, name)), "FLM_DATASET_NAME", JSON.stringify(name));
  }
  await publishText(root, "north", "x");
  t.equal(await codeOf(openVersion(root, "north", "../north")), "FLM_DATASET_UNKNOWN");
});

t.test("what is not there is unknown", async (t) => {
  const root = t.testdir({ "not-a-dataset.txt": "x", empty: {} });
  t.strictSame(await listDatasets(root), []);
  t.strictSame(await listDatasets(join(root, "nowhere")), []);
  for (const name of ["empty", "nowhere"]) {
    t.equal(await codeOf(openCurrentVersion(root, name)), "FLM_DATASET_UNKNOWN");
    t.equal(await codeOf(listVersions(root, name)), "FLM_DATASET_UNKNOWN");
  }
});

t.test("a version that does not match its manifest is corrupt, and the list goes on without it", async (t) => {
  const damages: Record<string, (directory: string, version: string) => Promise<void>> = {
    "an altered manifest": async (directory) => {
      const path = join(directory, "manifest.json");
      await writeFile(path, (await readFile(path, "utf8")).replace('"rows": 1', '"rows": 2'));
    },
    "a manifest that is no JSON": (directory) => writeFile(join(directory, "manifest.json"), "{"),
    "a partition that was cut": (directory) => writeFile(join(directory, "part-00000.parquet"), "x"),
    "a partition that grew": (directory) => appendFile(join(directory, "part-00000.parquet"), "x"),
    "a partition that is gone": (directory) => rm(join(directory, "part-00000.parquet")),
    "another version's folder": async (directory) => {
      const other = await publishText(join(directory, "../.."), "north", "another");
      await rm(directory, { recursive: true });
      await rename(other.directory, directory);
      await writeFile(join(directory, "../current"), `${directory.slice(-64)}\n`);
    },
    "a `current` that names a path": (directory) => writeFile(join(directory, "../current"), "../../etc\n"),
  };
  for (const [title, damage] of Object.entries(damages)) {
    const root = t.testdir();
    const { directory, version } = await publishText(root, "north", "rows");
    await publishText(root, "south", "rows");
    await damage(directory, version);
    t.equal(await codeOf(openCurrentVersion(root, "north")), "FLM_DATASET_CORRUPT", title);
    t.equal(await codeOf(listDatasets(root)), "FLM_DATASET_CORRUPT", title);
    const damaged: string[] = [];
    const listed = await listDatasets(root, (name, { code }) => damaged.push(`${name} ${code}`));
    t.strictSame([listed.map(({ name }) => name), damaged], [["south"], ["north FLM_DATASET_CORRUPT"]], title);
  }
});

t.test("a manifest with a name of another dataset is refused", async (t) => {
  const root = t.testdir();
  const { directory, version } = await publishText(root, "north", "rows");
  await mkdir(join(root, "south"));
  await rename(directory, join(root, "south", version));
  await writeFile(join(root, "south/current"), `${version}\n`);
  t.equal(await codeOf(openCurrentVersion(root, "south")), "FLM_DATASET_CORRUPT");
});
