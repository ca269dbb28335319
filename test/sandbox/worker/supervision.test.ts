import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeWalls, findEngine, launchWorker, type WorkerLaunch, workerProgram } from "@flamenco/sandbox/worker";
import t from "tap";
import { hostileJob, hostileProgram } from "../../support/hostile-job.js";
import { isAlive, waitUntilGone } from "../../support/processes.js";

const program = hostileProgram();
const roomy = { deadlineSeconds: 60, memoryMegabytes: 2048 };

/** Launch the hostile program; also the process id that it told, if it did. */
async function act(name: string, directory: string, options: Partial<WorkerLaunch> = {}) {
  let pid = 0;
  const { result } = launchWorker({
    job: hostileJob(name, directory),
    limits: roomy,
    program,
    onProgress: ({ done }) => {
      pid = done;
    },
    ...options,
  });
  const error = await result.then(
    () => undefined,
    (cause) => cause,
  );
  return { error, pid };
}

t.test("a worker past its deadline is killed", async (t) => {
  const { error, pid } = await act("spin", t.testdir(), { limits: { ...roomy, deadlineSeconds: 4 } });
  t.match(error, { code: "FLM_WORKER_DEADLINE", message: /4 s/ });
  t.ok(pid > 0, "it had started");
  t.notOk(isAlive(pid), "and is gone when the result is there");
});

t.test("a worker that takes more memory than allowed is killed", async (t) => {
  const { error } = await act("eat-memory", t.testdir(), { limits: { ...roomy, memoryMegabytes: 300 } });
  t.match(error, { code: "FLM_WORKER_MEMORY", message: /300 MB/ });
});

t.test("a worker that ends without a result has crashed", async (t) => {
  for (const name of ["say-nothing", "abort"]) {
    t.match((await act(name, t.testdir())).error, { code: "FLM_WORKER_CRASHED" }, name);
  }
});

const breaches = [
  "send-garbage",
  "send-half-utf8",
  "send-unknown-message",
  "send-unknown-code",
  "send-unasked-output",
  "send-endless-line",
  "send-endless-messages",
];
for (const name of breaches) {
  t.test(`a worker that breaks the protocol is killed and not quoted: ${name}`, async (t) => {
    const { error, pid } = await act(name, t.testdir());
    t.match(error, { code: "FLM_WORKER_PROTOCOL" });
    t.notOk(`${error.message}${error.stack}${error.cause}${JSON.stringify(error)}`.includes("CANARY"));
    t.notOk(pid > 0 && isAlive(pid));
  });
}

t.test("a run can be stopped: by its handle, by a signal, before it began", async (t) => {
  for (const way of ["handle", "signal", "early"]) {
    const stop = new AbortController();
    if (way === "early") stop.abort();
    let started: (pid: number) => void;
    const pid = new Promise<number>((resolve) => {
      started = resolve;
    });
    const handle = launchWorker({
      job: hostileJob("spin", t.testdir()),
      limits: roomy,
      program,
      signal: stop.signal,
      onProgress: ({ done }) => started(done),
    });
    if (way !== "early") await pid;
    if (way === "handle") handle.kill();
    else stop.abort();
    await t.rejects(handle.result, { code: "FLM_INTERRUPTED" }, way);
    if (way !== "early") t.notOk(isAlive(await pid), way);
  }
});

t.test("a progress listener that fails stops the run", async (t) => {
  const { error } = await act("spin", t.testdir(), {
    onProgress: () => {
      throw new Error("listener");
    },
  });
  t.match(error, { code: "FLM_INTERNAL" });
});

t.test("a job that is none does not start a worker", async (t) => {
  const job = { ...hostileJob("spin", t.testdir()), extra: 1 };
  await t.rejects(launchWorker({ job, limits: roomy, program }).result, { code: "FLM_SCHEMA" });
  const limits = { deadlineSeconds: 10, memoryMegabytes: 0.5 };
  await t.rejects(launchWorker({ job: hostileJob("spin", t.testdir()), limits, program }).result, {
    code: "FLM_USAGE",
  });
});

