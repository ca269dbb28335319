import type { ErrorCode } from "@flamenco/policies/errors";
import { extractProgram, type Measure, measureProgram, type Program } from "../ir/index.js";
import { limits } from "../limits.js";
import { quoteGuestText } from "../syntax/index.js";
import { lowerFunction } from "./functions.js";
import { voteOf } from "./join.js";
import type { Lowering } from "./lowering.js";
import type { LfDeclaration } from "./module.js";
import type { Value } from "./values.js";

export interface LoweredLf {
  readonly program: Program;
  readonly measure: Measure;
  readonly literals: Lowering["literals"];
}

/** Lower one exported function to its program, or refuse it. The row comes first, the statistics second. */
export function lowerLf(lowering: Lowering, { helper }: LfDeclaration): LoweredLf | undefined {
  lowering.begin(helper.name);
  const { parameters, node, name } = helper;
  if (parameters.length < 1 || parameters.length > 2) {
    const message = `${quoteGuestText(name)} takes the row, and the statistics if it needs them: (flow, stats).`;
    lowering.refuse(node, "FLM_LF_TYPE", message);
    return undefined;
  }
  const values: readonly Value[] = [{ type: "row" }, { type: "statistics" }];
  const root = voteOf(lowering, lowerFunction(lowering, helper, values.slice(0, parameters.length)), node);
  if (lowering.tainted) return undefined;
  const program = extractProgram(lowering.pool, root, lowering.labels);
  const measure = measureProgram(program);
  const problems = problemsOf(measure, lowering.literals.length);
  for (const [code, message] of problems) lowering.refuse(node, code, `${quoteGuestText(name)} ${message}`);
  return problems.length === 0 ? { program, measure, literals: lowering.literals } : undefined;
}

function problemsOf(measure: Measure, literals: number): [ErrorCode, string][] {
  const counted: [number, number, string][] = [
    [measure.expandedNodes, limits.expandedNodes, "nodes when written out (helpers count at every call)"],
    [measure.leaves, limits.leaves, "ends; combine conditions with && and ||"],
    [measure.predicates, limits.predicates, "conditions"],
    [measure.fieldsPerPredicate, limits.fieldsPerPredicate, "fields in one condition"],
    [measure.statistics.length, limits.statistics, "statistics"],
    [literals, limits.privateLiterals, "literals compared with fields that differ between networks"],
  ];
  const over = counted
    .filter(([found, most]) => found > most)
    .map(([, most, what]): [ErrorCode, string] => ["FLM_LF_LIMIT", `has more than ${most} ${what}.`]);
  if (over.length > 0) return over;
  if (!measure.dependsOnRow) {
    return [["FLM_LF_CONSTANT", "votes the same on every row. Compare at least one field of the row."]];
  }
  if (measure.votes.size < 2) {
    return [["FLM_LF_CONSTANT", "ends every path in the same vote. Return ABSTAIN where its condition does not hold."]];
  }
  return [];
}
