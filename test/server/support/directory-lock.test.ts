import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { lockDirectory } from "@flamenco/server";
import t from "tap";

const lockPath = (t: { testdir(): string }) => join(t.testdir(), "lock");

t.test("a second lock is refused, naming the process; after release it is granted", async (t) => {
  const path = lockPath(t);
  const lock = await lockDirectory(path);
  await t.rejects(lockDirectory(path), { code: "FLM_DATA_DIR_LOCKED", message: new RegExp(`${process.pid}`) });
  await lock.release();
  await (await lockDirectory(path)).release();
  t.same(await readdir(join(path, "..")), [], "nothing is left behind");
});

t.test("the lock of a process that was killed is taken over", async (t) => {
  const path = lockPath(t);
  const server = import.meta.resolve("@flamenco/server");
  const script = `import { lockDirectory } from ${JSON.stringify(server)}; await lockDirectory(${JSON.stringify(path)}); console.log("locked"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  await t.rejects(lockDirectory(path), { code: "FLM_DATA_DIR_LOCKED" });
  child.kill("SIGKILL");
  await once(child, "exit");
  await (await lockDirectory(path)).release();
});

t.test("a lock whose pid now belongs to another process is stale", async (t) => {
  const path = lockPath(t);
  await writeFile(path, `${process.pid} 1 some-token\n`);
  const lock = await lockDirectory(path);
  t.notMatch(await readFile(path, "utf8"), /some-token/);
  await lock.release();
});

for (const [name, text] of Object.entries({
  empty: "",
  "no number": "hello\n",
  "pid 0": "0 1 x\n",
  negative: "-1 1 x\n",
  "no process": `${2 ** 22 + 1} 1 x\n`,
})) {
  t.test(`a lock file that nobody can hold is taken over: ${name}`, async (t) => {
    const path = lockPath(t);
    await writeFile(path, text);
    const lock = await lockDirectory(path);
    t.match(await readFile(path, "utf8"), new RegExp(`^${process.pid} `));
    await lock.release();
  });
}

t.test("of many that find a stale lock, one gets it", async (t) => {
  const path = lockPath(t);
  const winners: number[] = [];
  for (let round = 0; round < 50; round += 1) {
    await writeFile(path, `${2 ** 22 + 1} 1 ${round}\n`);
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => lockDirectory(path)));
    winners.push(attempts.filter(({ status }) => status === "fulfilled").length);
    await unlink(path);
  }
  t.strictSame(winners, Array(50).fill(1));
  t.strictSame(await readdir(dirname(path)), [], "no file is left behind");
});

t.test("a process that died while it took a stale lock over keeps nobody from it", async (t) => {
  const path = lockPath(t);
  const stale = `${2 ** 22 + 1} 1 x\n`;
  await writeFile(path, stale);
  await writeFile(`${path}.${createHash("sha256").update(stale).digest("hex").slice(0, 16)}`, stale);
  const lock = await lockDirectory(path);
  await lock.release();
  t.strictSame(await readdir(dirname(path)), []);
});

t.test("releasing does not remove a lock that another process took over meanwhile", async (t) => {
  const path = lockPath(t);
  const lock = await lockDirectory(path);
  await writeFile(path, "1 1 other\n");
  await lock.release();
  t.equal(await readFile(path, "utf8"), "1 1 other\n");
});
