import { spawnSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import { raceForStaleLock } from "../support/stale-lock-race.js";

const { lockDemoFolder } = (await import(new URL("../../../client/dist/demo/demo-lock.js", import.meta.url).href)) as {
  lockDemoFolder(folder: string): Promise<unknown>;
};

t.test("of many demos that find a stale lock, one gets the folder", async (t) => {
  const folder = t.testdir();
  const { pid } = spawnSync("true");
  const stale = (round: number) => JSON.stringify({ pid, startTime: "1", nonce: String(round) });
  await raceForStaleLock(t, join(folder, "demo.lock"), stale, () => lockDemoFolder(folder), "FLM_DEMO_RUNNING");
  t.strictSame(await readdir(folder), [], "and nothing is left behind");
});
