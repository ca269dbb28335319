import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRegistry } from "@flamenco/registry";
import t from "tap";
import { raceForStaleLock } from "../../support/stale-lock-race.js";
import { TestRegistry } from "../harness.js";

const lockOf = (dataDir: string) => join(dataDir, "registry", "lock");
const keyOf = (dataDir: string) => join(dataDir, "registry", "registry.key");

/** Number of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}

t.test("one data directory has one registry at a time", async (t) => {
  const registry = await TestRegistry.open(t);
  await t.rejects(createRegistry({ dataDir: registry.dataDir }), {
    code: "FLM_DATA_DIR_LOCKED",
    message: new RegExp(`Process ${process.pid} `),
  });
  await registry.restart();
});

t.test("of several that start at once in one directory, one starts", async (t) => {
  const dataDir = t.testdir({ registry: { lock: JSON.stringify({ pid: await deadPid(), birth: null, nonce: "0" }) } });
  const starts = await Promise.allSettled(Array.from({ length: 8 }, () => createRegistry({ dataDir })));
  const started = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  for (const registry of started) await registry.close();
  t.equal(started.length, 1);
  for (const start of starts) if (start.status === "rejected") t.equal(start.reason.code, "FLM_DATA_DIR_LOCKED");
  t.notOk(
    (await readdir(join(dataDir, "registry"))).some((name) => name.startsWith("lock")),
    "and nothing is left of the locks",
  );
});

t.test("of many that find a stale lock, one gets it", async (t) => {
  const { lockDataDir } = (await import(
    new URL("../../../../registry/dist/storage/data-dir-lock.js", import.meta.url).href
  )) as { lockDataDir(path: string): Promise<unknown> };
  const folder = t.testdir();
  const pid = await deadPid();
  const path = join(folder, "lock");
  const stale = (round: number) => JSON.stringify({ pid, birth: null, nonce: String(round) });
  await raceForStaleLock(t, path, stale, () => lockDataDir(path), "FLM_DATA_DIR_LOCKED");
  t.strictSame(await readdir(folder), [], "and nothing is left behind");
});

t.test("the lock of a process that is gone is taken over", async (t) => {
  const registry = await TestRegistry.open(t);
  const text = await readFile(lockOf(registry.dataDir), "utf8");
  const stale: [what: string, text: string][] = [
    ["a dead process", JSON.stringify({ ...JSON.parse(text), pid: await deadPid() })],
    [
      "an earlier process with a number that is in use again",
      JSON.stringify({ ...JSON.parse(text), birth: "another-boot/1" }),
    ],
    ["nothing that can be read", ""],
    ["nonsense", '{"pid":"all"}'],
  ];
  for (const [what, lock] of stale) {
    await registry.stop();
    await writeFile(lockOf(registry.dataDir), lock);
    await registry.start();
    t.match(JSON.parse(await readFile(lockOf(registry.dataDir), "utf8")), { pid: process.pid }, what);
  }
});

t.test("the lock of a living process of another kind of system, without birth, holds", async (t) => {
  const registry = await TestRegistry.open(t);
  await registry.stop();
  await writeFile(lockOf(registry.dataDir), JSON.stringify({ pid: process.ppid, birth: null, nonce: "0" }));
  await t.rejects(createRegistry({ dataDir: registry.dataDir }), { code: "FLM_DATA_DIR_LOCKED" });
  await writeFile(lockOf(registry.dataDir), "");
  await registry.start();
});

t.test("a registry that could not start leaves no lock", async (t) => {
  const registry = await TestRegistry.open(t);
  await registry.stop();
  const journal = join(registry.dataDir, "registry", "journal.jsonl");
  await writeFile(journal, "nonsense\n");
  await t.rejects(createRegistry({ dataDir: registry.dataDir }), { code: "FLM_REGISTRY_CORRUPT" });
  await writeFile(journal, "");
  await registry.start();
});

t.test("the registry's key is its own, private, and the same after a restart", async (t) => {
  const registry = await TestRegistry.open(t);
  const { keyId } = registry.registry;
  t.equal((await stat(keyOf(registry.dataDir))).mode & 0o777, 0o600);
  await registry.restart();
  t.equal(registry.registry.keyId, keyId);
  await registry.stop();

  await chmod(keyOf(registry.dataDir), 0o644);
  await t.rejects(createRegistry({ dataDir: registry.dataDir }), { code: "FLM_KEY_PERMISSIONS" });
  await chmod(keyOf(registry.dataDir), 0o600);
  const text = await readFile(keyOf(registry.dataDir), "utf8");
  await writeFile(keyOf(registry.dataDir), "nonsense");
  await t.rejects(createRegistry({ dataDir: registry.dataDir }), { code: "FLM_KEY_UNREADABLE" });
  await writeFile(keyOf(registry.dataDir), text);
  await registry.start();
});

t.test("a registry's name is a name", async (t) => {
  await t.rejects(createRegistry({ dataDir: t.testdir(), name: "My Registry" }), { code: "FLM_SCHEMA" });
});
