import { spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { sandboxLimits } from "../../limits.js";
import { FILTER_DESCRIPTOR } from "./bubblewrap.js";
import { buildCallFilter } from "./call-filter.js";
import { type Engine, findEngine, workerEnvironment } from "./engine.js";
import type { WorkerProgram } from "./program.js";
import { findSystemProgram } from "./system-program.js";
import { type WallContext, type WallLimits, type Wrapper, type WrapperForm, wrappers } from "./wrappers.js";

/** A wrapper that this machine lets stand, in the form that does. */
export interface StandingWrapper {
  readonly wrapper: Wrapper;
  readonly path: string;
  readonly form: WrapperForm;
}

/** What was found out about one wrapper. */
export interface WrapperState {
  readonly wrapper: Wrapper;
  /** `part` when another wall that stands does what it would. */
  readonly state: "up" | "part" | "missing" | "forbidden";
}

export interface WallProbe {
  readonly standing: readonly StandingWrapper[];
  readonly states: readonly WrapperState[];
  /** Executables of the wrappers, which those inside bubblewrap must find there. */
  readonly programs: readonly string[];
}

const probeLimits: WallLimits = { deadlineSeconds: 60, memoryMegabytes: 1024, isolates: 1 };

/** Command prefix of wrappers, and the filter that one of them takes. */
export function buildPrefix(standing: readonly StandingWrapper[], context: WallContext) {
  return {
    prefix: standing.flatMap(({ path, form }) => [path, ...form.arguments(context)]),
    filter: standing.some(({ form }) => form.filtered) ? buildCallFilter(process.arch) : null,
  };
}

/** True when the engine starts behind these wrappers, can make a thread and can read its program there. */
function startsBehind(
  standing: readonly StandingWrapper[],
  engine: Engine,
  entry: string,
  readable: readonly string[],
): Promise<boolean> {
  const script =
    "require('node:fs').accessSync(process.argv[1]); new (require('node:worker_threads').Worker)('', { eval: true })";
  const { prefix, filter } = buildPrefix(standing, { ...probeLimits, readable });
  const [file, ...rest] = [...prefix, engine.path, "--eval", script, entry];
  return new Promise((resolve) => {
    const child = spawn(file as string, rest, {
      cwd: "/",
      env: workerEnvironment as NodeJS.ProcessEnv,
      stdio: ["ignore", "ignore", "ignore", "ignore", filter === null ? "ignore" : "pipe"],
      timeout: sandboxLimits.probeMilliseconds,
      killSignal: "SIGKILL",
    });
    sendFilter(child.stdio[FILTER_DESCRIPTOR] as Writable | null, filter);
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
  });
}

/** Hand the filter over. A wrapper that dies early breaks the pipe; that it died is what counts. */
export function sendFilter(descriptor: Writable | null | undefined, filter: Uint8Array | null): void {
  if (filter === null) return;
  descriptor?.on("error", () => {});
  descriptor?.end(filter);
}

/** Put up one wrapper after another, keeping each that still lets the worker start. */
async function probeWrappers({ entry, folders }: WorkerProgram): Promise<WallProbe> {
  const engine = await findEngine();
  const paths = new Map<Wrapper, string | null>();
  for (const wrapper of wrappers) paths.set(wrapper, await findSystemProgram(wrapper.program));
  const programs = [...paths.values()].filter((path) => path !== null);
  const readable = [engine.path, entry, ...folders, ...programs];
  let standing: readonly StandingWrapper[] = [];
  const states: WrapperState[] = [];
  for (const wrapper of wrappers) {
    const path = paths.get(wrapper) ?? null;
    if (standing.some((other) => other.wrapper.name === wrapper.partOf)) {
      states.push({ wrapper, state: "part" });
      continue;
    }
    let state: WrapperState["state"] = path === null ? "missing" : "forbidden";
    for (const form of path === null ? [] : wrapper.forms) {
      if (form.filtered && buildCallFilter(process.arch) === null) continue;
      const candidate = [...standing, { wrapper, path: path as string, form }];
      if (!(await startsBehind(candidate, engine, entry, readable))) continue;
      [standing, state] = [candidate, "up"];
      break;
    }
    states.push({ wrapper, state });
  }
  return { standing, states, programs };
}

const probes = new Map<string, Promise<WallProbe>>();

/**
 * The wrappers that this machine lets stand around a program; tried once.
 * @throws FLM_WORKER_ENGINE when there is no engine to put walls around
 */
export function probeWalls(program: WorkerProgram): Promise<WallProbe> {
  let probe = probes.get(program.entry);
  if (probe === undefined) {
    probe = probeWrappers(program);
    probes.set(program.entry, probe);
    probe.catch(() => probes.delete(program.entry));
  }
  return probe;
}
