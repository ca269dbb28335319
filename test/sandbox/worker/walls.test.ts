import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import {
  describeWalls,
  FILTER_DESCRIPTOR,
  launchWorker,
  missingWalls,
  prepareCommand,
  sendFilter,
  type Wall,
} from "@flamenco/sandbox/worker";
import t from "tap";
import { hostileJob, hostileProgram } from "../../support/hostile-job.js";

t.setTimeout(300_000);

const limits = { deadlineSeconds: 60, memoryMegabytes: 1024 };
const bubblewrap = (await describeWalls()).find(({ name }) => name === "bubblewrap");

/** What the hostile program tells with Node's permission model switched off: the walls of the system alone. */
async function actWithoutPermissions(act: string, directory: string): Promise<string> {
  const command = await prepareCommand(hostileProgram(), directory, 1, limits);
  const bare = command.arguments.filter((argument) => !/^--(permission|allow-)/.test(argument));
  const child = spawn(command.file, bare, {
    cwd: "/",
    stdio: ["pipe", "ignore", "ignore", "pipe", "pipe"],
    env: { FLAMENCO_CANARY: "CANARY" },
  });
  sendFilter(child.stdio[FILTER_DESCRIPTOR] as Writable, command.filter);
  child.stdin?.write(`${JSON.stringify(hostileJob(act, directory))}\n`);
  const text = await new Promise<string>((resolve) =>
    (child.stdio[3] as Readable).once("data", (bytes) => resolve(String(bytes))),
  );
  child.stdin?.end();
  child.kill("SIGKILL");
  return JSON.parse(text).outputs.labelModel.warnings.join("");
}

t.test("bubblewrap holds where Node's permission model is gone", async (t) => {
  if (bubblewrap?.state !== "up") {
    t.pass("bubblewrap", { skip: bubblewrap?.why ?? "no such wall" });
    return;
  }
  const directory = t.testdir({ "seen.txt": "x" });
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  t.teardown(() => server.close());
  await writeFile(join(directory, "port.txt"), String((server.address() as { port: number }).port));

  const files = JSON.parse(await actWithoutPermissions("try-files", directory));
  t.equal(files.readDataset, "done");
  for (const name of ["readOther", "writeDataset", "writeTemporary", "startProgram"]) t.not(files[name], "done", name);
  t.equal(await actWithoutPermissions("try-network", directory), "EPERM");
  t.same(JSON.parse(await actWithoutPermissions("list-environment", directory)), { LIBC: "glibc" });
  const world = JSON.parse(await actWithoutPermissions("look-around", directory));
  t.equal(world.uid, 65534);
  t.equal(world.host, "worker");
  // The program and the dataset are bound where they are, so the folder at the top of their paths is there, nearly empty.
  const bound = [process.cwd(), directory, process.execPath].map((path) => path.split("/")[1]);
  for (const name of ["proc", "dev", "etc", "root", "home", "tmp"].filter((name) => !bound.includes(name))) {
    t.notOk(world.root.includes(name), `no /${name}`);
  }
  t.same(world.sockets, [0, 3], "the job and the messages; not the descriptor of the filter");
});

const standing = (name: string): Wall => ({ name, state: "up", why: "It stands." });
const fallen = (name: string): Wall => ({ name, state: "down", why: "It does not.", raise: "Raise it." });

t.test("a requirement names the walls that it misses", async (t) => {
  const names = (walls: Wall[], requirement: "all" | "namespaces" | "any") =>
    missingWalls(walls, requirement).map(({ name }) => name);
  const bare = [standing("process"), fallen("bubblewrap"), fallen("namespaces")];
  t.same(names(bare, "all"), ["bubblewrap", "namespaces"]);
  t.same(names(bare, "namespaces"), ["namespaces"]);
  t.same(names(bare, "any"), []);
  const usual = [standing("process"), fallen("bubblewrap"), standing("namespaces")];
  t.same(names(usual, "all"), ["bubblewrap"]);
  t.same(names(usual, "namespaces"), []);
});

t.test("a machine without namespaces runs a worker only when the operator says so", async (t) => {
  // No system program is found: the walls of Node alone are left, as on a system that is not Linux.
  const script = `
    import { launchWorker } from "@flamenco/sandbox/worker";
    import { hostileJob, hostileProgram } from ${JSON.stringify(new URL("../../support/hostile-job.js", import.meta.url).href)};
    const job = hostileJob("list-environment", ${JSON.stringify(t.testdir())});
    const tell = (requirement) => launchWorker({ job, limits: ${JSON.stringify(limits)}, program: hostileProgram(), requirement })
      .result.then(({ outputs }) => outputs.labelModel.warnings.join(""), ({ code, message, details }) => ({ code, message, details }));
    console.log(JSON.stringify([await tell("namespaces"), await tell(undefined), await tell("any")]));`;
  const hidden = await hideSystemPrograms(script);
  if (hidden === null) {
    t.pass("walls", { skip: bubblewrap?.why ?? "bubblewrap is needed to hide it" });
    return;
  }
  const [required, unsaid, any] = JSON.parse(hidden);
  for (const refused of [required, unsaid]) {
    t.equal(refused.code, "FLM_WORKER_WALLS");
    t.match(refused.message, /namespaces.*missing.*doctor.*"any"/);
    t.match(refused.details[0], { at: "namespaces", message: /not installed.*util-linux/ });
  }
  t.same(JSON.parse(any), { LIBC: "glibc" }, "it ran and told what it found");
});

/** Output of a module run where `bwrap` and `unshare` are covered by an empty file, or null where that cannot be done. */
async function hideSystemPrograms(script: string): Promise<string | null> {
  if (bubblewrap?.state !== "up") return null;
  const covered = ["bwrap", "unshare"].flatMap((name) =>
    ["/usr/bin", "/bin", "/usr/local/bin"].flatMap((folder) => ["--ro-bind-try", "/dev/null", `${folder}/${name}`]),
  );
  const child = spawn(
    "bwrap",
    [...["--dev-bind", "/", "/"], ...covered, process.execPath, "--input-type=module", "--eval", script],
    { stdio: ["ignore", "pipe", "inherit"], cwd: new URL(".", import.meta.url), env: { PATH: "/usr/bin:/bin" } },
  );
  let text = "";
  child.stdout.on("data", (bytes) => {
    text += String(bytes);
  });
  await new Promise((resolve) => child.once("close", resolve));
  return text;
}

t.test("every wall is required where the operator asks for all", async (t) => {
  const down = (await describeWalls()).filter(({ state }) => state === "down");
  const { result } = launchWorker({
    job: hostileJob("list-environment", t.testdir()),
    limits,
    program: hostileProgram(),
    requirement: "all",
  });
  if (down.length > 0) await t.rejects(result, { code: "FLM_WORKER_WALLS" });
  else await t.resolves(result);
});
