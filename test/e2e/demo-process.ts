import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const program = join(
  dirname(createRequire(import.meta.url).resolve("@flamenco/client/package.json")),
  "bin",
  "flamenco.js",
);

const repository = join(dirname(program), "..", "..");

export interface RunningDemo {
  readonly process: ChildProcess;
  /** Everything printed so far, both streams. */
  readonly text: () => string;
  readonly stdout: () => string;
  /** Resolves when the text matches; throws when the demo ends before. */
  readonly waitFor: (pattern: RegExp) => Promise<void>;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Start the demo as a person does. */
export function startDemo(out: string, ...args: readonly string[]): RunningDemo {
  const child = spawn(process.execPath, [program, "demo", "--out", out, ...args], {
    cwd: repository,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: out },
  });
  let text = "";
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  return {
    process: child,
    text: () => text,
    stdout: () => stdout,
    async waitFor(pattern) {
      while (!pattern.test(text)) {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`The demo ended before ${pattern}:\n${text}`);
        await pause(10);
      }
    },
    ended: once(child, "close").then(() => ({ code: child.exitCode, signal: child.signalCode })),
  };
}

/** Run what follows `npx flamenco` in a printed command, through a shell, from the repository. */
export async function runAsPrinted(command: string): Promise<{ code: number | null; text: string }> {
  const shell = spawn("sh", ["-c", `exec "$0" "$1" ${command}`, process.execPath, program], {
    cwd: repository,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: "/nonexistent" },
  });
  let text = "";
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  await once(shell, "close");
  return { code: shell.exitCode, text };
}

/** Processes that have something to do with a folder: in their command line, their environment or as working directory. */
export function findProcesses(folder: string): { pid: number; command: string }[] {
  const found: { pid: number; command: string }[] = [];
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
      if (
        command.includes(folder) ||
        environment.includes(folder) ||
        readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
      ) {
        found.push({ pid, command });
      }
    } catch {
      // It ended meanwhile.
    }
  }
  return found;
}

/** Process ids of a process and all below it. */
export function findDescendants(root: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      const status = readFileSync(`/proc/${pid}/stat`, "utf8");
      parents.set(pid, Number(status.slice(status.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const family = new Set([root]);
  for (let grown = -1; grown !== family.size; ) {
    grown = family.size;
    for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid);
  }
  return [...family];
}

/** What is left of a demo, after as long as services may take to stop. */
export async function waitForSurvivors(folder: string, family: readonly number[]): Promise<string[]> {
  let left: string[] = [];
  for (let attempt = 0; attempt < 200; attempt++) {
    const related = findProcesses(folder);
    left = [...related.map(({ pid, command }) => `${pid} ${command}`), ...family.filter(isRunning).map(String)];
    if (left.length === 0) break;
    await pause(50);
  }
  return left;
}

function isRunning(pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, "utf8");
    return status.slice(status.lastIndexOf(")") + 2, status.lastIndexOf(")") + 3) !== "Z";
  } catch {
    return false;
  }
}
