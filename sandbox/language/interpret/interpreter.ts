import type { DatasetStatistics } from "@flamenco/policies/wire";
import {
  arithmetic,
  comparisons,
  type IrVisitor,
  mathFunctions,
  type NodeId,
  nodeOf,
  type Program,
  visitNode,
} from "../ir/index.js";
import type { LfRow } from "../row.js";
import type { VerifiedLf } from "../verification.js";

/** What a predicate yields when it met a missing value: the LF abstains at once. */
export const missing: unique symbol = Symbol("missing");
export type Missing = typeof missing;

type Result = number | boolean | string | null | Missing;

/**
 * Evaluates nodes of one program on one row, node by node, as the language's rules are written. Deliberately plain and
 * without anything in common with the kernel: the second opinion that the kernel is tested against.
 */
export class Interpreter {
  readonly #program: Program;
  readonly #row: LfRow;
  readonly #statistics: DatasetStatistics;

  constructor(program: Program, row: LfRow, statistics: DatasetStatistics) {
    this.#program = program;
    this.#row = row;
    this.#statistics = statistics;
  }

  /** The vote: a label, or null to abstain. */
  vote(): string | null {
    const result = this.#evaluate(this.#program.root, false);
    return typeof result === "string" ? result : null;
  }

  /** The answer of a predicate of the program, or `missing`. */
  answer(id: NodeId): boolean | Missing {
    const result = this.#evaluate(id, false);
    return result === missing ? missing : result === true;
  }

  /** `lenient`: inside isNaN or isFinite, where a missing field or statistic is NaN instead of abstaining. */
  #evaluate(id: NodeId, lenient: boolean): Result {
    return visitNode(lenient ? this.#lenient : this.#strict, nodeOf(this.#program, id), id);
  }

  #cell(field: string): number | string | boolean | Missing {
    const value = Object.hasOwn(this.#row, field) ? this.#row[field] : undefined;
    return value === undefined || value === null || Number.isNaN(value) ? missing : value;
  }

  #visitor(lenient: boolean): IrVisitor<Result> {
    const here = (id: NodeId): Result => this.#evaluate(id, lenient);
    const strict = (id: NodeId): Result => this.#evaluate(id, false);
    const absent: Result = lenient ? Number.NaN : missing;
    const numbers = (ids: readonly NodeId[], apply: (...values: number[]) => Result): Result => {
      const values: number[] = [];
      for (const id of ids) {
        const value = here(id);
        if (typeof value !== "number") return missing;
        values.push(value);
      }
      return apply(...values);
    };
    return {
      number: ({ value }) => value,
      field: ({ field }) => {
        const value = this.#cell(field);
        return typeof value === "number" ? value : absent;
      },
      statistic: ({ field, statistic }) => {
        const value = Object.hasOwn(this.#statistics, field) ? this.#statistics[field]?.[statistic] : undefined;
        return value === undefined || value === null || Number.isNaN(value) ? absent : value;
      },
      negate: ({ operand }) => numbers([operand], (value) => -value),
      arithmetic: ({ operator, left, right }) => numbers([left, right], arithmetic[operator]),
      math: ({ function: name, operands }) => numbers(operands, mathFunctions[name].apply),
      boolean: ({ value }) => value,
      comparison: ({ operator, left, right }) => numbers([left, right], comparisons[operator]),
      membership: ({ operand, values }) => numbers([operand], (value) => values.includes(value)),
      category: ({ field, values }) => {
        const value = this.#cell(field);
        return typeof value === "string" ? values.includes(value) : missing;
      },
      flag: ({ field }) => {
        const value = this.#cell(field);
        return typeof value === "boolean" ? value : missing;
      },
      numberTest: ({ test, operand }) => {
        const value = this.#evaluate(operand, true);
        return value === missing ? missing : Number[test](value);
      },
      not: ({ operand }) => {
        const value = strict(operand);
        return value === missing ? missing : !value;
      },
      logic: ({ operator, left, right }) => {
        const value = strict(left);
        return value === missing || value === (operator === "or") ? value : strict(right);
      },
      atLeast: ({ count, operands }) => {
        let held = 0;
        for (const [index, operand] of operands.entries()) {
          if (held >= count || held + operands.length - index < count) break;
          const value = strict(operand);
          if (value === missing) return missing;
          if (value === true) held += 1;
        }
        return held >= count;
      },
      choice: ({ condition, yes, no }) => {
        const value = strict(condition);
        return value === missing ? missing : here(value === true ? yes : no);
      },
      vote: ({ label }) => label,
    };
  }

  readonly #strict = this.#visitor(false);
  readonly #lenient = this.#visitor(true);
}

/**
 * Vote of an LF on one row, by interpreting its program: label index, or -1 to abstain. Slow and plain; kernels are tested
 * against it, and `explain row` uses it.
 */
export function interpretLf(lf: VerifiedLf, row: LfRow, statistics: DatasetStatistics): number {
  const label = new Interpreter(lf.program, row, statistics).vote();
  return label === null ? -1 : lf.program.labels.indexOf(label);
}
