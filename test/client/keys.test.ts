import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, rename, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createKey, listKeys, loadKey } from "@flamenco/client";
import t from "tap";
import { documentOf, runFlamenco } from "./support/command-line.js";

// Every command is a process of its own; a busy machine starts them slowly.
t.setTimeout(300_000);

t.test("a new key is readable by its owner alone, and so is its folder", async (t) => {
  const home = t.testdir();
  const { path, keyId } = await createKey(home, "alice");
  t.equal((await stat(path)).mode & 0o777, 0o600);
  t.equal((await stat(join(home, "keys"))).mode & 0o777, 0o700);
  t.equal((await loadKey(home, "alice")).keyId, keyId);
});

t.test("a key folder that others could enter is closed before a key is put in", async (t) => {
  const home = t.testdir();
  await mkdir(join(home, "keys"), { mode: 0o755 });
  await chmod(join(home, "keys"), 0o755);
  await createKey(home, "alice");
  t.equal((await stat(join(home, "keys"))).mode & 0o777, 0o700);
});

t.test("a key is never overwritten, not even through a dangling link", async (t) => {
  const home = t.testdir();
  const { path } = await createKey(home, "alice");
  const before = await readFile(path, "utf8");
  await t.rejects(createKey(home, "alice"), { code: "FLM_KEY_EXISTS" });
  t.equal(await readFile(path, "utf8"), before);
  await symlink(join(home, "elsewhere"), join(home, "keys", "bob.key"));
  await t.rejects(createKey(home, "bob"), { code: "FLM_KEY_EXISTS" });
  await t.rejects(stat(join(home, "elsewhere")), { code: "ENOENT" });
});

t.test("two that make the same key at once end with one key", async (t) => {
  const home = t.testdir();
  const made = await Promise.allSettled(Array.from({ length: 8 }, () => createKey(home, "alice")));
  const kept = made.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.keyId] : []));
  t.equal(kept.length, 1);
  t.equal((await loadKey(home, "alice")).keyId, kept[0]);
});

t.test("names that are paths are no names", async (t) => {
  const home = t.testdir();
  for (const name of ["../alice", "a/b", ".alice", "", "Alice", `a${"b".repeat(64)}`, "a\n"]) {
    await t.rejects(createKey(home, name), { code: "FLM_SCHEMA" }, JSON.stringify(name));
    await t.rejects(loadKey(home, name), { code: "FLM_SCHEMA" }, JSON.stringify(name));
  }
});

t.test("a key file that group or others may touch is refused, with the command that mends it", async (t) => {
  const home = t.testdir();
  const { path } = await createKey(home, "alice");
  for (const mode of [0o640, 0o604, 0o620, 0o601]) {
    await chmod(path, mode);
    await t.rejects(loadKey(home, "alice"), { code: "FLM_KEY_PERMISSIONS", message: /chmod 600/ }, mode.toString(8));
  }
  await chmod(path, 0o400);
  await t.resolves(loadKey(home, "alice"));
});

t.test("what is not a key is refused, and nothing of it is repeated", async (t) => {
  const home = t.testdir();
  const { path } = await createKey(home, "alice");
  const { seed } = JSON.parse(await readFile(path, "utf8")) as { seed: string };
  await truncate(path, 40);
  await t.rejects(loadKey(home, "alice"), { code: "FLM_KEY_UNREADABLE", message: /damaged/ });
  await writeFile(
    path,
    JSON.stringify({ schema: "flamenco-key/1", name: "alice", keyId: `ed25519:${"A".repeat(43)}`, seed }),
  );
  const error = await loadKey(home, "alice").then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  t.match(error, { code: "FLM_KEY_UNREADABLE" });
  t.notOk(error?.message.includes(seed));
  await writeFile(path, " ".repeat(5000));
  await t.rejects(loadKey(home, "alice"), { code: "FLM_KEY_UNREADABLE" });
  await t.rejects(loadKey(home, "nobody"), { code: "FLM_KEY_UNREADABLE", message: /does not exist/ });
});

t.test("a key under another's name is refused", async (t) => {
  const home = t.testdir();
  const { path } = await createKey(home, "alice");
  await rename(path, join(home, "keys", "bob.key"));
  await t.rejects(loadKey(home, "bob"), { code: "FLM_KEY_UNREADABLE", message: /another name/ });
});

t.test("a pipe in the place of a key does not hang the reader", async (t) => {
  const home = t.testdir();
  await createKey(home, "alice");
  await promisify(execFile)("mkfifo", ["-m", "600", join(home, "keys", "bob.key")]);
  await t.rejects(loadKey(home, "bob"), { code: "FLM_KEY_UNREADABLE" });
});

t.test("a listing shows the usable keys and says which are not, and why", async (t) => {
  const home = t.testdir();
  t.strictSame(await listKeys(home), { keys: [], unusable: [] });
  const alice = await createKey(home, "alice");
  const bob = await createKey(home, "bob");
  await chmod(bob.path, 0o644);
  const { keys, unusable } = await listKeys(home);
  t.strictSame(keys, [alice]);
  t.match(unusable, [{ path: bob.path, error: { code: "FLM_KEY_PERMISSIONS" } }]);
});

t.test("the command line makes, lists and shows keys", async (t) => {
  const dataDir = t.testdir();
  const made = await runFlamenco(["keys", "new", "alice", "--json"], { dataDir });
  t.equal(made.code, 0);
  const { keyId } = documentOf<{ keyId: string }>(made);
  t.notOk(made.stdout.includes("seed"));
  t.match(documentOf(await runFlamenco(["keys", "list", "--json"], { dataDir })), { keys: [{ name: "alice", keyId }] });
  t.strictSame(documentOf(await runFlamenco(["keys", "show", "alice", "--json", "--data-dir", dataDir])), {
    name: "alice",
    keyId,
  });
  const again = await runFlamenco(["keys", "new", "alice", "--json"], { dataDir });
  t.equal(again.code, 1);
  t.match(documentOf(again), { code: "FLM_KEY_EXISTS" });
  const spoken = await runFlamenco(["keys", "new", "alice"], { dataDir });
  t.equal(spoken.code, 1);
  t.equal(spoken.stdout, "");
  t.match(spoken.stderr, /FLM_KEY_EXISTS/);
});

t.test("a data directory that cannot be made is one readable error", async (t) => {
  const file = join(t.testdir({ file: "" }), "file");
  const result = await runFlamenco(["keys", "new", "alice"], { dataDir: file });
  t.equal(result.code, 1);
  t.match(result.stderr, /FLM_FILE_UNREADABLE/);
  t.notMatch(result.stderr, /at .*\.js/);
});
