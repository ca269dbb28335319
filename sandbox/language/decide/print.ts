import { type IrVisitor, type NodeId, type NodePool, visitNode } from "../ir/index.js";
import { limits } from "../limits.js";

/** Binding strength, loosest first: what needs brackets inside what. */
const strength = Object.freeze({ choice: 0, or: 1, and: 2, comparison: 3, sum: 4, product: 5, prefix: 6, atom: 7 });

interface Printed {
  readonly text: string;
  readonly strength: number;
}

const atom = (text: string): Printed => ({ text, strength: strength.atom });

/** Texts grow no longer than they could be shown. */
function clip(text: string): string {
  return text.length > limits.conditionLength ? `${text.slice(0, limits.conditionLength - 1)}…` : text;
}

/**
 * Prints nodes for people: `averagePacketSize <= p25(averagePacketSize)`, `srcPort in {80, 443}`. Never longer than a
 * condition may be.
 */
export class Printer {
  readonly #pool: NodePool;
  readonly #printed = new Map<NodeId, Printed>();

  constructor(pool: NodePool) {
    this.#pool = pool;
  }

  print(id: NodeId): string {
    return this.#of(id).text;
  }

  #of(id: NodeId): Printed {
    const known = this.#printed.get(id);
    if (known !== undefined) return known;
    const { text, strength: bound } = visitNode(this.#visitor, this.#pool.at(id), id);
    const printed = { text: clip(text), strength: bound };
    this.#printed.set(id, printed);
    return printed;
  }

  /** With brackets when it binds more loosely than where it stands. */
  #inside(id: NodeId, least: number): string {
    const { text, strength: bound } = this.#of(id);
    return bound < least ? `(${text})` : text;
  }

  #list(ids: readonly NodeId[]): string {
    return ids.map((id) => this.print(id)).join(", ");
  }

  readonly #visitor: IrVisitor<Printed> = {
    number: ({ value }) => ({ text: String(value), strength: value < 0 ? strength.prefix : strength.atom }),
    field: ({ field }) => atom(field),
    statistic: ({ field, statistic }) => atom(`${statistic}(${field})`),
    negate: ({ operand }) => ({ text: `-${this.#inside(operand, strength.atom)}`, strength: strength.prefix }),
    arithmetic: ({ operator, left, right }) => {
      const own = operator === "+" || operator === "-" ? strength.sum : strength.product;
      return { text: `${this.#inside(left, own)} ${operator} ${this.#inside(right, own + 1)}`, strength: own };
    },
    math: ({ function: name, operands }) => atom(`${name}(${this.#list(operands)})`),
    boolean: ({ value }) => atom(String(value)),
    comparison: ({ operator, left, right }) => ({
      text: `${this.#inside(left, strength.sum)} ${operator === "===" ? "=" : operator} ${this.#inside(right, strength.sum)}`,
      strength: strength.comparison,
    }),
    membership: ({ operand, values }) => ({
      text: `${this.#inside(operand, strength.sum)} in {${values.join(", ")}}`,
      strength: strength.comparison,
    }),
    category: ({ field, values }) => {
      const texts = values.map((value) => JSON.stringify(value));
      return {
        text: texts.length === 1 ? `${field} = ${texts[0]}` : `${field} in {${texts.join(", ")}}`,
        strength: strength.comparison,
      };
    },
    flag: ({ field }) => atom(field),
    numberTest: ({ test, operand }) => atom(`${test}(${this.print(operand)})`),
    not: ({ operand }) => ({ text: `not ${this.#inside(operand, strength.atom)}`, strength: strength.prefix }),
    logic: ({ operator, left, right }) => ({
      text: `${this.#inside(left, strength[operator])} ${operator} ${this.#inside(right, strength[operator])}`,
      strength: strength[operator],
    }),
    atLeast: ({ count, operands }) => atom(`atLeast(${count}, ${this.#list(operands)})`),
    choice: ({ condition, yes, no }) => ({
      text: `${this.#inside(condition, strength.or)} ? ${this.print(yes)} : ${this.print(no)}`,
      strength: strength.choice,
    }),
    vote: ({ label }) => atom(label ?? "ABSTAIN"),
  };
}
