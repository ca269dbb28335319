import { type Certificate, fieldOf, type Kind } from "@flamenco/policies/wire";
import type { LoweredLf } from "./lower/index.js";
import type { SourceLines } from "./syntax/index.js";

/**
 * What was proved about one LF. Pure, total, stateless and deterministic hold of every program that the intermediate
 * representation can express: it has no effects, no loops, no memory and no clock, and every path ends in a vote.
 */
export function certify(
  name: string,
  lowered: LoweredLf,
  kind: Kind,
  labels: readonly string[],
  lines: SourceLines,
): Certificate {
  const { measure } = lowered;
  const literals = lowered.literals.map(({ position, ...literal }) => ({ ...literal, ...lines.placeOf(position) }));
  return {
    language: "flamenco-lf/1",
    lf: name,
    pure: true,
    total: true,
    stateless: true,
    deterministic: true,
    fields: [...measure.fields],
    privateFields: measure.fields.filter((field) => fieldOf(kind, field)?.access === "private"),
    statistics: [...measure.statistics],
    labels: labels.filter((label) => measure.votes.has(label)),
    literals: distinct(literals),
    predicates: measure.predicates,
    leaves: measure.leaves,
    operations: measure.operations,
  };
}

type Literals = Certificate["literals"];

/** Each literal of each place once (a helper is inlined at every call), in source order. */
function distinct(literals: Literals): Literals {
  const byKey = new Map(literals.map((literal) => [JSON.stringify(literal), literal]));
  return [...byKey.entries()]
    .sort(([a, x], [b, y]) => x.line - y.line || x.column - y.column || (a < b ? -1 : 1))
    .map(([, literal]) => literal);
}
