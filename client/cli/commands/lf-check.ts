import type { LfWarning, Refusal, TypeProblem } from "@flamenco/language";
import type { Certificate } from "@flamenco/policies/wire";
import type { Command } from "commander";
import { findTypeProblems, type SourceVerification, verifySources } from "../../signing/index.js";
import { toBlock, toLine } from "../../terminal/index.js";
import { type CommandContext, defineCommand } from "../command.js";
import { addLfTargetOptions, type LfTarget, type LfTargetOptions, readLfTarget } from "../lf-target.js";

/** What `lf check --json` answers. */
interface CheckReport {
  readonly accepted: boolean;
  readonly kind: string;
  readonly labels: readonly string[];
  readonly lfs: readonly CheckedLf[];
  /** All refusals, those outside of any function among them. */
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly LfWarning[];
  /** What an editor would underline; the verifier decides without it. */
  readonly typeProblems: readonly TypeProblem[];
}

interface CheckedLf {
  readonly name: string;
  readonly path: string;
  readonly accepted: boolean;
  readonly certificate?: Certificate;
  readonly refusals?: readonly Refusal[];
}

export function lfCheckCommand(): Command {
  return defineCommand<LfTargetOptions>({
    usage: "check <file-or-folder>",
    summary: "verify labeling functions as the registry and every node will; exits 1 if any is refused",
    examples: [
      "flamenco lf check examples/packages/ntp-ports",
      "flamenco lf check lfs.ts --kind flow/1 --labels benign,attack",
      "flamenco lf check examples/hostile/reads-address --json",
    ],
    configure: (command) => void addLfTargetOptions(command),
    async action(context, [path = ""], options) {
      const target = await readLfTarget(path, options);
      const report = writeReport(target, verifySources(target.files, target));
      if (context.json) context.answer(report);
      else printReport(context, report);
      return report.accepted ? 0 : 1;
    },
  });
}

function writeReport(target: LfTarget, { lfs, refusals, warnings }: SourceVerification): CheckReport {
  const accepted: CheckedLf[] = lfs.map(({ path, lf }) => ({
    name: lf.name,
    path,
    accepted: true,
    certificate: lf.certificate,
  }));
  const refused = new Map<string, Refusal[]>();
  for (const refusal of refusals) {
    if (refusal.lf !== undefined) refused.set(refusal.lf, [...(refused.get(refusal.lf) ?? []), refusal]);
  }
  return {
    accepted: refusals.length === 0,
    kind: target.kind.name,
    labels: target.labels,
    lfs: [
      ...accepted.filter(({ name }) => !refused.has(name)),
      ...[...refused].map(([name, own]) => ({ name, path: own[0]?.path ?? "", accepted: false, refusals: own })),
    ],
    refusals,
    warnings,
    typeProblems: findTypeProblems(target.files, target),
  };
}

function printReport({ terminal, colors }: CommandContext, report: CheckReport): void {
  for (const { name, path, accepted, certificate } of report.lfs) {
    if (accepted && certificate !== undefined) {
      terminal.out(
        `${colors.green("accepted")}  ${colors.bold(name)}  ${colors.dim(path)}\n          ${describe(certificate)}\n`,
      );
    } else terminal.out(`${colors.red("refused")}   ${colors.bold(name)}  ${colors.dim(path)}\n`);
  }
  printPlaces(terminal.out, report.refusals, ({ code }) => colors.red(code));
  printPlaces(terminal.out, report.warnings, () => colors.yellow("warning"));
  if (report.accepted) printPlaces(terminal.out, report.typeProblems, () => colors.yellow("type"));
  const count = report.refusals.length;
  const verdict = report.accepted
    ? colors.green(`All ${report.lfs.length} accepted for ${report.kind} (${report.labels.join(", ")}).`)
    : colors.red(`Refused in ${count} ${count === 1 ? "place" : "places"}; nothing of this can be published.`);
  terminal.out(`\n${verdict}\n`);
}

function describe({ labels, fields, statistics, predicates, leaves, operations }: Certificate): string {
  const compared = statistics.length > 0 ? `; compares with ${statistics.join(", ")}` : "";
  const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;
  return (
    `votes ${labels.join(" or ")}; reads ${fields.join(", ")}${compared}; ` +
    `${count(predicates, "predicate", "predicates")}, ${count(leaves, "leaf", "leaves")}, at most ${operations} operations a row`
  );
}

interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly excerpt: string;
}

function printPlaces<T extends Place>(
  out: (text: string) => void,
  places: readonly T[],
  title: (place: T) => string,
): void {
  for (const place of places) {
    out(`\n${toLine(place.path)}:${place.line}:${place.column}  ${title(place)}  ${toBlock(place.message)}\n`);
    if (place.excerpt !== "") out(`${toBlock(place.excerpt).replace(/^/gm, "  ")}\n`);
  }
}
