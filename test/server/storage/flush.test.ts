import { readlinkSync } from "node:fs";
import { type FileHandle, mkdir, open, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BudgetLedger, openDatabase } from "@flamenco/server";
import t, { type Test } from "tap";

const { flushOf } = (await import(new URL("../../../../server/dist/storage/flush-files.js", import.meta.url).href)) as {
  flushOf: (directory: string, sinceMs: number) => () => Promise<void>;
};
const skip = process.platform === "linux" ? false : "names of open files are read from /proc";

/** Paths of the files that this process asked the disk to keep, in order. */
async function watchFlushes(t: Test, directory: string): Promise<string[]> {
  const handle = await open(directory, "r");
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const { sync } = prototype;
  const flushed: string[] = [];
  prototype.sync = async function (this: FileHandle) {
    flushed.push(readlinkSync(`/proc/self/fd/${this.fd}`));
    return sync.call(this);
  };
  t.teardown(() => {
    prototype.sync = sync;
  });
  return flushed;
}

t.test("every file that changed is flushed, and the folders that name them", { skip }, async (t) => {
  const directory = t.testdir({ old: "1", below: { log: "1" } });
  const flush = flushOf(directory, 0);
  const flushed = await watchFlushes(t, directory);
  const taken = () => flushed.splice(0).sort();
  await flush();
  t.strictSame(
    taken(),
    ["", "/below", "/below/log", "/old"].map((path) => directory + path),
  );
  const longAgo = new Date("2020-01-01");
  for (const path of ["", "/below", "/below/log", "/old"]) await utimes(directory + path, longAgo, longAgo);
  await flush();
  t.strictSame(taken(), []);
  await writeFile(join(directory, "below", "log"), "2");
  await flush();
  t.strictSame(taken(), [join(directory, "below", "log")]);
  await mkdir(join(directory, "new"));
  await flush();
  t.ok(taken().includes(join(directory, "new")));
  await rm(directory, { recursive: true });
  await t.rejects(flush(), { code: "ENOENT" });
});

t.test("noise is drawn when charge and beginning are on the disk, and told when it is", { skip }, async (t) => {
  const directory = join(t.testdir(), "database");
  const now = () => new Date();
  const database = await openDatabase({ directory, nodeName: "north" }, now);
  t.teardown(() => database.close());
  const flushed = await watchFlushes(t, directory);
  const walIsFlushed = () => flushed.splice(0).some((path) => /\/pg_wal\/[0-9A-F]{24}$/.test(path));
  const ledger = new BudgetLedger(database, now);
  const [request, version] = ["a".repeat(64), "b".repeat(64)];
  const charge = { request, study: request, dataset: "border", version, collaborator: "uma", microRho: 5 };
  await ledger.reserve(charge, { collaboratorMicroRho: 9, datasetMicroRho: 9 });
  t.ok(walIsFlushed(), "the charge");
  await ledger.drawOnce(request, "votes", () => {
    t.ok(walIsFlushed(), "the beginning of the draw");
    return "[]";
  });
  t.ok(walIsFlushed(), "what was drawn");
  await ledger.reserve(charge, { collaboratorMicroRho: 9, datasetMicroRho: 9 });
  t.ok(flushed.length > 0, "also a charge of before, whose flush may have been missed");
});
