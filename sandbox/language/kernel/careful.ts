import { type IrNode, type IrVisitor, type NodeId, nodeOf, type Program, visitNode } from "../ir/index.js";
import { categoryText, type KernelInputs, membershipText, numberText } from "./names.js";

/** Digit text of a vote. */
export type DigitOf = (label: string | null) => string;

/** Flags of "a missing value was met" as text; "false" when it cannot be. */
interface Flags {
  readonly strict: string;
  readonly lenient: string;
}

const never: Flags = Object.freeze({ strict: "false", lenient: "false" });

function either(flags: readonly string[]): string {
  const possible = [...new Set(flags)].filter((flag) => flag !== "false");
  return possible.length === 0
    ? "false"
    : possible.length === 1
      ? (possible[0] ?? "false")
      : `(${possible.join(" || ")})`;
}

/**
 * The careful form of one LF: straight-line text in which a boolean is 0, 1 or 2 (a missing value was met) and a vote is
 * its digit. Rows with a missing value take it. Each node is one `const`, so its length is the program's.
 * @returns statements that end in `return`.
 */
export function emitCareful(program: Program, inputs: KernelInputs, digitOf: DigitOf): string {
  const lines: string[] = [];
  const flags: Flags[] = [];
  const flagsOf = (id: NodeId): Flags => flags[id] ?? never;
  const number = (id: NodeId): string => operandText(nodeOf(program, id), id, inputs);
  const name = (id: NodeId): string => `n${id}`;
  const flagNames = (id: NodeId, found: Flags): Flags => {
    const named = (prefix: string, text: string): string => {
      if (text.length < 8) return text;
      lines.push(`const ${prefix}${id} = ${text};`);
      return `${prefix}${id}`;
    };
    return { strict: named("m", found.strict), lenient: named("l", found.lenient) };
  };
  /** A number computed from others is missing where one of them is. */
  const computed = (id: NodeId, operands: readonly NodeId[], text: string): Flags => {
    lines.push(`const ${name(id)} = ${text};`);
    const of = (flag: keyof Flags): string => either(operands.map((operand) => flagsOf(operand)[flag]));
    return flagNames(id, { strict: of("strict"), lenient: of("lenient") });
  };
  const boolean = (id: NodeId, text: string): Flags => {
    lines.push(`const ${name(id)} = ${text};`);
    return never;
  };
  const predicate = (id: NodeId, missing: string, text: string): Flags =>
    boolean(id, missing === "false" ? `${text} ? 1 : 0` : `${missing} ? 2 : ${text} ? 1 : 0`);
  const visitor: IrVisitor<Flags> = {
    number: () => never,
    field: ({ field }) => ({ strict: `${inputs.column(field)} !== ${inputs.column(field)}`, lenient: "false" }),
    statistic: ({ field, statistic }) => {
      const text = inputs.statistic(field, statistic);
      return { strict: `${text} !== ${text}`, lenient: "false" };
    },
    negate: ({ operand }, id) => computed(id, [operand], `-${number(operand)}`),
    arithmetic: ({ operator, left, right }, id) =>
      computed(id, [left, right], `${number(left)} ${operator} ${number(right)}`),
    math: ({ function: called, operands }, id) =>
      computed(id, operands, `${called}(${operands.map(number).join(", ")})`),
    boolean: ({ value }, id) => boolean(id, value ? "1" : "0"),
    comparison: ({ operator, left, right }, id) =>
      predicate(
        id,
        either([flagsOf(left).strict, flagsOf(right).strict]),
        `${number(left)} ${operator} ${number(right)}`,
      ),
    membership: ({ operand, values }, id) =>
      predicate(id, flagsOf(operand).strict, membershipText(number(operand), values)),
    category: ({ field, values }, id) => {
      const column = inputs.column(field);
      const codes = values.map((value) => inputs.category(field, value));
      return predicate(id, `${column} !== ${column}`, categoryText(column, codes));
    },
    flag: ({ field }, id) => {
      const column = inputs.column(field);
      return predicate(id, `${column} !== ${column}`, `${column} === 1`);
    },
    numberTest: ({ test, operand }, id) =>
      predicate(id, flagsOf(operand).lenient, numberTestText(test, number(operand))),
    not: ({ operand }, id) => boolean(id, `${name(operand)} === 2 ? 2 : 1 - ${name(operand)}`),
    logic: ({ operator, left, right }, id) =>
      boolean(id, `${name(left)} === ${operator === "and" ? 1 : 0} ? ${name(right)} : ${name(left)}`),
    atLeast: ({ count, operands }, id) => {
      lines.push(...countingLines(id, count, operands));
      return never;
    },
    choice: ({ type, condition, yes, no }, id) => {
      const pick = (a: string, b: string, otherwise: string): string =>
        `${name(condition)} === 1 ? ${a} : ${name(condition)} === 0 ? ${b} : ${otherwise}`;
      if (type === "vote") return boolean(id, pick(name(yes), name(no), "0"));
      if (type === "boolean") return boolean(id, pick(name(yes), name(no), "2"));
      lines.push(`const ${name(id)} = ${name(condition)} === 1 ? ${number(yes)} : ${number(no)};`);
      const met = (flag: keyof Flags): string =>
        `(${name(condition)} === 2 || (${name(condition)} === 1 ? ${flagsOf(yes)[flag]} : ${flagsOf(no)[flag]}))`;
      return flagNames(id, { strict: met("strict"), lenient: met("lenient") });
    },
    vote: ({ label }, id) => boolean(id, digitOf(label)),
  };
  for (const [id, node] of program.nodes.entries()) flags.push(visitNode(visitor, node, id));
  return `${lines.join("\n")}\nreturn ${name(program.root)};`;
}

/** Leaves of numeric expressions stand in the text as they are; computed numbers by their name. */
function operandText(node: IrNode, id: NodeId, inputs: KernelInputs): string {
  if (node.kind === "number") return numberText(node.value);
  if (node.kind === "field") return inputs.column(node.field);
  if (node.kind === "statistic") return inputs.statistic(node.field, node.statistic);
  return `n${id}`;
}

export function numberTestText(test: "isNaN" | "isFinite", operand: string): string {
  return test === "isNaN" ? `${operand} !== ${operand}` : `${operand} - ${operand} === 0`;
}

/** Counts in order and stops counting when the answer is known: then nothing later can be missing. */
function countingLines(id: NodeId, count: number, operands: readonly NodeId[]): string[] {
  const lines = [`let c${id} = 0, n${id} = -1;`];
  for (const [index, operand] of operands.entries()) {
    const left = operands.length - index - 1;
    lines.push(
      `if (n${id} === -1) { if (n${operand} === 2) n${id} = 2; else { c${id} += n${operand};`,
      `if (c${id} >= ${count}) n${id} = 1; else if (c${id} + ${left} < ${count}) n${id} = 0; } }`,
    );
  }
  return lines;
}
