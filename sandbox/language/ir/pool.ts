import type { StatisticName } from "@flamenco/policies/wire";
import { arithmetic, comparisons, mathFunctions, mirrored } from "./arithmetic.js";
import type {
  ArithmeticOperator,
  ComparisonOperator,
  IrNode,
  MathFunction,
  NodeId,
  NodeType,
  NumberTestNode,
} from "./nodes.js";
import { operandsOf, readsRow } from "./operands.js";

/** JSON writes -0 as 0; the two divide differently, so their keys differ. */
const keepNegativeZero = (_key: string, value: unknown): unknown => (Object.is(value, -0) ? "-0" : value);

/**
 * Hash-consed nodes: structurally equal expressions are one node, whatever text they came from. Constant parts are
 * computed where IEEE 754 fixes the result and it is finite. Folding never drops a row field or a statistic that would
 * have been read: reading a missing one abstains, and that is part of the meaning.
 */
export class NodePool {
  readonly nodes: IrNode[] = [];
  readonly #ids = new Map<string, NodeId>();
  readonly #dependsOnRow: boolean[] = [];

  #add(node: IrNode): NodeId {
    const key = JSON.stringify(node, keepNegativeZero);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.nodes.length;
    this.nodes.push(node);
    this.#ids.set(key, id);
    this.#dependsOnRow.push(readsRow(node) || operandsOf(node).some((operand) => this.#dependsOnRow[operand]));
    return id;
  }

  at(id: NodeId): IrNode {
    const node = this.nodes[id];
    if (node === undefined) throw new RangeError(`No node ${id}.`);
    return node;
  }

  dependsOnRow(id: NodeId): boolean {
    return this.#dependsOnRow[id] === true;
  }

  /** The value of a number constant, or undefined. */
  constant(id: NodeId): number | undefined {
    const node = this.at(id);
    return node.kind === "number" ? node.value : undefined;
  }

  #booleanConstant(id: NodeId): boolean | undefined {
    const node = this.at(id);
    return node.kind === "boolean" ? node.value : undefined;
  }

  number(value: number): NodeId {
    return this.#add({ kind: "number", value });
  }

  field(field: string): NodeId {
    return this.#add({ kind: "field", field });
  }

  statistic(field: string, statistic: StatisticName): NodeId {
    return this.#add({ kind: "statistic", field, statistic });
  }

  negate(operand: NodeId): NodeId {
    const value = this.constant(operand);
    return value === undefined ? this.#add({ kind: "negate", operand }) : this.number(-value);
  }

  arithmetic(operator: ArithmeticOperator, left: NodeId, right: NodeId): NodeId {
    const [a, b] = [this.constant(left), this.constant(right)];
    if (a !== undefined && b !== undefined) {
      const value = arithmetic[operator](a, b);
      if (Number.isFinite(value)) return this.number(value);
    }
    return this.#add({ kind: "arithmetic", operator, left, right });
  }

  math(name: MathFunction, operands: readonly NodeId[]): NodeId {
    const values = operands.map((operand) => this.constant(operand));
    if (mathFunctions[name].exact && values.every((value) => value !== undefined)) {
      const value = mathFunctions[name].apply(...values);
      if (Number.isFinite(value)) return this.number(value);
    }
    return this.#add({ kind: "math", function: name, operands });
  }

  boolean(value: boolean): NodeId {
    return this.#add({ kind: "boolean", value });
  }

  /** Written with the side that reads the row on the left, so that equal questions are one node. */
  comparison(operator: ComparisonOperator, left: NodeId, right: NodeId): NodeId {
    const [a, b] = [this.constant(left), this.constant(right)];
    if (a !== undefined && b !== undefined) return this.boolean(comparisons[operator](a, b));
    const swap = this.dependsOnRow(left) === this.dependsOnRow(right) ? a !== undefined : this.dependsOnRow(right);
    return swap
      ? this.#add({ kind: "comparison", operator: mirrored[operator], left: right, right: left })
      : this.#add({ kind: "comparison", operator, left, right });
  }

  membership(operand: NodeId, values: readonly number[]): NodeId {
    // `includes` uses SameValueZero; with finite constants that is `===`, under which -0 is 0.
    const distinct = [...new Set(values.map((value) => value + 0))].sort((a, b) => a - b);
    const [only] = distinct;
    if (distinct.length === 1 && only !== undefined) return this.comparison("===", operand, this.number(only));
    const value = this.constant(operand);
    if (value !== undefined) return this.boolean(distinct.includes(value));
    return this.#add({ kind: "membership", operand, values: distinct });
  }

  category(field: string, values: readonly string[]): NodeId {
    return this.#add({ kind: "category", field, values: [...new Set(values)].sort() });
  }

  flag(field: string): NodeId {
    return this.#add({ kind: "flag", field });
  }

  numberTest(test: NumberTestNode["test"], operand: NodeId): NodeId {
    return this.constant(operand) === undefined
      ? this.#add({ kind: "numberTest", test, operand })
      : this.boolean(test === "isFinite");
  }

  not(operand: NodeId): NodeId {
    const node = this.at(operand);
    if (node.kind === "boolean") return this.boolean(!node.value);
    return node.kind === "not" ? node.operand : this.#add({ kind: "not", operand });
  }

  logic(operator: "and" | "or", left: NodeId, right: NodeId): NodeId {
    const neutral = operator === "and";
    const [a, b] = [this.#booleanConstant(left), this.#booleanConstant(right)];
    if (a !== undefined) return a === neutral ? right : left;
    if (b === neutral || left === right) return left;
    return this.#add({ kind: "logic", operator, left, right });
  }

  atLeast(count: number, operands: readonly NodeId[]): NodeId {
    return this.#add({ kind: "atLeast", count, operands });
  }

  choice(type: NodeType, condition: NodeId, yes: NodeId, no: NodeId): NodeId {
    const known = this.#booleanConstant(condition);
    if (known !== undefined) return known ? yes : no;
    if (type === "boolean" && this.#booleanConstant(yes) === true && this.#booleanConstant(no) === false)
      return condition;
    if (type === "boolean" && this.#booleanConstant(yes) === false && this.#booleanConstant(no) === true) {
      return this.not(condition);
    }
    return this.#add({ kind: "choice", type, condition, yes, no });
  }

  vote(label: string | null): NodeId {
    return this.#add({ kind: "vote", label });
  }
}
