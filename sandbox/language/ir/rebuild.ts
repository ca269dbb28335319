import type { IrNode, IrVisitor, NodeId, Program } from "./nodes.js";
import { visitNode } from "./nodes.js";
import type { NodePool } from "./pool.js";

type At = (id: NodeId) => NodeId;

/** The node again, in a pool, over operands that `at` names there. Folds what has become constant. */
export function rebuildNode(pool: NodePool, node: IrNode, at: At): NodeId {
  return visitNode(rebuildVisitor(pool, at), node, -1);
}

const rebuildVisitor = (pool: NodePool, at: At): IrVisitor<NodeId> => ({
  number: ({ value }) => pool.number(value),
  field: ({ field }) => pool.field(field),
  statistic: ({ field, statistic }) => pool.statistic(field, statistic),
  negate: ({ operand }) => pool.negate(at(operand)),
  arithmetic: ({ operator, left, right }) => pool.arithmetic(operator, at(left), at(right)),
  math: ({ function: name, operands }) => pool.math(name, operands.map(at)),
  boolean: ({ value }) => pool.boolean(value),
  comparison: ({ operator, left, right }) => pool.comparison(operator, at(left), at(right)),
  membership: ({ operand, values }) => pool.membership(at(operand), values),
  category: ({ field, values }) => pool.category(field, values),
  flag: ({ field }) => pool.flag(field),
  numberTest: ({ test, operand }) => pool.numberTest(test, at(operand)),
  not: ({ operand }) => pool.not(at(operand)),
  logic: ({ operator, left, right }) => pool.logic(operator, at(left), at(right)),
  atLeast: ({ count, operands }) => pool.atLeast(count, operands.map(at)),
  choice: ({ type, condition, yes, no }) => pool.choice(type, at(condition), at(yes), at(no)),
  vote: ({ label }) => pool.vote(label),
});

/** Put a program into a pool, where it shares what it has in common with what is there. @returns its root there. */
export function addProgram(pool: NodePool, program: Program): NodeId {
  const ids: NodeId[] = [];
  for (const node of program.nodes) ids.push(rebuildNode(pool, node, (id) => known(ids, id)));
  return known(ids, program.root);
}

function known(ids: readonly NodeId[], id: NodeId): NodeId {
  const found = ids[id];
  if (found === undefined) throw new RangeError("An operand comes after its user.");
  return found;
}
