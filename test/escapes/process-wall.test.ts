import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readdir, readFile, symlink } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isFlamencoError } from "@flamenco/policies/errors";
import { describeWalls, launchWorker, type WorkerLimits, workerProgram } from "@flamenco/sandbox/worker";
import t, { type Test } from "tap";
import { hostileJob } from "../support/hostile-job.js";
import { canaryNumber, corpus, type EscapeProgram } from "./corpus/index.js";
import { processPrograms } from "./corpus/process.js";

const entry = fileURLToPath(new URL("./support/process-attacks.js", import.meta.url));
const program = { entry, folders: [...workerProgram().folders, dirname(entry)] };
const roomy: WorkerLimits = { deadlineSeconds: 60, memoryMegabytes: 1024 };
const canary = String(canaryNumber);

/** All that a caller of the launcher can see of a failure. */
function visible(error: unknown): string {
  const { message, stack, cause, details } = error as Error & { details?: unknown };
  return [message, stack, cause, JSON.stringify(details), JSON.stringify(error), String(error)].join("\n");
}

/** Run texts as the worker. @returns the code of its end, all that is seen of it, and the numbers that it told */
async function runTexts(
  how: "process" | "kernels" | "threads",
  directory: string,
  given: object,
  texts: readonly string[],
  limits = roomy,
) {
  const job = hostileJob(how, directory);
  const files = [JSON.stringify({ canary, ...given }), ...texts].map((text, index) => ({ path: `f${index}.ts`, text }));
  const told: number[] = [];
  const { result } = launchWorker({
    job: { ...job, packages: job.packages.map((one) => ({ ...one, files })) },
    limits,
    program,
    // Attacks that need a wall which is not there are skipped one by one.
    requirement: "any",
    onProgress: ({ done }) => told.push(done),
  });
  const end = await result.catch((error: unknown) => error);
  return { code: isFlamencoError(end) ? end.code : "none", seen: visible(end), told };
}

/** A folder with a dataset in it and a secret beside it, a server that counts who comes, and what must not have happened. */
async function makeWorld(t: Test) {
  const root = t.testdir({ dataset: { "seen.txt": "x" }, "outside.txt": "SECRET" });
  const dataset = join(root, "dataset");
  await symlink(join(root, "outside.txt"), join(dataset, "link.txt"));
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const socket = createSocket("udp4").bind(port, "127.0.0.1");
  const arrived: string[] = [];
  server.on("connection", () => arrived.push("connection"));
  socket.on("message", () => arrived.push("datagram"));
  const onSignal = () => arrived.push("signal");
  process.on("SIGUSR2", onSignal);
  t.teardown(() => {
    server.close();
    socket.close();
    process.off("SIGUSR2", onSignal);
  });
  const files = async () =>
    JSON.stringify([await readdir(root), await readdir(dataset), await readFile(join(dataset, "seen.txt"), "utf8")]);
  return { dataset, arrived, files, given: { port, dataset, outside: join(root, "outside.txt") } };
}

const standing = new Set((await describeWalls()).filter(({ state }) => state === "up").map(({ name }) => name));
if (standing.has("bubblewrap")) standing.add("namespaces");

process.env.FLAMENCO_ESCAPE = "SECRET";

t.test("the process alone holds a program that has left its isolate", { timeout: 240_000 }, async (t) => {
  for (const { name, attack, text, codes, needs } of processPrograms) {
    await t.test(`${name}: ${attack}`, async (t) => {
      if (needs !== undefined && !standing.has(needs)) {
        t.pass("not held", { skip: `needs the wall ${needs}, which this machine does not have` });
        return;
      }
      const { dataset, arrived, files, given } = await makeWorld(t);
      const before = await files();
      const limits = {
        deadlineSeconds: codes.includes("FLM_WORKER_DEADLINE") ? 3 : 60,
        memoryMegabytes: codes.includes("FLM_WORKER_MEMORY") ? 256 : 1024,
      };
      const { code, seen, told } = await runTexts("process", dataset, given, [text], limits);
      t.ok(codes.includes(code), code);
      t.notOk(seen.includes(canary), "nothing that the launcher returns shows a value");
      t.notOk(told.includes(1) && code !== "FLM_WORKER_PROTOCOL", "it did not get through");
      t.same(arrived, [], "nothing arrived");
      t.equal(await files(), before, "no file was changed");
    });
  }
});

const runnable = Object.entries(corpus).flatMap(([title, all]) =>
  all.flatMap(({ guest, ...program }) => (guest === undefined ? [] : [{ ...program, guest, title }])),
);
type Runnable = EscapeProgram & { readonly guest: string };

t.test("the process alone holds every kernel of the corpus", { timeout: 240_000 }, async (t) => {
  const { dataset, arrived, files, given } = await makeWorld(t);
  const before = await files();
  const names = hostNames();
  let left: readonly Runnable[] = runnable.filter(({ bomb }) => !bomb);
  while (left.length > 0) {
    // A job has at most 64 files a package, the first of which is what is given.
    const batch = left.slice(0, 63);
    const { code, seen, told } = await runTexts(
      "kernels",
      dataset,
      given,
      batch.map(({ guest }) => guest),
    );
    const reached = Math.max(-1, ...told.filter((number) => number < batch.length));
    t.equal(code, "FLM_WORKER_CRASHED", `${reached + 1} programs, the last ${batch[reached]?.name}`);
    t.ok(reached >= 0, "at least one was run");
    t.notOk(seen.includes(canary), "nothing that the launcher returns shows a value");
    left = left.slice(reached + 1);
    if (reached < 0) break;
  }
  t.same(arrived, []);
  t.equal(await files(), before, "no file was changed");
  t.equal(hostNames(), names, "the server's objects are as before");
});

t.test("the process alone holds every bomb of the corpus", { timeout: 240_000 }, async (t) => {
  const bombs = runnable.filter(({ bomb }) => bomb);
  const memory = bombs.filter(({ title }) => title === "memory bombs");
  const others = bombs.filter(({ title }) => title !== "memory bombs");
  const batches = [
    { batch: memory, codes: ["FLM_WORKER_MEMORY", "FLM_WORKER_CRASHED"], memoryMegabytes: 1024 },
    { batch: others, codes: ["FLM_WORKER_DEADLINE"], memoryMegabytes: 4096 },
  ];
  for (const { batch, codes, memoryMegabytes } of batches) {
    const limits = { deadlineSeconds: 6, memoryMegabytes };
    const { code, seen, told } = await runTexts(
      "threads",
      t.testdir(),
      {},
      batch.map(({ guest }) => guest),
      limits,
    );
    t.ok(codes.includes(code), code);
    t.equal(told.length, batch.length, "all of them were started");
    t.notOk(seen.includes(canary));
  }
});

/** What an attack could have left in the server's process. */
function hostNames(): string {
  return JSON.stringify(
    [globalThis, Object.prototype, Array.prototype, Math].map((value) => Reflect.ownKeys(value).map(String)),
  );
}
