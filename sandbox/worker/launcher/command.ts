import { findEngine, workerEnvironment } from "./engine.js";
import type { WorkerProgram } from "./program.js";
import { buildPrefix, probeWalls } from "./wall-probe.js";
import { assertWalls, defaultRequirement, type WallRequirement } from "./walls.js";

/** Ceilings of one worker, from the node's configuration. */
export interface WorkerLimits {
  /** Wall-clock seconds from start to result. */
  readonly deadlineSeconds: number;
  /** Resident memory. */
  readonly memoryMegabytes: number;
}

/** What to execute. */
export interface WorkerCommand {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** System-call filter that the outermost wrapper reads on `FILTER_DESCRIPTOR`, or null. */
  readonly filter: Uint8Array | null;
}

/**
 * The command of a sealed worker: the walls of this machine, then the engine with the least that Node lets it have.
 * @param dataset absolute path of the dataset version, the only data that it may read
 * @param requirement walls without which there is no command
 * @throws FLM_WORKER_ENGINE, FLM_WORKER_WALLS
 */
export async function prepareCommand(
  program: WorkerProgram,
  dataset: string,
  isolates: number,
  limits: WorkerLimits,
  requirement: WallRequirement = defaultRequirement,
): Promise<WorkerCommand> {
  const engine = await findEngine();
  const probe = await probeWalls(program);
  assertWalls(probe, requirement);
  const { prefix, filter } = buildPrefix(probe.standing, {
    ...limits,
    isolates,
    readable: [engine.path, program.entry, ...program.folders, ...probe.programs, dataset],
  });
  const readable = [program.entry, ...[...program.folders, dataset].flatMap((folder) => [folder, `${folder}/*`])];
  const [file, ...rest] = [
    ...prefix,
    engine.path,
    "--permission",
    // DuckDB and isolated-vm are addons; the watcher of the parent is a thread.
    "--allow-addons",
    "--allow-worker",
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--max-old-space-size=${limits.memoryMegabytes}`,
    // isolated-vm needs it; a debugger must not be switched on by a signal; warnings have no reader.
    "--no-node-snapshot",
    "--disable-sigusr1",
    "--no-warnings",
    program.entry,
  ];
  return { file: file as string, arguments: rest, environment: workerEnvironment, filter };
}
