import {
  type LfWarning,
  type PrivateLiteral,
  type Refusal,
  suggestStatistic,
  type TypeProblem,
} from "@flamenco/language";
import type { ErrorCode } from "@flamenco/policies/errors";
import type { Certificate, DatasetStatistics } from "@flamenco/policies/wire";
import type { Command } from "commander";
import { findTypeProblems, type SourceVerification, verifySources } from "../../signing/index.js";
import { toBlock, toLine } from "../../terminal/index.js";
import { readStatistics } from "../../trial/index.js";
import { type CommandContext, defineCommand } from "../command.js";
import { addLfTargetOptions, type LfTarget, type LfTargetOptions, readLfTarget } from "../lf-target.js";

/** What `lf check --json` answers. */
interface CheckReport {
  readonly accepted: boolean;
  readonly kind: string;
  readonly labels: readonly string[];
  readonly lfs: readonly CheckedLf[];
  /** All refusals, those outside of any function among them. */
  readonly refusals: readonly CheckedRefusal[];
  readonly warnings: readonly LfWarning[];
  /** What an editor would underline; the verifier decides without it. */
  readonly typeProblems: readonly TypeProblem[];
  /** False when the type check took too much time or memory, and says nothing. */
  readonly typesChecked: boolean;
}

/** A refusal and, where it says more, what TypeScript's own checker says of the same line. */
interface CheckedRefusal extends Refusal {
  readonly typescript?: string;
}

/** A literal that ties its LF to the author's network, and what to write instead. */
interface CheckedLiteral extends PrivateLiteral {
  readonly instead: string;
}

interface CheckOptions extends LfTargetOptions {
  readonly stats?: string;
}

interface CheckedLf {
  readonly name: string;
  readonly path: string;
  readonly accepted: boolean;
  readonly certificate?: Certificate;
  readonly literals?: readonly CheckedLiteral[];
  readonly refusals?: readonly CheckedRefusal[];
}

export function lfCheckCommand(): Command {
  return defineCommand<CheckOptions>({
    usage: "check <file-or-folder>",
    summary: "verify labeling functions as the registry and every node will; exits 1 if any is refused",
    examples: [
      "flamenco lf check examples/packages/ntp-ports",
      "flamenco lf check lfs.ts --kind flow/1 --labels benign,attack",
      "flamenco lf check my-lfs --stats statistics.json",
      "flamenco lf check examples/hostile/reads-address --json",
    ],
    configure: (command) =>
      void addLfTargetOptions(command).option(
        "--stats <file>",
        "statistics of a dataset, to name the nearest one instead of each literal",
      ),
    async action(context, [path = ""], options) {
      const target = await readLfTarget(path, options);
      const statistics = options.stats === undefined ? {} : await readStatistics(options.stats, target.kind);
      const typeProblems = findTypeProblems(target);
      const report = writeReport(target, verifySources(target.files, target), statistics, await typeProblems);
      if (context.json) context.answer(report);
      else printReport(context, report);
      return report.accepted ? 0 : 1;
    },
  });
}

/** Refusals that an author understands better with the checker's words, which name what is there. */
const typedCodes: ReadonlySet<ErrorCode> = new Set([
  "FLM_LF_FIELD",
  "FLM_LF_STATISTIC",
  "FLM_LF_NAME",
  "FLM_LF_LABEL",
  "FLM_LF_TYPE",
]);

function withChecker(refusal: Refusal, problems: readonly TypeProblem[]): CheckedRefusal {
  if (!typedCodes.has(refusal.code)) return refusal;
  const onLine = problems.filter(({ path, line }) => path === refusal.path && line === refusal.line);
  const distance = ({ column }: TypeProblem): number => Math.abs(column - refusal.column);
  const [nearest] = onLine.sort((one, other) => distance(one) - distance(other));
  return nearest === undefined ? refusal : { ...refusal, typescript: nearest.message };
}

