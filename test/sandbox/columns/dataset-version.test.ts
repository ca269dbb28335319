import { readFile, rename, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openDatasetVersion } from "@flamenco/sandbox/columns";
import t from "tap";
import { makeFlows, writeDatasetFixture } from "../../support/dataset-fixture.js";

const fixture = (directory: string) => writeDatasetFixture(directory, { ...makeFlows(100), partitionRows: 60 });

t.test("opens a version whose files are those of its manifest", async (t) => {
  const { directory, version } = await fixture(t.testdir());
  const opened = await openDatasetVersion(directory, version);
  t.equal(opened.version, version);
  t.equal(opened.manifest.rows, 100);
  t.same(
    opened.partitions,
    ["part-00000.parquet", "part-00001.parquet"].map((file) => join(directory, file)),
  );
});

type Damage = (directory: string) => Promise<unknown>;

const editManifest =
  (edit: (manifest: Record<string, unknown> & { partitions: Record<string, unknown>[] }) => void): Damage =>
  async (directory) => {
    const path = join(directory, "manifest.json");
    const manifest = JSON.parse(await readFile(path, "utf8"));
    edit(manifest);
    await writeFile(path, JSON.stringify(manifest));
  };

const damages: Record<string, Damage> = {
  "the manifest is missing": (directory) => rename(join(directory, "manifest.json"), join(directory, "other.json")),
  "the manifest is not JSON": (directory) => writeFile(join(directory, "manifest.json"), "{ CANARY"),
  "the manifest has an unknown property": editManifest((manifest) => {
    manifest.extra = true;
  }),
  "the manifest counts other rows": editManifest((manifest) => {
    manifest.rows = 99;
  }),
  "a partition is listed twice": editManifest((manifest) => {
    manifest.partitions[1] = { ...manifest.partitions[0] };
    manifest.rows = 120;
  }),
  "a partition lies outside the folder": async (directory) => {
    await rename(join(directory, "part-00000.parquet"), join(directory, "../outside.parquet"));
    await editManifest((manifest) => {
      (manifest.partitions[0] as Record<string, unknown>).file = "../outside.parquet";
    })(directory);
  },
  "a partition is missing": (directory) => rename(join(directory, "part-00001.parquet"), join(directory, "gone")),
  "a partition is cut short": (directory) => truncate(join(directory, "part-00001.parquet"), 100),
  "a partition is a link": async (directory) => {
    await rename(join(directory, "part-00001.parquet"), join(directory, "elsewhere"));
    await symlink("elsewhere", join(directory, "part-00001.parquet"));
  },
  "one byte of a partition changed": async (directory) => {
    const path = join(directory, "part-00001.parquet");
    const bytes = await readFile(path);
    bytes[50] = (bytes[50] as number) ^ 1;
    await writeFile(path, bytes);
  },
};

for (const [name, damage] of Object.entries(damages)) {
  t.test(`refuses a version when ${name}`, async (t) => {
    const { directory } = await fixture(join(t.testdir(), "version"));
    await damage(directory);
    const error = await openDatasetVersion(directory).catch((cause: Error) => cause);
    t.match(error, { code: "FLM_DATASET_CORRUPT" });
    t.notMatch((error as Error).message, /CANARY/, "the message quotes nothing of the file");
  });
}

t.test("refuses a version that is not the one that was asked for", async (t) => {
  const { directory } = await fixture(t.testdir());
  await t.rejects(openDatasetVersion(directory, "0".repeat(64)), { code: "FLM_DATASET_CORRUPT" });
});
