import { interpretLf, type LfRow, limits } from "@flamenco/language";
import { errorTable } from "@flamenco/policies/errors";
import t from "tap";
import { runKernel, statistics, verifySmall } from "../language/support/programs.js";
import { fuzzTexts, validFiles } from "./support/fuzzed-text.js";

/**
 * The same every time, so that a change that breaks nothing never fails here by chance. `FLAMENCO_FUZZ_SEED=random` goes
 * looking, and a number brings back what was found.
 */
const chosen = process.env.FLAMENCO_FUZZ_SEED ?? "20261121";
const seed = chosen === "random" ? Math.floor(Math.random() * 2 ** 32) : Number(chosen);
const again = `FLAMENCO_FUZZ_SEED=${seed}`;

const rows: readonly LfRow[] = [
  {},
  { size: 5, gap: 2, count: 3, port: 123, service: "web", lost: true },
  { size: Number.NaN, gap: -0, count: 2 ** 53, port: 17, service: "__proto__", lost: false },
  { size: Number.POSITIVE_INFINITY, gap: Number.NEGATIVE_INFINITY, count: -1, port: 53, service: null, lost: true },
  { size: Number.MIN_VALUE, gap: 1e308, count: 0, port: null, service: "other", lost: null },
];

/** Verify a text. @returns what slipped through or is not as it should be, or the number of LFs that were accepted */
function examine(text: string): string | number {
  const { lfs, refusals } = verifySmall(text);
  if (lfs.length === 0 && refusals.length === 0) return "neither accepted nor refused";
  if (refusals.length > limits.refusalsPerFile) return "too many refusals";
  for (const { code, line, column, message, excerpt } of refusals) {
    if (!(code in errorTable) || line < 1 || column < 1 || excerpt.length > 500) return `a bad refusal ${code}`;
    if (/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(message + excerpt))
      return `a refusal that a terminal would obey: ${code}`;
  }
  if (lfs.length === 0) return 0;
  const votes = runKernel(lfs, rows, statistics);
  const expected = rows.map((row) => lfs.map((lf) => interpretLf(lf, row, statistics)));
  if (JSON.stringify(votes) !== JSON.stringify(expected)) return "kernel and interpreter differ";
  return lfs.length;
}

function examineAll(count: number, make: () => string): { accepted: number; found: string[] } {
  const found: string[] = [];
  let accepted = 0;
  for (let index = 0; index < count; index++) {
    const text = make();
    let outcome: string | number;
    try {
      outcome = examine(text);
    } catch (error) {
      outcome = `threw ${error}`;
    }
    if (typeof outcome === "string") found.push(`${outcome}: ${JSON.stringify(text)}`);
    else accepted += outcome;
  }
  return { accepted, found };
}

t.test("what mutations start from is accepted", async (t) => {
  for (const text of validFiles) t.same(verifySmall(text).refusals, []);
});

t.test(`a soup of words never crashes the verifier or slips through (${again})`, async (t) => {
  const { soup } = fuzzTexts(seed);
  t.same(examineAll(700, soup).found, []);
});

t.test(`a mutated file never crashes the verifier, and what is accepted means one thing (${again})`, async (t) => {
  const { mutant } = fuzzTexts(seed);
  const { accepted, found } = examineAll(900, mutant);
  t.same(found, []);
  t.ok(accepted > 20, `some mutants are valid and were run: ${accepted}`);
});
