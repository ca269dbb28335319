import { lstat } from "node:fs/promises";
import { interpretLf, type VerifiedLf } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import {
  type ColumnStatistics,
  closed,
  type DatasetStatistics,
  type Field,
  fieldOf,
  Identifier,
  type Kind,
  OrNull,
  parseDocument,
  statisticNames,
  Text,
} from "@flamenco/policies/wire";
import { type Static, Type } from "@sinclair/typebox";
import { parseStrictJson, readSourceFile } from "../signing/index.js";
import { trialLimits } from "./limits.js";

/** The author's cases, beside the sources; never part of the package. */
export const CASES_FILE = "lfs.test.json";

const Statistics = Type.Record(
  Identifier,
  Type.Object(Object.fromEntries(statisticNames.map((name) => [name, Type.Optional(OrNull(Type.Number()))])), closed),
);

const Cases = Type.Object(
  {
    /** Statistics of every case that has none of its own for a field. */
    stats: Type.Optional(Statistics),
    cases: Type.Array(
      Type.Object(
        {
          lf: Identifier,
          row: Type.Record(Identifier, OrNull(Type.Union([Type.Number(), Type.Boolean(), Text(200)]))),
          stats: Type.Optional(Statistics),
          /** A label, or null to abstain. */
          expect: OrNull(Text(64)),
        },
        closed,
      ),
      { minItems: 1, maxItems: trialLimits.cases },
    ),
  },
  closed,
);
type Cases = Static<typeof Cases>;

export interface CaseResult {
  /** From 1, in the order of the file. */
  readonly case: number;
  readonly lf: string;
  readonly expected: string | null;
  readonly voted: string | null;
  readonly passed: boolean;
}

/**
 * Run the cases of `lfs.test.json`: each names an LF, a row, statistics, and the vote that its author expects.
 * @throws FLM_SCHEMA when the file, a field, a statistic's field, a label or an LF's name is wrong, listing every one
 */
export function runCases(
  text: string,
  { lfs, kind, labels }: { lfs: readonly VerifiedLf[]; kind: Kind; labels: readonly string[] },
): CaseResult[] {
  const { cases, stats } = parseDocument(Cases, parseStrictJson(text, CASES_FILE), CASES_FILE);
  const byName = new Map(lfs.map((lf) => [lf.name, lf]));
  const details = cases.flatMap((one, index) =>
    problemsOf(one, { ...stats, ...one.stats }, kind, labels, byName).map((message) => ({
      at: `/cases/${index}`,
      message,
    })),
  );
  const [first] = details;
  if (first !== undefined) {
    throw new FlamencoError("FLM_SCHEMA", `${CASES_FILE} ${first.at}: ${first.message}.`, { details });
  }
  return cases.map(({ lf, row, stats: own, expect }, index) => {
    const verified = byName.get(lf);
    const vote = verified === undefined ? -1 : interpretLf(verified, row, complete({ ...stats, ...own }));
    const voted = labels[vote] ?? null;
    return { case: index + 1, lf, expected: expect, voted, passed: voted === expect };
  });
}

function problemsOf(
  { lf, row, expect }: Cases["cases"][number],
  stats: Static<typeof Statistics>,
  kind: Kind,
  labels: readonly string[],
  byName: ReadonlyMap<string, VerifiedLf>,
): string[] {
  const problems: string[] = [];
  if (!byName.has(lf)) problems.push(`no labeling function ${lf}; there are ${[...byName.keys()].join(", ")}`);
  if (expect !== null && !labels.includes(expect)) problems.push(`expect is none of ${labels.join(", ")}, nor null`);
  for (const [name, value] of Object.entries(row)) {
    const field = fieldOf(kind, name);
    if (field === undefined) problems.push(`${kind.name} has no field ${name}`);
    else if (value !== null && typeof value !== valueTypes[field.type])
      problems.push(`the type of ${name} is ${field.type}`);
  }
  for (const name of Object.keys(stats)) {
    if (fieldOf(kind, name) === undefined) problems.push(`${kind.name} has no field ${name}`);
  }
  return problems;
}

const valueTypes: Readonly<Record<Field["type"], string>> = Object.freeze({
  number: "number",
  integer: "number",
  category: "string",
  boolean: "boolean",
});

/** What a case does not name is not known. */
function complete(stats: Static<typeof Statistics>): DatasetStatistics {
  const unknown = Object.fromEntries(statisticNames.map((name) => [name, null]));
  return Object.fromEntries(
    Object.entries(stats).map(([field, own]) => [field, { ...unknown, ...own } as ColumnStatistics]),
  );
}

/** Text of the author's cases, or undefined when there are none. A link is refused: it could lead out of the package. */
export async function readCases(path: string): Promise<string | undefined> {
  const there = await lstat(path).then(
    () => true,
    () => false,
  );
  return there ? readSourceFile(path) : undefined;
}
