import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import t from "tap";
import { findDescendants, type RunningDemo, startDemo, waitForSurvivors } from "./demo-process.js";

// Whole demos, one after the other, on whatever machine this is.
t.setTimeout(1_800_000);

/** Moments at which a demo is ended, in which way, and the exit code that tells of it. */
const endings: readonly {
  readonly moment: string;
  readonly mark: RegExp;
  readonly signal: NodeJS.Signals;
  readonly code: number;
}[] = [
  { moment: "at the first step", mark: /\[1\/8\]/, signal: "SIGHUP", code: 129 },
  { moment: "while the registry starts", mark: /\[2\/8\]/, signal: "SIGINT", code: 130 },
  { moment: "while the nodes are set up", mark: /\[3\/8\]/, signal: "SIGTERM", code: 143 },
  { moment: "while the study runs", mark: /\[6\/8\]/, signal: "SIGINT", code: 130 },
];

async function stopAt(demo: RunningDemo, pattern: RegExp, signal: NodeJS.Signals): Promise<number[]> {
  await demo.waitFor(pattern);
  await pause(Math.random() * 600);
  const family = findDescendants(demo.process.pid!);
  demo.process.kill(signal);
  return family;
}

t.test("whatever ends it, at whatever moment, leaves no process behind", { timeout: 400_000 }, async (t) => {
  for (const [index, { moment, mark, signal, code }] of endings.entries()) {
    const out = join(t.testdir({}), `demo ${index}`);
    const demo = startDemo(out);
    const family = await stopAt(demo, mark, signal);
    t.strictSame(await demo.ended, { code, signal: null }, `${moment}: ${demo.text()}`);
    t.strictSame(await waitForSurvivors(out, family), [], moment);
    if (signal === "SIGINT") t.match(demo.text(), /Interrupted/);
    t.notOk(existsSync(join(out, "demo.lock")), moment);
  }
});

t.test(
  "even when it is killed, nothing stays; the next demo takes the folder over",
  { timeout: 400_000 },
  async (t) => {
    const out = join(t.testdir(), "demo-out");
    const demo = startDemo(out);
    const family = await stopAt(demo, /\[6\/8\]/, "SIGKILL");
    await demo.ended;
    t.strictSame(await waitForSurvivors(out, family), []);
    t.ok(existsSync(join(out, "demo.lock")), "a lock without an owner stays");
    const next = startDemo(out);
    await next.waitFor(/\[1\/8\]/);
    next.process.kill("SIGINT");
    t.strictSame(await next.ended, { code: 130, signal: null });
  },
);
