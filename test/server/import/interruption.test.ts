import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isFlamencoError } from "@flamenco/policies/errors";
import { listVersions, openCurrentVersion } from "@flamenco/server/datasets";
import t from "tap";
import { mountSmall } from "../datasets/small-disk.js";
import { importFiles, nodeProgram, north, northPath, publishedBy, readRows, southPath } from "./import-fixture.js";

t.setTimeout(180_000);

/** north.csv's rows over and over, each time as other flows. */
function writeLarge(path: string, copies: number): void {
  const file = openSync(path, "w");
  writeSync(file, `${north.header}\n`);
  for (let copy = 0; copy < copies; copy += 1) {
    writeSync(file, north.rows.map((row) => `${row.replace(",", `,${copy}-`)}\n`).join(""));
  }
  closeSync(file);
}

function startImport(dataDir: string, file: string): ChildProcess {
  return spawn(process.execPath, [nodeProgram, "dataset", "add", "north", file, "--data-dir", dataDir], {
    stdio: ["ignore", "ignore", "pipe"],
  });
}

/** Entries of a dataset's folder that are no complete version and not `current`. */
function leftoversIn(folder: string): string[] {
  return readdirSync(folder).filter((entry) => entry !== "current" && !/^[0-9a-f]{64}$/.test(entry));
}

t.test("an import that is killed at any moment leaves a whole version, and the next one sweeps", async (t) => {
  const dataDir = t.testdir();
  const root = join(dataDir, "node/datasets");
  const large = join(dataDir, "large.csv");
  writeLarge(large, 12);
  const old = publishedBy(await importFiles(root, [northPath], { name: "north" }));
  const started = Date.now();
  const [code] = await once(startImport(dataDir, large), "exit");
  t.equal(code, 0);
  const wholeMs = Date.now() - started;
  const whole = await openCurrentVersion(root, "north");
  t.not(whole.version, old.version);
  const rounds = 10;
  for (let round = 1; round <= rounds; round += 1) {
    const before = await openCurrentVersion(root, "north");
    const child = startImport(dataDir, large);
    await sleep((wholeMs * round) / rounds);
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    const current = await openCurrentVersion(root, "north");
    t.ok(
      current.version === before.version || current.manifest.rows === whole.manifest.rows,
      `round ${round}: a whole version is current`,
    );
    for (const version of await listVersions(root, "north")) {
      t.equal(
        (await readRows(version, "count(*)"))[0]?.[0],
        BigInt(version.manifest.rows),
        `round ${round}: every version is whole`,
      );
    }
  }
  const next = publishedBy(await importFiles(root, [southPath], { name: "north" }));
  t.equal((await openCurrentVersion(root, "north")).version, next.version);
  t.strictSame(leftoversIn(join(root, "north")), []);
});

t.test("Ctrl-C ends an import with a code and leaves nothing", async (t) => {
  const dataDir = t.testdir();
  const root = join(dataDir, "node/datasets");
  const large = join(dataDir, "large.csv");
  writeLarge(large, 25);
  const { version } = publishedBy(await importFiles(root, [northPath], { name: "north" }));
  const child = startImport(dataDir, large);
  let message = "";
  child.stderr?.on("data", (chunk: Buffer) => (message += chunk.toString()));
  for (let staged = false; !staged && child.exitCode === null; await sleep(5)) {
    staged = leftoversIn(join(root, "north")).some((entry) => /^\.import-[A-Za-z0-9]{6}$/.test(entry));
  }
  child.kill("SIGINT");
  const [code] = await once(child, "exit");
  t.equal(code, 1);
  t.match(message, /FLM_INTERRUPTED/);
  t.strictSame(readdirSync(join(root, "north")).sort(), ["current", version].sort());
});

t.test("of two imports at once into a new dataset, one is published and one is told", async (t) => {
  const root = t.testdir();
  const results = await Promise.allSettled([
    importFiles(root, [northPath], { name: "north" }),
    importFiles(root, [southPath], { name: "north" }),
  ]);
  const published = results.flatMap((result) => (result.status === "fulfilled" ? [publishedBy(result.value)] : []));
  const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  t.equal(published.length, 1);
  t.ok(isFlamencoError(refused[0], "FLM_DATASET_BUSY"));
  t.equal((await openCurrentVersion(root, "north")).version, published[0]?.version);
});

t.test("an aborted import throws the abort's reason and publishes nothing", async (t) => {
  const root = t.testdir();
  const reason = new Error("enough");
  for (const stage of ["read", "write", "statistics"]) {
    const controller = new AbortController();
    await t.rejects(
      importFiles(root, [northPath], {
        signal: controller.signal,
        onProgress: (progress) => progress.stage === stage && controller.abort(reason),
      }),
      reason,
      stage,
    );
  }
  t.strictSame(readdirSync(root), []);
});

t.test("a dry run says what an import would say and publishes nothing", async (t) => {
  const root = t.testdir();
  const { manifest, published } = await importFiles(root, [northPath], { dryRun: true });
  t.equal(published, null);
  t.equal(manifest.rows, 997);
  t.strictSame(readdirSync(root), []);
});

for (const kilobytes of [64, 400, 900]) {
  const disk = mountSmall(kilobytes * 1024);
  t.test(`a disk of ${kilobytes} KB is full before the import ends`, { skip: disk.refusal ?? false }, async (t) => {
    t.teardown(disk.unmount);
    const large = join(t.testdir(), "large.csv");
    writeLarge(large, 12);
    execFileSync("mkdir", ["-p", join(disk.folder, "north")]);
    const error = await importFiles(disk.folder, [large], { name: "north" }).catch((cause: unknown) => cause);
    t.ok(isFlamencoError(error, "FLM_DISK_FULL"), String(error));
    t.strictSame(readdirSync(disk.folder), []);
  });
}

const disk = mountSmall(6 * 1024 * 1024);
t.test("a disk that fills up leaves the old version in use", { skip: disk.refusal ?? false }, async (t) => {
  t.teardown(disk.unmount);
  const large = join(t.testdir(), "large.csv");
  writeLarge(large, 25);
  const old = publishedBy(await importFiles(disk.folder, [northPath], { name: "north" }));
  const error = await importFiles(disk.folder, [large], { name: "north" }).catch((cause: unknown) => cause);
  t.ok(isFlamencoError(error, "FLM_DISK_FULL"), String(error));
  t.strictSame(await openCurrentVersion(disk.folder, "north"), old);
  t.strictSame(leftoversIn(join(disk.folder, "north")), []);
  publishedBy(await importFiles(disk.folder, [southPath], { name: "north" }));
});
