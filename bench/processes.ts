import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const flamenco = fileURLToPath(new URL("../../client/bin/flamenco.js", import.meta.url));

/** Run one command to its end. @returns its JSON */
export async function runFlamenco(...parameters: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await run(process.execPath, [flamenco, ...parameters, "--json"], {
    cwd: root,
    maxBuffer: 2 ** 28,
  });
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** A service that was started, at `url`; stopping waits for its end. */
export interface Service {
  readonly url: string;
  stop(): Promise<void>;
}

/** Start a service and wait until it says that it is ready. It ends when this process does. */
export async function startService(...parameters: string[]): Promise<Service> {
  const child: ChildProcess = spawn(
    process.execPath,
    [flamenco, ...parameters, "--port", "0", "--json", "--stop-with-parent"],
    { cwd: root, stdio: ["pipe", "pipe", "inherit"] },
  );
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const message = JSON.parse(line) as { event?: string; url?: string };
    if (message.event === "ready" && message.url !== undefined) {
      return {
        url: message.url,
        stop: () => {
          child.kill("SIGTERM");
          return exited;
        },
      };
    }
  }
  throw new Error(`${parameters.join(" ")} ended before it was ready.`);
}
