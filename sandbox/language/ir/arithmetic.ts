import type { ArithmeticOperator, ComparisonOperator, MathFunction } from "./nodes.js";

/** IEEE double arithmetic as in JavaScript: the one written rule, shared by folding and the interpreter. */
export const arithmetic: Readonly<Record<ArithmeticOperator, (left: number, right: number) => number>> = Object.freeze({
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
});

/** Every comparison with NaN is false. */
export const comparisons: Readonly<Record<ComparisonOperator, (left: number, right: number) => boolean>> =
  Object.freeze({
    "<": (left, right) => left < right,
    "<=": (left, right) => left <= right,
    ">": (left, right) => left > right,
    ">=": (left, right) => left >= right,
    "===": (left, right) => left === right,
  });

/** The operator after its operands have changed sides. */
export const mirrored: Readonly<Record<ComparisonOperator, ComparisonOperator>> = Object.freeze({
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
  "===": "===",
});

export interface MathEntry {
  readonly apply: (...operands: number[]) => number;
  readonly minimumOperands: number;
  readonly maximumOperands: number;
  /** IEEE 754 fixes the result, so the verifier may compute it; the engine of the worker is normative otherwise. */
  readonly exact: boolean;
}

const unary = (apply: (operand: number) => number, exact: boolean): MathEntry =>
  Object.freeze({ apply, minimumOperands: 1, maximumOperands: 1, exact });

const variadic = (apply: (...operands: number[]) => number): MathEntry =>
  Object.freeze({ apply, minimumOperands: 2, maximumOperands: 16, exact: true });

/** The functions of `Math` that the language has. */
export const mathFunctions: Readonly<Record<MathFunction, MathEntry>> = Object.freeze({
  abs: unary(Math.abs, true),
  min: variadic(Math.min),
  max: variadic(Math.max),
  floor: unary(Math.floor, true),
  ceil: unary(Math.ceil, true),
  round: unary(Math.round, true),
  trunc: unary(Math.trunc, true),
  sqrt: unary(Math.sqrt, true),
  sign: unary(Math.sign, true),
  log: unary(Math.log, false),
  exp: unary(Math.exp, false),
  pow: Object.freeze({ apply: Math.pow, minimumOperands: 2, maximumOperands: 2, exact: false }),
});

/** True when `name` is a function of `Math` that the language has; immune to inherited names. */
export function isMathFunction(name: string): name is MathFunction {
  return Object.hasOwn(mathFunctions, name);
}
