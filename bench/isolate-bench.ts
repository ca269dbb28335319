import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findEngine } from "@flamenco/sandbox/worker";

/** What isolate-in-engine.ts prints. */
export interface IsolateBench {
  readonly rows: number;
  readonly lfs: number;
  readonly millionRowLfsPerSecond: {
    readonly plain: number;
    readonly warmIsolate: number;
    readonly freshIsolate: number;
  };
}

/** Rows x LFs per second in the isolate against the same kernel in plain Node, paired in one process. */
export async function benchIsolate(): Promise<IsolateBench> {
  const engine = await findEngine();
  const script = fileURLToPath(new URL("isolate-in-engine.js", import.meta.url));
  const output = execFileSync(engine.path, ["--no-node-snapshot", script], { encoding: "utf8" });
  return JSON.parse(output) as IsolateBench;
}
