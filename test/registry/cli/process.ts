import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Test } from "tap";

const program = fileURLToPath(new URL("../../../../registry/bin/flamenco-registry.js", import.meta.url));

/** The real program in a process of its own; it is killed when the test ends, if it still runs. */
export function runProgram(t: Test, args: readonly string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, NO_COLOR: "1" } });
  t.teardown(() => child.kill("SIGKILL"));
  child.stdin.on("error", () => undefined);
  return child;
}

/** Run to the end and collect what was written. */
export async function finishProgram(t: Test, args: readonly string[]) {
  const child = runProgram(t, args);
  return { ...(await collect(child)) };
}

/** What a process writes until it ends, and how it ends. */
export async function collect(child: ChildProcessWithoutNullStreams) {
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { code, signal, stdout, stderr };
}

/** Start the service on any free port and wait for its ready line. */
export async function startService(t: Test, dataDir: string, args: readonly string[] = []) {
  const child = runProgram(t, ["start", "--data-dir", dataDir, "--port", "0", "--json", "--stop-with-parent", ...args]);
  child.stderr.resume();
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const ready = JSON.parse(line) as { event: string; url: string; name: string; keyId: string };
  return { child, ready };
}