t.test("killing the server leaves no worker", async (t) => {
  const { path: node } = await findEngine();
  const walls = await describeWalls();
  for (const name of ["spin", "watch-and-spin"]) {
    if (name === "spin" && !walls.some((wall) => wall.name === "privileges" && wall.state === "up")) {
      t.pass(name, { skip: "without setpriv a worker without a watcher outlives its parent" });
      continue;
    }
    const script = fileURLToPath(new URL("../../support/orphan-launcher.js", import.meta.url));
    const server = spawn(process.execPath, [script, name, t.testdir()], { stdio: ["ignore", "pipe", "inherit"] });
    const pid = await new Promise<number>((resolve) =>
      server.stdout.once("data", (text) => resolve(Number(String(text)))),
    );
    t.ok(isAlive(pid), "the worker runs");
    server.kill("SIGKILL");
    t.ok(await waitUntilGone(pid), `the worker ends with its server: ${name}`);
  }
  t.ok(node);
});

t.test("the watcher alone ends a worker that is stuck, without any wall", async (t) => {
  const { path: node } = await findEngine();
  const worker = spawn(node, [program.entry], { stdio: ["pipe", "ignore", "ignore", "pipe"], detached: true });
  const gone = new Promise<NodeJS.Signals | null>((resolve) => worker.once("exit", (_, signal) => resolve(signal)));
  worker.stdin?.write(`${JSON.stringify(hostileJob("watch-and-spin", t.testdir()))}\n`);
  await new Promise((resolve) => worker.stdio[3]?.once("data", resolve));
  worker.stdin?.end();
  t.equal(await gone, "SIGKILL");
});

t.test("a worker reads one dataset, writes nothing and starts nothing", async (t) => {
  const directory = t.testdir({ "seen.txt": "x" });
  const { error } = await act("try-files", directory);
  const outcomes = JSON.parse(error.message);
  t.equal(outcomes.readDataset, "done");
  for (const name of ["readOther", "listRoot", "writeDataset", "writeTemporary", "startProgram"]) {
    t.not(outcomes[name], "done", name);
  }
});

t.test("a worker has an empty environment", async (t) => {
  process.env.FLAMENCO_CANARY = "CANARY";
  const { error } = await act("list-environment", t.testdir());
  t.same(JSON.parse(error.message), { LIBC: "glibc" });
});

t.test("a worker inherits no descriptor of the server", { skip: process.platform !== "linux" }, async (t) => {
  const directory = t.testdir({ "secret.txt": "x" });
  const held = openSync(join(directory, "secret.txt"), "r");
  // The permission model hides /proc from the worker; without walls the hostile program can look.
  const { path: node } = await findEngine();
  const worker = spawn(node, [program.entry], { stdio: ["pipe", "ignore", "ignore", "pipe"] });
  worker.stdin?.write(`${JSON.stringify(hostileJob("list-descriptors", directory))}\n`);
  const text = await new Promise<string>((resolve) => worker.stdio[3]?.once("data", (bytes) => resolve(String(bytes))));
  worker.kill("SIGKILL");
  closeSync(held);
  t.notOk(text.includes("secret.txt"));
});

t.test("a worker reaches no network where the namespaces stand", async (t) => {
  const wall = (await describeWalls()).find(({ name }) => name === "namespaces");
  if (wall?.state !== "up") {
    t.pass("network", { skip: wall?.why ?? "no such wall" });
    return;
  }
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  t.teardown(() => server.close());
  const directory = t.testdir();
  await writeFile(join(directory, "port.txt"), String((server.address() as { port: number }).port));
  const { error } = await act("try-network", directory);
  t.not(error.message, "connected");
});

t.test("walls are listed with their state and why", async (t) => {
  const walls = await describeWalls();
  t.same(
    walls.map(({ name }) => name),
    ["process", "memory", "permissions", "environment", "namespaces", "resource limits", "privileges"],
  );
  for (const { name, state, why } of walls) t.ok(["up", "down"].includes(state) && why.length > 10, name);
  t.ok(workerProgram().entry.endsWith("entry.js"));
});
