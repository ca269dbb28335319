import { findEngine, workerEnvironment } from "./engine.js";
import type { WorkerProgram } from "./program.js";
import { wallPrefix } from "./walls.js";

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
}

/**
 * The command of a sealed worker: the walls of this machine, then the engine with the least that Node lets it have.
 * @param dataset absolute path of the dataset version, the only data that it may read
 * @throws FLM_WORKER_ENGINE
 */
export async function prepareCommand(
  program: WorkerProgram,
  dataset: string,
  isolates: number,
  limits: WorkerLimits,
): Promise<WorkerCommand> {
  const engine = await findEngine();
  const readable = [program.entry, ...[...program.folders, dataset].flatMap((folder) => [folder, `${folder}/*`])];
  const [file, ...rest] = [
    ...(await wallPrefix(program.entry, { ...limits, isolates })),
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
  return { file: file as string, arguments: rest, environment: workerEnvironment };
}
