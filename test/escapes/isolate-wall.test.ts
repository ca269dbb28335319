import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findEngine } from "@flamenco/sandbox/worker";
import t, { type Test } from "tap";
import { canaryNumber, corpus, type EscapeProgram } from "./corpus/index.js";

/**
 * Milliseconds without an answer. A bomb may end by being killed: native work on big integers heeds no timeout of an
 * isolate, so that only the death of its process ends it.
 */
const quietPatience = 60_000;
const bombPatience = 4_000;

interface Answer {
  readonly id: string;
  readonly outcome: string;
  /** All that the host's error says. */
  readonly text: string;
  /** An honest package voted as before, in an isolate made before the attack and in one made after it. */
  readonly unharmed: boolean;
  /** The host's globals and prototypes are as before. */
  readonly clean: boolean;
}

const { path: engine } = await findEngine();
const attacks = fileURLToPath(new URL("./support/isolate-attacks.js", import.meta.url));

/**
 * Run programs one after the other in one process of the worker's engine, for as long as it answers.
 * @param patience milliseconds without an answer after which it is killed
 * @returns its answers, the program after the last of them being the one that it died of, and every byte that it wrote
 */
async function runUntilDeath(ids: readonly string[], patience: number): Promise<{ answers: Answer[]; bytes: string }> {
  const child = spawn(engine, ["--no-node-snapshot", attacks, ...ids], {
    env: { LIBC: "glibc" },
    stdio: ["ignore", "pipe", "pipe"],
    cwd: "/",
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), patience);
  let [output, errors] = ["", ""];
  child.stdout.on("data", (bytes) => {
    output += bytes;
    timer.refresh();
  });
  child.stderr.on("data", (bytes) => {
    errors += bytes;
  });
  await new Promise((resolve) => child.once("close", resolve));
  clearTimeout(timer);
  const lines = output.split("\n").filter((line) => line.startsWith("{"));
  return { answers: lines.map((line) => JSON.parse(line)), bytes: output + errors };
}

const idOf = (title: string, { name }: EscapeProgram): string => `${title}: ${name}`;

function assertAnswer(t: Test, program: EscapeProgram, answer: Answer): void {
  t.ok((program.isolate as readonly string[]).includes(answer.outcome), `${program.name}: ${answer.outcome}`);
  t.ok(answer.unharmed, `${program.name}: other packages vote as before`);
  t.ok(answer.clean, `${program.name}: the host's objects are as before`);
  t.notOk(answer.text.includes(String(canaryNumber)), `${program.name}: the error is silent`);
}

/** Run all of them, with a new process for those that are left whenever one has died. */
async function assertPrograms(t: Test, title: string, programs: readonly EscapeProgram[], patience: number) {
  let left = programs;
  while (left.length > 0) {
    const { answers, bytes } = await runUntilDeath(
      left.map((program) => idOf(title, program)),
      patience,
    );
    for (const [index, answer] of answers.entries()) assertAnswer(t, left[index] as EscapeProgram, answer);
    t.notOk(bytes.includes(String(canaryNumber)), "no byte of the host shows the value");
    const killer = left[answers.length];
    if (killer !== undefined) t.ok(killer.isolate.includes("killed"), `${killer.name}: killed its process`);
    left = left.slice(answers.length + 1);
  }
}

for (const [title, programs] of Object.entries(corpus)) {
  const runnable = programs.filter(({ guest }) => guest !== undefined);
  t.test(`the isolate alone holds: ${title}`, { timeout: 240_000 }, async (t) => {
    const bombs = runnable.filter(({ bomb }) => bomb);
    await assertPrograms(
      t,
      title,
      runnable.filter(({ bomb }) => !bomb),
      quietPatience,
    );
    await assertPrograms(t, title, bombs, bombPatience);
  });
}
