import { isFlamencoError } from "@flamenco/policies/errors";
import { describeWalls, missingWalls, type Wall, type WallRequirement } from "@flamenco/sandbox/worker";
import type { Log } from "../support/index.js";

/** Say in the log, a line each, which walls stand around a sealed worker and which do not, and whether that is enough. */
export async function reportWalls(requirement: WallRequirement, log: Log): Promise<void> {
  let walls: Wall[];
  try {
    walls = await describeWalls();
  } catch (error) {
    if (!isFlamencoError(error)) throw error;
    log.error({ code: error.code }, `No sealed worker can run: ${error.message}`);
    return;
  }
  for (const { name, state, why, raise = "" } of walls) {
    if (state === "up") log.info({ wall: name }, `Wall up: ${name}. ${why}`);
    else log.warn({ wall: name }, `Wall down: ${name}. ${why} To raise it: ${raise}`);
  }
  const missing = missingWalls(walls, requirement).map(({ name }) => name);
  if (missing.length > 0) {
    log.error({ missing, require: requirement }, "Studies are refused until the walls stand that node.json requires.");
  }
}

/** Names of the walls that stand around a sealed worker here; none where there is no engine to run it. */
export async function listStandingWalls(): Promise<string[]> {
  try {
    return (await describeWalls()).filter(({ state }) => state === "up").map(({ name }) => name);
  } catch (error) {
    if (isFlamencoError(error, "FLM_WORKER_ENGINE")) return [];
    throw error;
  }
}
