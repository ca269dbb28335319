import { existsSync } from "node:fs";
import { errorTable, isFlamencoError } from "@flamenco/policies/errors";
import { defaultRequirement, describeWalls, findEngine, missingWalls, type Wall } from "@flamenco/sandbox/worker";
import { loadNodeConfig, nodeDirectoryOf } from "../config/index.js";

export interface DoctorCommandOptions {
  readonly dataDir: string;
  readonly json: boolean;
}

/** The engine as one wall more: a patched one is what everything else stands on. */
async function examineEngine(): Promise<Wall> {
  try {
    const { path, version, isolates } = await findEngine();
    return { name: "engine", state: "up", why: `Node ${version} with isolated-vm ${isolates}: ${path}` };
  } catch (error) {
    if (!isFlamencoError(error, "FLM_WORKER_ENGINE")) throw error;
    return { name: "engine", state: "down", why: error.message, raise: errorTable.FLM_WORKER_ENGINE.remedy };
  }
}

/**
 * `flamenco-node doctor`: each wall around the sealed worker, its state, and how to raise it. The exit code says whether
 * those stand that the node requires; before `init`, those that a node requires by default.
 * @throws FLM_CONFIG
 */
export async function runDoctor({ dataDir, json }: DoctorCommandOptions): Promise<void> {
  const directory = nodeDirectoryOf(dataDir);
  const config = existsSync(directory.config) ? await loadNodeConfig(directory) : undefined;
  const requirement = config?.sandbox?.require ?? defaultRequirement;
  const engine = await examineEngine();
  const walls = engine.state === "up" ? [engine, ...(await describeWalls())] : [engine];
  const missing = engine.state === "up" ? missingWalls(walls, requirement) : [engine];
  const holds = missing.length === 0;
  if (!holds) process.exitCode = 1;
  process.stdout.write(
    json
      ? `${JSON.stringify({ event: "doctor", require: requirement, holds, walls })}\n`
      : `${walls.map(describeWall).join("\n")}\n\n${describeVerdict(requirement, missing)}\n`,
  );
}

const NAME_WIDTH = 16;

function describeWall({ name, state, why, raise }: Wall): string {
  const line = `${state.padEnd(5)} ${name.padEnd(NAME_WIDTH)} ${why}`;
  return raise === undefined ? line : `${line}\n${" ".repeat(NAME_WIDTH + 7)}To raise it: ${raise}`;
}

function describeVerdict(requirement: string, missing: readonly Wall[]): string {
  if (missing.length === 0) return `The node requires "${requirement}": it holds.`;
  const names = missing.map(({ name }) => name).join(", ");
  return `The node requires "${requirement}": ${names} must be raised, or studies are refused.`;
}
