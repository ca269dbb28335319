import { type IrNode, type IrVisitor, type NodeId, visitNode } from "./nodes.js";

const none = (): readonly NodeId[] => [];

const operandVisitor: IrVisitor<readonly NodeId[]> = {
  number: none,
  field: none,
  statistic: none,
  negate: (node) => [node.operand],
  arithmetic: (node) => [node.left, node.right],
  math: (node) => node.operands,
  boolean: none,
  comparison: (node) => [node.left, node.right],
  membership: (node) => [node.operand],
  category: none,
  flag: none,
  numberTest: (node) => [node.operand],
  not: (node) => [node.operand],
  logic: (node) => [node.left, node.right],
  atLeast: (node) => node.operands,
  choice: (node) => [node.condition, node.yes, node.no],
  vote: none,
};

/** Nodes that a node reads directly, in evaluation order. */
export function operandsOf(node: IrNode): readonly NodeId[] {
  return visitNode(operandVisitor, node, -1);
}

type Rename = (id: NodeId) => NodeId;

const renameVisitor = (rename: Rename): IrVisitor<IrNode> => ({
  number: (node) => node,
  field: (node) => node,
  statistic: (node) => node,
  negate: (node) => ({ ...node, operand: rename(node.operand) }),
  arithmetic: (node) => ({ ...node, left: rename(node.left), right: rename(node.right) }),
  math: (node) => ({ ...node, operands: node.operands.map(rename) }),
  boolean: (node) => node,
  comparison: (node) => ({ ...node, left: rename(node.left), right: rename(node.right) }),
  membership: (node) => ({ ...node, operand: rename(node.operand) }),
  category: (node) => node,
  flag: (node) => node,
  numberTest: (node) => ({ ...node, operand: rename(node.operand) }),
  not: (node) => ({ ...node, operand: rename(node.operand) }),
  logic: (node) => ({ ...node, left: rename(node.left), right: rename(node.right) }),
  atLeast: (node) => ({ ...node, operands: node.operands.map(rename) }),
  choice: (node) => ({ ...node, condition: rename(node.condition), yes: rename(node.yes), no: rename(node.no) }),
  vote: (node) => node,
});

/** The same node over other operands. */
export function renameOperands(node: IrNode, rename: Rename): IrNode {
  return visitNode(renameVisitor(rename), node, -1);
}

/** True for nodes that ask a yes/no question of the row or the statistics: what a tree shows as one test. */
export function isPredicate(node: IrNode): boolean {
  return (
    node.kind === "comparison" ||
    node.kind === "membership" ||
    node.kind === "category" ||
    node.kind === "flag" ||
    node.kind === "numberTest"
  );
}

/** True when the node itself, not its operands, reads the row. */
export function readsRow(node: IrNode): boolean {
  return node.kind === "field" || node.kind === "category" || node.kind === "flag";
}
