import { writeSync } from "node:fs";
import { isFlamencoError } from "@flamenco/policies/errors";
import { PackageIsolate } from "@flamenco/sandbox/isolate";
import { canaryNumber, programs } from "../corpus/index.js";

/**
 * Runs in the sealed worker's engine: the kernels of the programs that its arguments name, each in an isolate of its own,
 * with no verifier before it and no walls around the process. Says what became of each, a JSON line a program.
 */
const rows = 32;
const limits = { morselRows: 64, isolateHeapMegabytes: 32, kernelCallMilliseconds: 250 };

/** Votes 2 where the column is above 1: what an honest package says of rows 0, 1, 2, … */
const honest = {
  source: `(columns, statistics, categories, codes) => (n) => {
    for (let row = 0; row < n; row++) codes[row] = columns[0][row] > statistics[0] ? 2 : 1;
  }`,
  columnCount: 1,
  statistics: [1],
  categories: [],
  words: 1,
};
const expected = Array.from({ length: rows }, (_, row) => (row > 1 ? 2 : 1)).join();

function votesOf(isolate: PackageIsolate, column: (row: number) => number): Int32Array {
  const output = new Int32Array(rows);
  for (let row = 0; row < rows; row++) (isolate.columns[0] as Float64Array)[row] = column(row);
  isolate.run(rows, [3], [output], 0);
  return output;
}

/** What a guest could have left in the host: names of the global object and of the prototypes that it shares. */
const hostNames = (): string =>
  JSON.stringify(
    [globalThis, Object.prototype, Array.prototype, Function.prototype, Math, Number, Number.prototype].map((value) =>
      Reflect.ownKeys(value).map(String),
    ),
  );

/** The same package beside every attack, and what the host looked like before. */
const bystander = new PackageIsolate(honest, limits);
const before = hostNames();

function attack(source: string): { outcome: string; text: string } {
  let isolate: PackageIsolate | undefined;
  try {
    isolate = new PackageIsolate({ ...honest, source }, limits);
    const first = votesOf(isolate, () => canaryNumber);
    const second = votesOf(isolate, () => canaryNumber);
    return { outcome: [...first, ...second].every((code) => code === 1) ? "nothing" : "contained", text: "" };
  } catch (error) {
    const text = `${String(error)}${JSON.stringify(error)}${(error as Error).stack}${(error as Error).cause}`;
    return { outcome: isFlamencoError(error, "FLM_KERNEL_FAILED") ? "error" : "unexpected", text };
  } finally {
    isolate?.dispose();
  }
}

const wanted = new Set(process.argv.slice(2));
for (const { id, guest } of programs) {
  if (!wanted.has(id) || guest === undefined) continue;
  const { outcome, text } = attack(guest);
  // Work that the guest left behind would run now.
  await new Promise((resolve) => setImmediate(resolve));
  const fresh = new PackageIsolate(honest, limits);
  const unharmed =
    votesOf(bystander, (row) => row).join() === expected && votesOf(fresh, (row) => row).join() === expected;
  fresh.dispose();
  writeSync(1, `${JSON.stringify({ id, outcome, text, unharmed, clean: hostNames() === before })}\n`);
}
