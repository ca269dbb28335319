import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { initNode, nodeDirectoryOf } from "@flamenco/server";
import type { Test } from "tap";

const program = fileURLToPath(new URL("../../../server/bin/flamenco-node.js", import.meta.url));

/** A node that runs as its operators run it: a process of its own. */
export interface NodeProcess {
  readonly url: string;
  readonly keyId: string;
  readonly child: ChildProcess;
  /** End it as a power cut would. */
  kill(): Promise<void>;
  /** Ask it to stop. @returns its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Make a node's directory. @returns its key id. */
export function makeNode(
  dataDirectory: string,
  options: { name: string; registry: string; trust: readonly string[] },
): Promise<string> {
  const researchers = options.trust.map((keyId) => ({ keyId }));
  return initNode(nodeDirectoryOf(dataDirectory), {
    name: options.name,
    registry: options.registry,
    researchers,
    port: 0,
    preset: "open",
  });
}

/** Start the program on a directory and wait until it is ready. */
export async function startNodeProcess(
  t: Test,
  dataDirectory: string,
  databaseUrl: string | undefined,
): Promise<NodeProcess> {
  const parameters = ["start", "--data-dir", dataDirectory, "--port", "0", "--json", "--stop-with-parent"];
  const child = spawn(process.execPath, [program, ...parameters], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }) },
  });
  const exited = once(child, "exit");
  t.teardown(async () => {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await exited;
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([
    once(lines, "line"),
    exited.then(([code]) => {
      throw new Error(`the node ended with ${code} before it was ready`);
    }),
  ])) as [string];
  const ready = JSON.parse(line) as { event: string; url: string; keyId: string };
  if (ready.event !== "ready") throw new Error(`the node did not start: ${line}`);
  return {
    url: ready.url,
    keyId: ready.keyId,
    child,
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      await exited;
      return child.exitCode;
    },
  };
}
