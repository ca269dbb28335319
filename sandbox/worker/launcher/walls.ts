import { existsSync } from "node:fs";
import { FlamencoError } from "@flamenco/policies/errors";
import { workerProgram } from "./program.js";
import { probeWalls, type WallProbe } from "./wall-probe.js";

/** One wall around the sealed worker, as the node shows it to its operator. */
export interface Wall {
  readonly name: string;
  readonly state: "up" | "down";
  /** What the wall keeps out, or why it is not there. */
  readonly why: string;
  /** What the operator can do to put it up; absent where it stands. */
  readonly raise?: string;
}

/**
 * Walls without which a run is refused. `all`: every one. `namespaces`: at least bubblewrap or namespaces, so that no code
 * in the worker reaches a network. `any`: those that the machine happens to have, for public data alone.
 */
export const wallRequirements = ["all", "namespaces", "any"] as const;
export type WallRequirement = (typeof wallRequirements)[number];

/** What an operator asks for who says nothing. */
export const defaultRequirement: WallRequirement = "namespaces";

const downReasons = {
  missing: (program: string) => `The program ${program} is not installed.`,
  forbidden: () => "The kernel or its settings do not permit it.",
} as const;

function listWalls({ states, standing }: WallProbe): Wall[] {
  const measured = existsSync("/proc/self/statm");
  const filtered = standing.some(({ form }) => form.filtered);
  const wrapped = states.map(({ wrapper, state }): Wall => {
    const { name, program, purpose, raise, partOf } = wrapper;
    if (state === "up") return { name, state, why: purpose };
    if (state === "part") return { name, state: "up", why: `${purpose} By ${partOf}.` };
    return { name, state: "down", why: downReasons[state](program), raise };
  });
  return [
    { name: "process", state: "up", why: "Rows are in a process of their own, killed with all that it started." },
    measured
      ? { name: "memory", state: "up", why: "The supervisor measures resident memory and kills at the ceiling." }
      : {
          name: "memory",
          state: "down",
          why: "This system has no /proc to measure resident memory with.",
          raise: "Run the node on Linux with /proc mounted.",
        },
    {
      name: "permissions",
      state: "up",
      why: "Node reads its program and one dataset, writes nothing and starts nothing.",
    },
    filtered
      ? {
          name: "system calls",
          state: "up",
          why: "The kernel refuses sockets, new processes, tracing, mounts, io_uring and more (seccomp).",
        }
      : {
          name: "system calls",
          state: "down",
          why: "The filter is put up by bubblewrap, on x86-64 and arm64.",
          raise: "Raise bubblewrap.",
        },
    ...wrapped,
  ];
}

/**
 * The walls around a sealed worker on this machine: which stand, why the others do not, and what would raise them.
 * @throws FLM_WORKER_ENGINE when there is no engine to put walls around
 */
export async function describeWalls(): Promise<Wall[]> {
  return listWalls(await probeWalls(workerProgram()));
}

/** The walls that a requirement misses. */
export function missingWalls(walls: readonly Wall[], requirement: WallRequirement): Wall[] {
  const down = walls.filter(({ state }) => state === "down");
  if (requirement === "any") return [];
  return requirement === "all" ? down : down.filter(({ name }) => name === "namespaces");
}

/**
 * @throws FLM_WORKER_WALLS naming each wall that is required and does not stand, how to raise it, and how the operator can
 * do without
 */
export function assertWalls(probe: WallProbe, requirement: WallRequirement): void {
  const missing = missingWalls(listWalls(probe), requirement);
  if (missing.length === 0) return;
  throw new FlamencoError(
    "FLM_WORKER_WALLS",
    `This node requires ${requirement === "all" ? "every wall" : "namespaces"} around the sealed worker, and ${missing.map(({ name }) => name).join(", ")} ${missing.length === 1 ? "is" : "are"} missing. \`flamenco node doctor\` tells how to raise them. For public data alone, the operator may set \`sandbox.require\` to "any" in node.json.`,
    { details: missing.map(({ name, why, raise = "" }) => ({ at: name, message: `${why} ${raise}`.trim() })) },
  );
}
