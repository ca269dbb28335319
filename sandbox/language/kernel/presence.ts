import { type IrVisitor, type NodeId, nodeOf, type Program, visitNode } from "../ir/index.js";

/** What an LF's fast form needs to be present, and whether it needs to look at all. */
export interface Presence {
  /** Fields whose absence would abstain; those only asked for with isNaN or isFinite are not among them. */
  readonly fields: readonly string[];
  /** Nodes of the statistics likewise. */
  readonly statistics: readonly NodeId[];
  /**
   * True when a missing value makes its predicate false and every false predicate ends in ABSTAIN, so that computing with
   * NaN gives the right vote by itself: `flow.x <= stats.x.p75 && … ? "benign" : ABSTAIN`, most LFs there are.
   */
  readonly settledByNaN: boolean;
}

/** Study a program's reaction to missing values. */
export function studyPresence(program: Program): Presence {
  const fields = new Set<string>();
  const statistics = new Set<NodeId>();
  const seen = new Set<string>();
  const pending: { readonly id: NodeId; readonly lenient: boolean }[] = [{ id: program.root, lenient: false }];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const { id, lenient } = item;
    if (seen.has(`${id}:${lenient}`)) continue;
    seen.add(`${id}:${lenient}`);
    const node = nodeOf(program, id);
    const push = (next: NodeId, nextLenient: boolean): void => void pending.push({ id: next, lenient: nextLenient });
    if (node.kind === "category" || node.kind === "flag" || (node.kind === "field" && !lenient)) fields.add(node.field);
    else if (node.kind === "statistic" && !lenient) statistics.add(id);
    else visitNode(childVisitor(lenient, push), node, id);
  }
  return { fields: [...fields], statistics: [...statistics], settledByNaN: isSettled(program, program.root) };
}

/** Which operands are read leniently: numbers below isNaN and isFinite, but not the conditions between. */
const childVisitor = (lenient: boolean, push: (id: NodeId, lenient: boolean) => void): IrVisitor<void> => ({
  number: () => undefined,
  field: () => undefined,
  statistic: () => undefined,
  negate: ({ operand }) => push(operand, lenient),
  arithmetic: ({ left, right }) => [left, right].forEach((id) => void push(id, lenient)),
  math: ({ operands }) => operands.forEach((id) => void push(id, lenient)),
  boolean: () => undefined,
  comparison: ({ left, right }) => [left, right].forEach((id) => void push(id, false)),
  membership: ({ operand }) => push(operand, false),
  category: () => undefined,
  flag: () => undefined,
  numberTest: ({ operand }) => push(operand, true),
  not: ({ operand }) => push(operand, false),
  logic: ({ left, right }) => [left, right].forEach((id) => void push(id, false)),
  atLeast: ({ operands }) => operands.forEach((id) => void push(id, false)),
  choice: ({ condition, yes, no }) => {
    push(condition, false);
    for (const id of [yes, no]) push(id, lenient);
  },
  vote: () => undefined,
});

function isSettled(program: Program, id: NodeId): boolean {
  const node = nodeOf(program, id);
  if (node.kind === "vote") return true;
  if (node.kind !== "choice") return false;
  const no = nodeOf(program, node.no);
  return (
    no.kind === "vote" && no.label === null && isFalseOnMissing(program, node.condition) && isSettled(program, node.yes)
  );
}

/** A conjunction of predicates, each false as soon as something that it reads is NaN. */
function isFalseOnMissing(program: Program, id: NodeId): boolean {
  const node = nodeOf(program, id);
  if (node.kind === "logic") {
    return node.operator === "and" && isFalseOnMissing(program, node.left) && isFalseOnMissing(program, node.right);
  }
  if (node.kind === "comparison") return carriesNaN(program, node.left) && carriesNaN(program, node.right);
  if (node.kind === "membership") return carriesNaN(program, node.operand);
  return node.kind === "category" || node.kind === "flag";
}

/** NaN in, NaN out, for every field and statistic below. `Math.pow(NaN, 0)` is 1. */
function carriesNaN(program: Program, id: NodeId): boolean {
  const node = nodeOf(program, id);
  if (node.kind === "number" || node.kind === "field" || node.kind === "statistic") return true;
  if (node.kind === "negate") return carriesNaN(program, node.operand);
  if (node.kind === "arithmetic") return carriesNaN(program, node.left) && carriesNaN(program, node.right);
  return (
    node.kind === "math" && node.function !== "pow" && node.operands.every((operand) => carriesNaN(program, operand))
  );
}
