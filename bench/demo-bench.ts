import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runFlamenco } from "./processes.js";
import { round } from "./timing.js";

/** Seconds of the whole demo, after installing and building. */
export async function benchDemo(): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), "flamenco-bench-"));
  try {
    const start = Date.now();
    await runFlamenco("demo", "--out", join(folder, "demo-out"));
    return { seconds: round((Date.now() - start) / 1000) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
