import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { errorTable } from "@flamenco/policies/errors";
import { describeWalls, findEngine, launchWorker, type WorkerLaunch, workerProgram } from "@flamenco/sandbox/worker";
import t from "tap";
import { hostileJob, hostileProgram } from "../../support/hostile-job.js";
import { waitUntilNoWorker, workersOn } from "../../support/processes.js";

// Processes start slowly on a busy machine; nothing here asserts how long.
t.setTimeout(300_000);

const program = hostileProgram();
/** Processes cannot be listed without it. */
const noProc = existsSync("/proc") ? false : "this system has no /proc";
const roomy = { deadlineSeconds: 60, memoryMegabytes: 2048 };

/** Launch the hostile program; also whether it told that it started, what of it was alive then, and what it found out. */
async function act(name: string, directory: string, options: Partial<WorkerLaunch> = {}) {
  let started: number[] = [];
  const { result } = launchWorker({
    job: hostileJob(name, directory),
    limits: roomy,
    program,
    onProgress: () => {
      if (started.length === 0) started = workersOn(directory);
    },
    ...options,
  });
  let told = "";
  const error = await result.then(
    ({ outputs }) => {
      told = outputs.labelModel?.warnings.join("") ?? "";
    },
    (cause) => cause,
  );
  return { error, started, told };
}

t.test("a worker past its deadline is killed", async (t) => {
  const { error, started } = await act("spin", t.testdir(), { limits: { ...roomy, deadlineSeconds: 4 } });
  t.match(error, { code: "FLM_WORKER_DEADLINE", message: /4 s/ });
  t.ok(started.length > 0, "it had started", { skip: noProc });
  t.ok(await waitUntilNoWorker(t.testdirName), "and is gone");
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
  "send-code-of-others",
  "send-unasked-counts",
  "send-unasked-output",
  "send-endless-line",
  "send-endless-messages",
];
for (const name of breaches) {
  t.test(`a worker that breaks the protocol is killed and not quoted: ${name}`, async (t) => {
    const { error } = await act(name, t.testdir());
    t.match(error, { code: "FLM_WORKER_PROTOCOL" });
    t.notOk(`${error.message}${error.stack}${error.cause}${JSON.stringify(error)}`.includes("CANARY"));
    t.ok(await waitUntilNoWorker(t.testdirName));
  });
}

t.test("of a worker's failure its code is passed on, in our words: its own could hold a row", async (t) => {
  const { error } = await act("send-telling-failure", t.testdir());
  t.match(error, { code: "FLM_KERNEL_FAILED", message: errorTable.FLM_KERNEL_FAILED.meaning, details: [] });
  t.notOk(`${error.message}${error.stack}${error.cause}${JSON.stringify(error)}`.includes("CANARY"));
});

t.test("a run can be stopped: by its handle, by a signal, before it began", async (t) => {
  for (const way of ["handle", "signal", "early"]) {
    const stop = new AbortController();
    if (way === "early") stop.abort();
    let started: () => void;
    const start = new Promise<void>((resolve) => {
      started = resolve;
    });
    const handle = launchWorker({
      job: hostileJob("spin", t.testdir()),
      limits: roomy,
      program,
      signal: stop.signal,
      onProgress: () => started(),
    });
    if (way !== "early") await start;
    if (way === "handle") handle.kill();
    else stop.abort();
    await t.rejects(handle.result, { code: "FLM_INTERRUPTED" }, way);
    t.ok(await waitUntilNoWorker(t.testdirName), way);
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
    await new Promise((resolve) => server.stdout.once("data", resolve));
    t.ok(workersOn(t.testdirName).length > 0, "the worker runs", { skip: noProc });
    server.kill("SIGKILL");
    t.ok(await waitUntilNoWorker(t.testdirName), `the worker ends with its server: ${name}`);
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
  const outcomes = JSON.parse((await act("try-files", directory)).told);
  t.equal(outcomes.readDataset, "done");
  for (const name of ["readOther", "listRoot", "writeDataset", "writeTemporary", "startProgram"]) {
    t.not(outcomes[name], "done", name);
  }
});

t.test("a worker has an empty environment", async (t) => {
  process.env.FLAMENCO_CANARY = "CANARY";
  const { told } = await act("list-environment", t.testdir());
  t.same(JSON.parse(told), { LIBC: "glibc" });
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
  const { told } = await act("try-network", directory);
  t.match(told, /^[A-Za-z_]+$/, "it tried");
  t.not(told, "connected");
});

t.test("walls are listed with their state and why", async (t) => {
  const walls = await describeWalls();
  t.same(
    walls.map(({ name }) => name),
    [
      "process",
      "memory",
      "permissions",
      "system calls",
      "bubblewrap",
      "namespaces",
      "resource limits",
      "privileges",
      "environment",
    ],
  );
  for (const { name, state, why, raise = "" } of walls) {
    t.ok(why.length > 10, name);
    t.equal(raise.length > 10, state === "down", `${name}: how to raise it, where it is down`);
  }
  t.ok(workerProgram().entry.endsWith("entry.js"));
});
