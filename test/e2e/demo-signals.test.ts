import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import t from "tap";
import { findDescendants, type RunningDemo, startDemo, waitForSurvivors } from "./demo-process.js";

// Whole demos, one after the other, on whatever machine this is.
t.setTimeout(1_800_000);

/** Marks of the moments at which something is done to a demo. */
const moments: Readonly<Record<string, RegExp>> = {
  "at the first step": /\[1\/8\]/,
  "while the registry starts": /\[2\/8\]/,
  "while the nodes are set up": /\[3\/8\]/,
  "while the study runs": /\[6\/8\]/,
};

async function stopAt(demo: RunningDemo, pattern: RegExp, signal: NodeJS.Signals): Promise<number[]> {
  await demo.waitFor(pattern);
  await pause(Math.random() * 600);
  const family = findDescendants(demo.process.pid!);
  demo.process.kill(signal);
  return family;
}

t.test("an interrupt leaves no process behind", { timeout: 400_000 }, async (t) => {
  for (const [moment, pattern] of Object.entries(moments)) {
    const out = join(t.testdir({}), `demo ${Object.keys(moments).indexOf(moment)}`);
    const demo = startDemo(out);
    const family = await stopAt(demo, pattern, "SIGINT");
    t.strictSame(await demo.ended, { code: 130, signal: null }, `${moment}: ${demo.text()}`);
    t.strictSame(await waitForSurvivors(out, family), [], moment);
    t.match(demo.text(), /Interrupted/);
    t.notOk(existsSync(join(out, "demo.lock")), moment);
  }
});

t.test("termination and hang-up end it as cleanly, with their own exit codes", { timeout: 400_000 }, async (t) => {
  for (const [signal, code] of [
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    const out = join(t.testdir({}), signal);
    const demo = startDemo(out);
    const family = await stopAt(demo, /\[3\/8\]/, signal);
    t.strictSame(await demo.ended, { code, signal: null }, signal);
    t.strictSame(await waitForSurvivors(out, family), [], signal);
  }
});

t.test(
  "even when it is killed, nothing stays; the next demo takes the folder over",
  { timeout: 400_000 },
  async (t) => {
    const out = join(t.testdir(), "demo-out");
    for (const pattern of [/\[3\/8\]/, /\[6\/8\]/]) {
      const demo = startDemo(out);
      const family = await stopAt(demo, pattern, "SIGKILL");
      await demo.ended;
      t.strictSame(await waitForSurvivors(out, family), [], String(pattern));
      t.ok(existsSync(join(out, "demo.lock")), "a lock without an owner stays");
    }
  },
);
