import { emitKernel, type FileVerification, type LfRow, type VerifiedLf, verifyFile } from "@flamenco/language";
import type { DatasetStatistics, Kind } from "@flamenco/policies/wire";
import { kindOf } from "@flamenco/policies/wire";

export const labels = ["benign", "attack"] as const;

/** A small kind with a field of every type and access. */
export const smallKind: Kind = {
  name: "small/1",
  title: "Rows for tests.",
  fields: [
    { name: "size", type: "number", unit: "B", access: "ordinary", meaning: "size" },
    { name: "gap", type: "number", unit: "s", access: "ordinary", meaning: "gap" },
    { name: "count", type: "integer", unit: "", access: "ordinary", meaning: "count" },
    { name: "port", type: "integer", unit: "", access: "universal", meaning: "port" },
    { name: "service", type: "category", unit: "", access: "universal", meaning: "service" },
    { name: "lost", type: "boolean", unit: "", access: "universal", meaning: "lost" },
    { name: "address", type: "category", unit: "", access: "private", meaning: "address" },
  ],
};

export const imports = 'import { ABSTAIN, TCP, UDP, atLeast, between, type Stats, type Vote } from "@flamenco/lf";\n';

/** Verify text against the small kind. */
export function verifySmall(text: string, grantedFields: readonly string[] = []): FileVerification {
  return verifyFile(text, { kind: smallKind, labels, path: "lfs.ts", grantedFields });
}

/** Verify text against flow/1. */
export function verifyFlow(text: string): FileVerification {
  return verifyFile(text, { kind: kindOf("flow/1"), labels, path: "lfs.ts" });
}

/** A file with one LF that votes "attack" where the condition holds. */
export function fileOf(condition: string): string {
  return `${imports}export function lf(row, stats) { return (${condition}) ? "attack" : ABSTAIN; }\n`;
}

/** The LFs of a file that must be accepted. */
export function accepted(verification: FileVerification): readonly VerifiedLf[] {
  if (verification.refusals.length > 0) {
    throw new Error(
      verification.refusals.map(({ code, message, excerpt }) => `${code} ${message}\n${excerpt}`).join("\n"),
    );
  }
  return verification.lfs;
}

/** The one LF of a condition that must be accepted. */
export function conditionLf(condition: string): VerifiedLf {
  const [lf] = accepted(verifySmall(fileOf(condition)));
  if (lf === undefined) throw new Error("no LF");
  return lf;
}

/** Codes of what is refused, in source order. */
export function codesOf(verification: FileVerification): string[] {
  return verification.refusals.map(({ code }) => code);
}

type FillRows = (n: number) => void;
type MakeKernel = (
  columns: readonly Float64Array[],
  statistics: readonly number[],
  categories: readonly number[],
  codes: Int32Array,
) => FillRows;

const dictionary: readonly string[] = ["web", "db", "-0", "__proto__"];

function cellOf(value: LfRow[string] | undefined): number {
  if (value === undefined || value === null) return Number.NaN;
  if (typeof value === "string") return dictionary.includes(value) ? dictionary.indexOf(value) : dictionary.length;
  return Number(value);
}

/** Votes (label index, -1) of a real kernel on rows: `votes[row][lf]`. Its text is run by this engine. */
export function runKernel(
  lfs: readonly VerifiedLf[],
  rows: readonly LfRow[],
  statistics: DatasetStatistics,
): number[][] {
  const kernel = emitKernel(lfs, labels);
  // biome-ignore lint/security/noGlobalEval: the kernel's text is made by the product; running it is the test
  const make = globalThis.eval(kernel.source) as MakeKernel;
  const columns = kernel.columns.map((column) => Float64Array.from(rows, (row) => cellOf(row[column])));
  const numbers = kernel.statistics.map(({ field, statistic }) => statistics[field]?.[statistic] ?? Number.NaN);
  const categories = kernel.categories.map(({ value }) => dictionary.indexOf(value));
  const codes = new Int32Array(kernel.words * rows.length).fill(-7);
  make(columns, numbers, categories, codes)(rows.length);
  return rows.map((_row, row) =>
    lfs.map((_lf, lf) => {
      const code = codes[Math.floor(lf / kernel.lfsPerWord) * rows.length + row] ?? -1;
      return (Math.floor(code / kernel.base ** (lf % kernel.lfsPerWord)) % kernel.base) - 1;
    }),
  );
}

const column = (values: Partial<Record<string, number | null>>) => ({
  count: 100,
  mean: 5,
  sd: 2,
  p5: 1,
  p10: 2,
  p25: 3,
  p50: 4,
  p75: 6,
  p90: 8,
  p95: 9,
  ...values,
});

export const statistics: DatasetStatistics = { size: column({}), gap: column({}), count: column({}), port: column({}) };
