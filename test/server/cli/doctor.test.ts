import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeWalls, type Wall } from "@flamenco/sandbox/worker";
import t from "tap";

// Processes start slowly on a busy machine; nothing here asserts how long.
t.setTimeout(300_000);

const program = fileURLToPath(new URL("../../../../server/bin/flamenco-node.js", import.meta.url));
const walls = await describeWalls();
const isUp = (name: string) => walls.some((wall) => wall.name === name && wall.state === "up");

async function run(parameters: readonly string[], command: readonly string[] = []) {
  const [file, ...rest] = [...command, process.execPath, program, ...parameters];
  const child = spawn(file as string, rest, { stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.on("data", (data) => {
    out += String(data);
  });
  child.stderr.on("data", (data) => {
    err += String(data);
  });
  const [code] = await once(child, "close");
  return { code: code as number | null, out, err };
}

const init = (dataDir: string, ...more: string[]) =>
  run(["init", "--name", "worf", "--registry", "http://127.0.0.1:9/", "--data-dir", dataDir, "--port", "0", ...more]);
const configOf = (dataDir: string) => join(dataDir, "node", "node.json");

t.test("init writes the walls that the operator asks for, namespaces when nothing is said", async (t) => {
  const said = join(t.testdir(), "said");
  const unsaid = join(t.testdirName, "unsaid");
  t.equal((await init(said, "--sandbox", "any")).code, 0);
  t.equal((await init(unsaid)).code, 0);
  t.same(JSON.parse(await readFile(configOf(said), "utf8")).sandbox, { require: "any" });
  t.same(JSON.parse(await readFile(configOf(unsaid), "utf8")).sandbox, { require: "namespaces" });
  t.equal((await init(join(t.testdirName, "wrong"), "--sandbox", "none")).code, 2);
});

t.test("doctor shows engine and walls, and its exit code says whether the required ones stand", async (t) => {
  const dataDir = t.testdir();
  for (const requirement of ["any", "namespaces", "all"]) {
    const home = join(dataDir, requirement);
    await init(home, "--sandbox", requirement);
    const { code, out } = await run(["doctor", "--json", "--data-dir", home]);
    const report = JSON.parse(out) as { require: string; holds: boolean; walls: Wall[] };
    const holds =
      requirement === "any" ||
      (requirement === "all" ? walls.every(({ state }) => state === "up") : isUp("namespaces"));
    t.same(report.walls.slice(1), walls);
    t.match(report.walls[0], {
      name: "engine",
      state: "up",
      why: /^Node \d+\.\d+\.\d+ with isolated-vm \d+\.\d+\.\d+/,
    });
    t.match(report, { require: requirement, holds });
    t.equal(code, holds ? 0 : 1);
  }
});

t.test(
  "doctor speaks before a node is made, and of a configuration from before the walls could be chosen",
  async (t) => {
    const dataDir = t.testdir();
    const before = await run(["doctor", "--data-dir", dataDir]);
    t.match(before.out, /requires "namespaces"/);
    await init(dataDir, "--sandbox", "any");
    const { sandbox, ...old } = JSON.parse(await readFile(configOf(dataDir), "utf8"));
    t.ok(sandbox);
    await writeFile(configOf(dataDir), JSON.stringify(old));
    t.match(await run(["doctor", "--data-dir", dataDir]), before);
  },
);

/** A command behind which some system programs are not there. */
const hiding = [
  ...["bwrap", "--dev-bind", "/", "/"],
  ...["bwrap", "unshare", "setpriv"].flatMap((name) =>
    ["/usr/bin", "/bin", "/usr/local/bin"].flatMap((folder) => ["--ro-bind-try", "/dev/null", `${folder}/${name}`]),
  ),
];
const hidable = { skip: isUp("bubblewrap") ? false : "bubblewrap is needed to hide system programs" };

t.test("a node that starts says which walls stand, which do not, and how to raise them", hidable, async (t) => {
  const dataDir = t.testdir();
  await init(dataDir);
  // Without standard input it stops as soon as it has started, which it does not do before it has said so.
  const { err } = await run(["start", "--stop-with-parent", "--data-dir", dataDir], hiding);
  const lines = err.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));
  const about = (wall: string) => lines.find((line) => line.wall === wall);
  t.match(about("process"), { level: 30, msg: /^Wall up/ });
  t.match(about("bubblewrap"), { level: 40, msg: /^Wall down.*not installed.*apt install bubblewrap/ });
  t.match(about("namespaces"), { level: 40, msg: /^Wall down.*To raise it: / });
  t.match(
    lines.find(({ missing }) => missing !== undefined),
    { level: 50, missing: ["namespaces"], require: "namespaces" },
  );
});

t.test("doctor tells how to raise what is down", hidable, async (t) => {
  const { code, out } = await run(["doctor", "--data-dir", t.testdir()], hiding);
  t.equal(code, 1);
  t.match(out, /down {2}bubblewrap .*\n +To raise it: .*apt install bubblewrap/);
  t.match(out, /down {2}namespaces .*\n +To raise it: .*user namespaces/);
  t.match(out, /down {2}system calls/);
  t.match(out, /down {2}privileges/);
  t.match(out, /requires "namespaces": namespaces must be raised/);
});
