import { fieldOf, type Kind } from "@flamenco/policies/wire";
import {
  type ComparisonOperator,
  type IrVisitor,
  mirrored,
  type NodeId,
  type NodePool,
  visitNode,
} from "../ir/index.js";

/** A literal threshold on a field whose values depend on the network. */
export interface FoundLiteral {
  readonly field: string;
  readonly operator: ComparisonOperator | "in";
  readonly value: number;
}

interface Parts {
  /** Literals that act as thresholds; a factor (`2 * stats.bytes.mean`) scales with the network and is none. */
  readonly literals: ReadonlySet<number>;
  /** Non-universal fields read or summarized, unless divided by a statistic, which makes them pure numbers. */
  readonly fields: ReadonlySet<string>;
}

const nothing: Parts = Object.freeze({ literals: new Set<number>(), fields: new Set<string>() });

function union(parts: readonly Parts[]): Parts {
  return {
    literals: new Set(parts.flatMap(({ literals }) => [...literals])),
    fields: new Set(parts.flatMap(({ fields }) => [...fields])),
  };
}

/**
 * Finds literals that tie an LF to its author's network and can reveal it (paper, section 3.2: labeling functions "should
 * not include specific numerical threshold values"). Zero is exempt: it means "none" on every network.
 */
export class PrivateLiteralFinder {
  readonly #parts = new Map<NodeId, Parts>();
  readonly #pool: NodePool;
  readonly #kind: Kind;

  constructor(pool: NodePool, kind: Kind) {
    this.#pool = pool;
    this.#kind = kind;
  }

  inComparison(operator: ComparisonOperator, left: NodeId, right: NodeId): FoundLiteral[] {
    const [a, b] = [this.#partsOf(left), this.#partsOf(right)];
    const { literals, fields } = union([a, b]);
    const [field] = [...fields].sort();
    if (field === undefined) return [];
    const seen = a.fields.size > 0 ? operator : mirrored[operator];
    return [...literals].map((value) => ({ field, operator: seen, value }));
  }

  inMembership(operand: NodeId, values: readonly number[]): FoundLiteral[] {
    const [field] = [...this.#partsOf(operand).fields].sort();
    if (field === undefined) return [];
    return values.filter((value) => value !== 0).map((value) => ({ field, operator: "in", value }));
  }

  #partsOf(id: NodeId): Parts {
    const known = this.#parts.get(id);
    if (known !== undefined) return known;
    const parts = visitNode(this.#visitor, this.#pool.at(id), id);
    this.#parts.set(id, parts);
    return parts;
  }

  #fieldParts(name: string): Parts {
    const field = fieldOf(this.#kind, name);
    return field === undefined || field.access === "universal"
      ? nothing
      : { literals: new Set(), fields: new Set([name]) };
  }

  #isConstant(id: NodeId): boolean {
    return this.#pool.constant(id) !== undefined;
  }

  readonly #visitor: IrVisitor<Parts> = {
    number: ({ value }) => (value === 0 ? nothing : { literals: new Set([value]), fields: new Set() }),
    field: ({ field }) => this.#fieldParts(field),
    statistic: ({ field }) => this.#fieldParts(field),
    negate: ({ operand }) => this.#partsOf(operand),
    arithmetic: ({ operator, left, right }) => {
      if (operator === "*" && this.#isConstant(left)) return this.#partsOf(right);
      if ((operator === "*" || operator === "/") && this.#isConstant(right)) return this.#partsOf(left);
      // The 1 of `Math.log(x + 1)` and `x / (y + 1)` keeps zero out; it is no threshold.
      if (operator === "+" && this.#pool.constant(right) === 1) return this.#partsOf(left);
      if (operator === "+" && this.#pool.constant(left) === 1) return this.#partsOf(right);
      const both = union([this.#partsOf(left), this.#partsOf(right)]);
      const normalized =
        operator === "/" && !this.#pool.dependsOnRow(right) && this.#partsOf(right).literals.size === 0;
      return normalized ? { literals: both.literals, fields: new Set() } : both;
    },
    math: ({ function: name, operands }) => {
      const [base, exponent] = operands;
      if (name === "pow" && base !== undefined && exponent !== undefined && this.#isConstant(exponent)) {
        return this.#partsOf(base);
      }
      return union(operands.map((operand) => this.#partsOf(operand)));
    },
    choice: ({ yes, no }) => union([this.#partsOf(yes), this.#partsOf(no)]),
    boolean: () => nothing,
    comparison: () => nothing,
    membership: () => nothing,
    category: () => nothing,
    flag: () => nothing,
    numberTest: () => nothing,
    not: () => nothing,
    logic: () => nothing,
    atLeast: () => nothing,
    vote: () => nothing,
  };
}
