import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findEngine } from "@flamenco/sandbox/worker";

/** Rows x LFs per second in the isolate against the same kernel in plain Node, paired in one process. */
export async function benchIsolate(): Promise<unknown> {
  const engine = await findEngine();
  const script = fileURLToPath(new URL("isolate-in-engine.js", import.meta.url));
  const output = execFileSync(engine.path, ["--no-node-snapshot", script], { encoding: "utf8" });
  return JSON.parse(output);
}
