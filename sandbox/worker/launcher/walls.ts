import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import { sandboxLimits } from "../../limits.js";
import { type Engine, findEngine, workerEnvironment } from "./engine.js";
import { workerProgram } from "./program.js";
import { findSystemProgram } from "./system-program.js";

const run = promisify(execFile);

/** One wall around the sealed worker, as the node shows it to its operator. */
export interface Wall {
  readonly name: string;
  readonly state: "up" | "down";
  /** What the wall keeps out, or why it is not there. */
  readonly why: string;
}

/** What a worker may use, as far as walls are concerned. */
export interface WallLimits {
  readonly deadlineSeconds: number;
  readonly memoryMegabytes: number;
  /** Isolates that the worker will make, one a package. */
  readonly isolates: number;
}

/** A wall that a system program puts up before it becomes the next program (`program ARGUMENTS command`). */
interface Wrapper {
  readonly name: string;
  readonly program: string;
  readonly purpose: string;
  /** Forms to try, the strongest first. */
  readonly forms: readonly ((limits: WallLimits) => readonly string[])[];
}

/**
 * Walls by system programs, outermost first. Each `exec`s the next, so the worker is one process and no shell. Namespaces
 * come before `setpriv`: entering a user namespace changes credentials, which clears the signal on the parent's death.
 */
const wrappers: readonly Wrapper[] = [
  {
    name: "environment",
    program: "env",
    purpose:
      "Nothing of the server's environment reaches the worker, nor of a tool that instruments the server's children.",
    forms: [() => ["-i", "--", ...Object.entries(workerEnvironment).map(([name, value]) => `${name}=${value}`)]],
  },
  {
    name: "namespaces",
    program: "unshare",
    purpose: "The worker has no network and no shared memory with other processes.",
    forms: [
      () => ["--user", "--map-current-user", "--net", "--ipc", "--"],
      // Where user namespaces are forbidden to all but a privileged process.
      () => ["--net", "--ipc", "--"],
    ],
  },
  {
    name: "resource limits",
    program: "prlimit",
    purpose: "No core dump, no file written, bounded processor time, memory mappings and descriptors.",
    forms: [
      ({ deadlineSeconds, memoryMegabytes, isolates }) => [
        "--core=0",
        "--fsize=0",
        `--nofile=${sandboxLimits.workerOpenFiles}`,
        `--cpu=${Math.ceil(deadlineSeconds) * availableParallelism() + 10}`,
        `--data=${(memoryMegabytes + (isolates + 2) * sandboxLimits.isolateCodeMegabytes + sandboxLimits.workerSlackMegabytes) * 2 ** 20}`,
        "--",
      ],
    ],
  },
  {
    name: "privileges",
    program: "setpriv",
    purpose: "No privilege can be gained, and the kernel kills the worker when its parent dies.",
    forms: [
      () => ["--pdeathsig", "KILL", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--"],
      // Dropping the bounding set needs a privilege that an ordinary user outside a namespace does not have.
      () => ["--pdeathsig", "KILL", "--no-new-privs", "--inh-caps=-all", "--"],
    ],
  },
];

interface StandingWrapper {
  readonly path: string;
  readonly form: (limits: WallLimits) => readonly string[];
}

interface Probe {
  readonly standing: readonly StandingWrapper[];
  readonly walls: readonly Wall[];
}

const probeLimits: WallLimits = { deadlineSeconds: 60, memoryMegabytes: 1024, isolates: 1 };

const prefixOf = (standing: readonly StandingWrapper[], limits: WallLimits): string[] =>
  standing.flatMap(({ path, form }) => [path, ...form(limits)]);

/** True when the engine starts behind these wrappers and can read its program there. */
async function startsBehind(standing: readonly StandingWrapper[], engine: Engine, entry: string): Promise<boolean> {
  const script = "require('node:fs').accessSync(process.argv[1])";
  const [file, ...rest] = [...prefixOf(standing, probeLimits), engine.path, "--eval", script, entry];
  try {
    await run(file as string, rest, { env: workerEnvironment, timeout: sandboxLimits.probeMilliseconds });
    return true;
  } catch {
    return false;
  }
}

/** Put up one wrapper after another, keeping each that still lets the worker start. */
async function probeWrappers(entry: string): Promise<Probe> {
  const engine = await findEngine();
  let standing: readonly StandingWrapper[] = [];
  const walls: Wall[] = [];
  for (const { name, program, purpose, forms } of wrappers) {
    const path = await findSystemProgram(program);
    let why =
      path === null ? `The program ${program} is not installed.` : "The kernel or its settings do not permit it.";
    let state: Wall["state"] = "down";
    for (const form of path === null ? [] : forms) {
      const candidate = [...standing, { path: path as string, form }];
      if (!(await startsBehind(candidate, engine, entry))) continue;
      [standing, state, why] = [candidate, "up", purpose];
      break;
    }
    walls.push({ name, state, why });
  }
  return { standing, walls };
}

const probes = new Map<string, Promise<Probe>>();

/** The wrappers of this machine; tried once. */
function probeOnce(entry: string): Promise<Probe> {
  let probe = probes.get(entry);
  if (probe === undefined) {
    probe = probeWrappers(entry);
    probes.set(entry, probe);
    probe.catch(() => probes.delete(entry));
  }
  return probe;
}

/** Command prefix that puts up every wall that stands on this machine. */
export async function wallPrefix(entry: string, limits: WallLimits): Promise<string[]> {
  return prefixOf((await probeOnce(entry)).standing, limits);
}

/**
 * The walls around a sealed worker on this machine: which stand, and why the others do not.
 * @throws FLM_WORKER_ENGINE when there is no engine to put walls around
 */
export async function describeWalls(): Promise<Wall[]> {
  const measured = existsSync("/proc/self/statm");
  return [
    { name: "process", state: "up", why: "Rows are in a process of their own, killed as a group at its deadline." },
    {
      name: "memory",
      state: measured ? "up" : "down",
      why: measured
        ? "The supervisor measures resident memory and kills at the ceiling."
        : "This system has no /proc to measure resident memory with.",
    },
    {
      name: "permissions",
      state: "up",
      why: "Node reads its program and one dataset, writes nothing and starts nothing.",
    },
    ...(await probeOnce(workerProgram().entry)).walls,
  ];
}