function writeReport(
  target: LfTarget,
  { lfs, exported, refusals: found, warnings }: SourceVerification,
  statistics: DatasetStatistics,
  checked: readonly TypeProblem[] | undefined,
): CheckReport {
  const typeProblems = checked ?? [];
  const refusals = found.map((refusal) => withChecker(refusal, typeProblems));
  const accepted: CheckedLf[] = lfs.map(({ path, lf }) => ({
    name: lf.name,
    path,
    accepted: true,
    certificate: lf.certificate,
    literals: lf.certificate.literals.map((literal) => ({
      ...literal,
      instead: suggestStatistic(literal, statistics) ?? `stats.${literal.field}.p75`,
    })),
  }));
  const standing = new Map(accepted.map((lf) => [keyOf(lf), lf]));
  const listed = exported.map(({ path, name }): CheckedLf => {
    const inFile = refusals.filter((refusal) => refusal.path === path);
    const own = inFile.filter((refusal) => refusal.lf === name);
    const lf = own.length === 0 ? standing.get(keyOf({ path, name })) : undefined;
    if (lf !== undefined) return lf;
    // Without a refusal of its own it leans on something of its file that has one.
    const shared = inFile.filter((refusal) => !exported.some((other) => other.name === refusal.lf));
    return { name, path, accepted: false, refusals: [own, shared, inFile].find((some) => some.length > 0) ?? [] };
  });
  return {
    accepted: refusals.length === 0,
    kind: target.kind.name,
    labels: target.labels,
    lfs: listed,
    refusals,
    warnings,
    typeProblems,
    typesChecked: checked !== undefined,
  };
}

const keyOf = ({ path, name }: { path: string; name: string }): string => `${path}\n${name}`;

function printReport({ terminal, colors }: CommandContext, report: CheckReport): void {
  for (const { name, path, accepted, certificate, literals = [] } of report.lfs) {
    if (accepted && certificate !== undefined) {
      terminal.out(`${colors.green("accepted")}  ${colors.bold(name)}  ${colors.dim(path)}\n`);
      for (const [title, text] of describe(certificate)) terminal.out(`  ${colors.dim(title.padEnd(9))} ${text}\n`);
      for (const { line, column, field, operator, value, instead } of literals) {
        const text = `${line}:${column} ${field} ${operator} ${value}; write ${instead}`;
        terminal.out(`  ${colors.yellow("literal".padEnd(9))} ${text}\n`);
      }
    } else terminal.out(`${colors.red("refused")}   ${colors.bold(name)}  ${colors.dim(path)}\n`);
  }
  printPlaces(terminal.out, report.refusals, ({ code }) => colors.red(code));
  printPlaces(terminal.out, report.warnings, () => colors.yellow("warning"));
  if (report.accepted) printPlaces(terminal.out, report.typeProblems, () => colors.yellow("type"));
  if (!report.typesChecked) {
    terminal.out(
      `\n${colors.yellow("type")}  TypeScript's own check took too long and was given up; it decides nothing.\n`,
    );
  }
  const count = report.refusals.length;
  const verdict = report.accepted
    ? colors.green(`All ${report.lfs.length} accepted for ${report.kind} (${report.labels.join(", ")}).`)
    : colors.red(`Refused in ${count} ${count === 1 ? "place" : "places"}; nothing of this can be published.`);
  terminal.out(`\n${verdict}\n`);
}

function describe(certificate: Certificate): [title: string, text: string][] {
  const { labels, fields, statistics, predicates, leaves, operations } = certificate;
  const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;
  return [
    ["proved", "pure, total, stateless, deterministic"],
    ["votes", labels.join(" or ")],
    ["reads", fields.join(", ")],
    ["compares", statistics.length > 0 ? `with ${statistics.join(", ")}` : "with no statistic"],
    [
      "costs",
      `${count(predicates, "predicate", "predicates")}, ${count(leaves, "leaf", "leaves")}, at most ${operations} operations a row`,
    ],
  ];
}

interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly excerpt: string;
  readonly typescript?: string;
}

function printPlaces<T extends Place>(
  out: (text: string) => void,
  places: readonly T[],
  title: (place: T) => string,
): void {
  for (const place of places) {
    out(`\n${toLine(place.path)}:${place.line}:${place.column}  ${title(place)}  ${toBlock(place.message)}\n`);
    if (place.excerpt !== "") out(`${toBlock(place.excerpt).replace(/^/gm, "  ")}\n`);
    if (place.typescript !== undefined) out(`  TypeScript: ${toBlock(place.typescript).replace(/\n/g, "\n  ")}\n`);
  }
}
