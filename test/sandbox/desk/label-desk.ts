import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import t from "tap";
import { histogramOfVector, readVector } from "../labeling/golden-vector.js";

export interface DeskRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const driver = spawn(process.execPath, [fileURLToPath(new URL("label-driver.js", import.meta.url))], {
  stdio: ["pipe", "pipe", "inherit"],
});
const answers = createInterface({ input: driver.stdout })[Symbol.asyncIterator]();
t.teardown(() => driver.stdin.end());

/** Run `flamenco-desk …`. One at a time. */
export async function runDesk(...args: string[]): Promise<DeskRun> {
  driver.stdin.write(`${JSON.stringify(args)}\n`);
  const { value, done } = await answers.next();
  if (done === true) throw new Error("The driver ended.");
  return JSON.parse(value);
}

/** Run `flamenco-desk label …`. */
export const runLabel = (...args: string[]): Promise<DeskRun> => runDesk("label", ...args);

/** The answer of a command that succeeds with `--json`. */
// biome-ignore lint/suspicious/noExplicitAny: tests read whatever the documents hold
export async function askLabel(...args: string[]): Promise<any> {
  const run = await runLabel(...args, "--json");
  if (run.code !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

/** The program itself, as a person would run it. */
export function startDesk(...args: string[]): Promise<DeskRun> {
  const program = fileURLToPath(new URL("../../../../sandbox/bin/flamenco-desk.js", import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const folder = mkdtempSync(join(tmpdir(), "flamenco-label-"));
t.teardown(() => rmSync(folder, { recursive: true }));

/** A file in a folder of this test's own. */
export function writeText(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Rows of a vector, by pattern, in the packed form. */
export function writeVector(name: string): string {
  const vector = readVector(name);
  const { truthCounts } = histogramOfVector(vector);
  const lines = vector.patterns.flatMap((pattern, index) =>
    Array.from({ length: vector.labelCount }, (_, label) =>
      new Array<string>(truthCounts[index * vector.labelCount + label]!).fill(`${pattern},${label}`),
    ).flat(),
  );
  return writeText(`${name}.csv`, `votes,y\n${lines.join("\n")}\n`);
}
