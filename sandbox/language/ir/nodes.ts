import type { StatisticName } from "@flamenco/policies/wire";

/** Index of a node in its program's pool; operands always have smaller indices than the node that uses them. */
export type NodeId = number;

/** What a node yields. */
export type NodeType = "number" | "boolean" | "vote";

export type ArithmeticOperator = "+" | "-" | "*" | "/";
export type ComparisonOperator = "<" | "<=" | ">" | ">=" | "===";
export type MathFunction =
  | "abs"
  | "min"
  | "max"
  | "floor"
  | "ceil"
  | "round"
  | "trunc"
  | "sqrt"
  | "sign"
  | "log"
  | "exp"
  | "pow";

/** A finite constant. */
export interface NumberNode {
  readonly kind: "number";
  readonly value: number;
}
/** A numeric row field. Missing abstains, except directly inside `isNaN`/`isFinite`. */
export interface FieldNode {
  readonly kind: "field";
  readonly field: string;
}
/** A dataset statistic: one number for the whole run, or missing. */
export interface StatisticNode {
  readonly kind: "statistic";
  readonly field: string;
  readonly statistic: StatisticName;
}
export interface NegateNode {
  readonly kind: "negate";
  readonly operand: NodeId;
}
export interface ArithmeticNode {
  readonly kind: "arithmetic";
  readonly operator: ArithmeticOperator;
  readonly left: NodeId;
  readonly right: NodeId;
}
export interface MathNode {
  readonly kind: "math";
  readonly function: MathFunction;
  readonly operands: readonly NodeId[];
}
export interface BooleanNode {
  readonly kind: "boolean";
  readonly value: boolean;
}
/** False when either side is a computed NaN. */
export interface ComparisonNode {
  readonly kind: "comparison";
  readonly operator: ComparisonOperator;
  readonly left: NodeId;
  readonly right: NodeId;
}
/** The operand equals one of the values (sorted, distinct). */
export interface MembershipNode {
  readonly kind: "membership";
  readonly operand: NodeId;
  readonly values: readonly number[];
}
/** A category field equals one of the texts (sorted, distinct). */
export interface CategoryNode {
  readonly kind: "category";
  readonly field: string;
  readonly values: readonly string[];
}
/** A boolean row field. */
export interface FlagNode {
  readonly kind: "flag";
  readonly field: string;
}
/** `Number.isNaN` or `Number.isFinite`: the one place where a missing value is looked at instead of abstained on. */
export interface NumberTestNode {
  readonly kind: "numberTest";
  readonly test: "isNaN" | "isFinite";
  readonly operand: NodeId;
}
export interface NotNode {
  readonly kind: "not";
  readonly operand: NodeId;
}
/** Short-circuiting, left first. */
export interface LogicNode {
  readonly kind: "logic";
  readonly operator: "and" | "or";
  readonly left: NodeId;
  readonly right: NodeId;
}
/** At least `count` of the operands hold; counted in order, stopping as soon as the answer is known. */
export interface AtLeastNode {
  readonly kind: "atLeast";
  readonly count: number;
  readonly operands: readonly NodeId[];
}
/** The condition first, then only the chosen side. */
export interface ChoiceNode {
  readonly kind: "choice";
  readonly type: NodeType;
  readonly condition: NodeId;
  readonly yes: NodeId;
  readonly no: NodeId;
}
/** A label of the task, or null to abstain. */
export interface VoteNode {
  readonly kind: "vote";
  readonly label: string | null;
}

/** The intermediate representation: everything that a labeling function can be. */
export type IrNode =
  | NumberNode
  | FieldNode
  | StatisticNode
  | NegateNode
  | ArithmeticNode
  | MathNode
  | BooleanNode
  | ComparisonNode
  | MembershipNode
  | CategoryNode
  | FlagNode
  | NumberTestNode
  | NotNode
  | LogicNode
  | AtLeastNode
  | ChoiceNode
  | VoteNode;

export type IrKind = IrNode["kind"];
export type IrNodeOf<K extends IrKind> = Extract<IrNode, { readonly kind: K }>;

/** One function for every node kind: a backend that forgets a kind does not compile. */
export type IrVisitor<Result> = { readonly [K in IrKind]: (node: IrNodeOf<K>, id: NodeId) => Result };

/** Apply the visitor's function for the node's kind. */
export function visitNode<Result>(visitor: IrVisitor<Result>, node: IrNode, id: NodeId): Result {
  // The table is indexed by the node's own kind, which TypeScript cannot correlate across a union.
  const visit = visitor[node.kind] as (node: IrNode, id: NodeId) => Result;
  return visit(node, id);
}

/** One LF's vote as an expression graph. `nodes` are in dependency order and all reachable from `root`, the last one. */
export interface Program {
  readonly nodes: readonly IrNode[];
  readonly root: NodeId;
  /** Labels of the task, in order. */
  readonly labels: readonly string[];
}
