import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isFlamencoError } from "@flamenco/policies/errors";
import {
  isDiskFull,
  listVersions,
  lockDataset,
  openCurrentVersion,
  partitionFile,
  withStaging,
} from "@flamenco/server/datasets";
import t from "tap";
import { publishText } from "./dataset-fixture.js";
import { mountSmall } from "./small-disk.js";

t.test("work that fails leaves the old version and nothing else", async (t) => {
  const root = t.testdir();
  const { version } = await publishText(root, "north", "rows");
  await t.rejects(
    withStaging(root, "north", async ({ directory, scratch }) => {
      await writeFile(join(directory, partitionFile(0)), "half");
      await writeFile(join(scratch, "spill"), "x");
      throw new Error("on purpose");
    }),
    /on purpose/,
  );
  t.strictSame(readdirSync(join(root, "north")).sort(), [version, "current"].sort());
});

t.test("a first import that fails leaves no dataset", async (t) => {
  const root = t.testdir();
  await t.rejects(
    withStaging(root, "north", () => Promise.reject(new Error("on purpose"))),
    /on purpose/,
  );
  t.strictSame(readdirSync(root), []);
});

t.test("a second import into the same dataset is refused while the first one runs", async (t) => {
  const root = t.testdir();
  await withStaging(root, "north", async () => {
    const error = await publishText(root, "north", "x").catch((cause: unknown) => cause);
    t.ok(isFlamencoError(error, "FLM_DATASET_BUSY"));
    await publishText(root, "south", "another dataset is free");
  });
  await publishText(root, "north", "and so is this one afterwards");
});

t.test("the lock and the leftovers of a killed import are swept", async (t) => {
  const root = t.testdir();
  const { version } = await publishText(root, "north", "rows");
  const folder = join(root, "north");
  const dead = spawnSync("true").pid;
  await writeFile(join(folder, "lock"), `${dead} 1 0123456789abcdef\n`);
  await mkdir(join(folder, ".import-a1b2c3", "scratch"), { recursive: true });
  await writeFile(join(folder, ".import-current-0011"), "half");
  await writeFile(join(folder, `.import-lock-${dead}-1-0123456789abcdef`), "x");
  await writeFile(join(folder, ".import-stale-0011"), "x");
  t.equal((await openCurrentVersion(root, "north")).version, version, "they do not disturb readers");
  const next = await publishText(root, "north", "new rows");
  t.strictSame(readdirSync(folder).sort(), [version, next.version, "current"].sort());
});

t.test(
  "a process id that was given to another process does not keep a dataset locked",
  { skip: existsSync("/proc/self/stat") ? false : "the system does not tell when a process started" },
  async (t) => {
    const root = t.testdir({ north: {} });
    await writeFile(join(root, "north", "lock"), `${process.pid} 1 0123456789abcdef\n`);
    await publishText(root, "north", "rows");
  },
);

t.test("a lock that is not one is no obstacle", async (t) => {
  for (const text of ["", "x", "-1 1 1\n", "0 1 1\n", "99999999999 1 1\n", "{}"]) {
    const root = t.testdir({ north: { lock: text } });
    await publishText(root, "north", "rows");
  }
});

t.test("whoever lost the lock does not publish", async (t) => {
  const root = t.testdir();
  const { version } = await publishText(root, "north", "rows");
  const error = await withStaging(root, "north", async (staging) => {
    await writeFile(join(staging.directory, partitionFile(0)), "x");
    await writeFile(join(root, "north", "lock"), "1 ? another import\n");
    const { manifest } = await openCurrentVersion(root, "north");
    return staging.publish({
      ...manifest,
      importedAt: "2027-01-01T00:00:00.000Z",
      partitions: await staging.describePartitions([1]),
    });
  }).catch((cause: unknown) => cause);
  t.ok(isFlamencoError(error, "FLM_DATASET_BUSY"));
  t.strictSame(
    (await listVersions(root, "north")).map((one) => one.version),
    [version],
  );
});

t.test("of many that find a stale lock, one gets it", async (t) => {
  const folder = t.testdir();
  const dead = spawnSync("true").pid;
  const holders: number[] = [];
  for (let round = 0; round < 50; round += 1) {
    await writeFile(join(folder, "lock"), `${dead} 1 ${round}\n`);
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataset(folder, "north")));
    const locks = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    for (const result of results)
      if (result.status === "rejected") t.match(result.reason, { code: "FLM_DATASET_BUSY" });
    holders.push(locks.length);
    await Promise.all(locks.map((lock) => lock.assertHeld().then(() => lock.release())));
  }
  t.strictSame(holders, Array(50).fill(1));
  t.strictSame(readdirSync(folder), [], "and nothing is left behind");
});

t.test("an altered manifest cannot be published", async (t) => {
  const root = t.testdir();
  const { manifest } = await publishText(root, "north", "rows");
  await t.rejects(
    withStaging(root, "north", (staging) => staging.publish({ ...manifest, rows: -1 })),
    { code: "FLM_SCHEMA" },
  );
  await t.rejects(
    withStaging(root, "south", (staging) => staging.publish(manifest)),
    { code: "FLM_INTERNAL" },
  );
});

t.test("a full disk is told from other failures", async (t) => {
  for (const code of ["ENOSPC", "EDQUOT", "EFBIG"]) t.ok(isDiskFull(Object.assign(new Error("x"), { code })), code);
  t.ok(isDiskFull(new Error('IO Error: Could not write file "x": No space left on device')));
  t.notOk(isDiskFull(new Error("x")));
  t.notOk(isDiskFull("ENOSPC"));
});

const small = mountSmall(256 * 1024);

t.test(
  "a full disk leaves the old version, says so, and the next import works",
  { skip: small.refusal ?? false },
  async (t) => {
    t.teardown(small.unmount);
    const root = small.folder;
    const { version } = await publishText(root, "north", "old rows");
    const error = await publishText(root, "north", "x".repeat(1024 * 1024)).catch((cause: unknown) => cause);
    t.ok(isFlamencoError(error, "FLM_DISK_FULL"));
    t.equal((await openCurrentVersion(root, "north")).version, version);
    t.equal(readFileSync(join(root, "north", version, partitionFile(0)), "utf8"), "old rows");
    await publishText(root, "north", "new rows");
  },
);
