import { type ComparisonOperator, comparisons, type IrNode, type NodeId, type NodePool } from "../ir/index.js";
import type { BoundOrder } from "./order.js";

/** A predicate that was answered on the way. */
export interface Fact {
  readonly predicate: NodeId;
  readonly answer: boolean;
}

/** What a predicate is about; facts about one subject never decide a predicate about another. */
export function subjectOf(node: IrNode, id: NodeId): string {
  switch (node.kind) {
    case "comparison":
      return `n${node.left}`;
    case "membership":
      return `n${node.operand}`;
    case "category":
      return `c${node.field}`;
    default:
      return `p${id}`;
  }
}

interface Bound {
  readonly strict: boolean;
  readonly at: NodeId;
}

/** Everything known of one number: bounds by other numbers, the values it may have, the values it has not. */
interface Known {
  readonly upper: Bound[];
  readonly lower: Bound[];
  possible: readonly number[] | undefined;
  readonly excluded: Set<number>;
}

const negated: Readonly<Partial<Record<ComparisonOperator, ComparisonOperator>>> = {
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
};

/** Decides predicates from facts about the same subject, where no dataset can make it otherwise. */
export class FactReasoner {
  readonly #pool: NodePool;
  readonly #order: BoundOrder;

  constructor(pool: NodePool, order: BoundOrder) {
    this.#pool = pool;
    this.#order = order;
  }

  /** The only answer that the predicate can have, or undefined. Facts are about its subject. */
  implied(predicate: NodeId, facts: readonly Fact[]): boolean | undefined {
    const same = facts.find((fact) => fact.predicate === predicate);
    if (same !== undefined || facts.length === 0) return same?.answer;
    const node = this.#pool.at(predicate);
    if (node.kind === "category") return this.#impliedCategory(node.values, facts);
    const known = this.#knownOf(facts);
    if (node.kind === "membership") return this.#impliedMembership(node.values, known);
    return node.kind === "comparison" ? this.#impliedComparison(node.operator, node.right, known) : undefined;
  }

  #impliedCategory(values: readonly string[], facts: readonly Fact[]): boolean | undefined {
    let possible: readonly string[] | undefined;
    const excluded = new Set<string>();
    for (const { predicate, answer } of facts) {
      const node = this.#pool.at(predicate);
      if (node.kind !== "category") continue;
      if (answer)
        possible = possible === undefined ? node.values : possible.filter((value) => node.values.includes(value));
      else for (const value of node.values) excluded.add(value);
    }
    if (values.every((value) => excluded.has(value))) return false;
    const left = possible?.filter((value) => !excluded.has(value));
    if (left === undefined) return undefined;
    if (left.every((value) => values.includes(value))) return true;
    return left.some((value) => values.includes(value)) ? undefined : false;
  }

  #knownOf(facts: readonly Fact[]): Known {
    const known: Known = { upper: [], lower: [], possible: undefined, excluded: new Set() };
    for (const { predicate, answer } of facts) {
      const node = this.#pool.at(predicate);
      if (node.kind === "membership") this.#learnMembership(known, node.values, answer);
      if (node.kind !== "comparison") continue;
      if (answer) this.#learn(known, node.operator, node.right);
      else if (node.operator === "===") this.#exclude(known, node.right);
      else {
        const opposite = negated[node.operator];
        const ordered = this.#order.neverNaN(node.left) && this.#order.neverNaN(node.right);
        if (ordered && opposite !== undefined) this.#learn(known, opposite, node.right);
      }
    }
    const { possible } = known;
    if (possible !== undefined) known.possible = possible.filter((value) => this.#fits(value, known));
    return known;
  }

  #learn(known: Known, operator: ComparisonOperator, at: NodeId): void {
    if (operator === "<" || operator === "<=" || operator === "===") known.upper.push({ strict: operator === "<", at });
    if (operator === ">" || operator === ">=" || operator === "===") known.lower.push({ strict: operator === ">", at });
    const value = this.#pool.constant(at);
    if (operator === "===" && value !== undefined) this.#learnMembership(known, [value], true);
  }

  #learnMembership(known: Known, values: readonly number[], answer: boolean): void {
    if (!answer) for (const value of values) known.excluded.add(value + 0);
    else
      known.possible = known.possible === undefined ? values : known.possible.filter((value) => values.includes(value));
  }

  #exclude(known: Known, at: NodeId): void {
    const value = this.#pool.constant(at);
    if (value !== undefined) known.excluded.add(value + 0);
  }

  #fits(value: number, known: Known): boolean {
    const within = (bound: Bound, operator: ComparisonOperator): boolean => {
      const at = this.#pool.constant(bound.at);
      const comparison = bound.strict ? operator : (`${operator}=` as ComparisonOperator);
      return at === undefined || comparisons[comparison](value, at);
    };
    return (
      !known.excluded.has(value + 0) &&
      known.upper.every((bound) => within(bound, "<")) &&
      known.lower.every((bound) => within(bound, ">"))
    );
  }

  #impliedMembership(values: readonly number[], known: Known): boolean | undefined {
    const fitting = values.filter((value) => this.#fits(value, known));
    if (fitting.length === 0) return false;
    const { possible } = known;
    if (possible === undefined) return undefined;
    if (possible.every((value) => fitting.includes(value))) return true;
    return possible.some((value) => fitting.includes(value)) ? undefined : false;
  }

  #impliedComparison(operator: ComparisonOperator, at: NodeId, known: Known): boolean | undefined {
    const value = this.#pool.constant(at);
    if (known.possible !== undefined && value !== undefined) {
      const answers = new Set(known.possible.map((possible) => comparisons[operator](possible, value)));
      if (answers.size < 2) return answers.has(true);
    }
    if (operator === "===") {
      if (value !== undefined && known.excluded.has(value + 0)) return false;
      if (this.#holds("<", at, known) || this.#holds(">", at, known)) return false;
      return this.#holds("<=", at, known) && this.#holds(">=", at, known) ? true : undefined;
    }
    if (this.#holds(operator, at, known)) return true;
    const opposite = negated[operator];
    return opposite !== undefined && this.#holds(opposite, at, known) ? false : undefined;
  }

  /** Proof that `subject operator at` from one bound on that side. */
  #holds(operator: ComparisonOperator, at: NodeId, known: Known): boolean {
    const below = operator === "<" || operator === "<=";
    const strictWanted = operator === "<" || operator === ">";
    return (below ? known.upper : known.lower).some((bound) => {
      const [small, large] = below ? [bound.at, at] : [at, bound.at];
      if (this.#order.less(small, large)) return true;
      return this.#order.lessOrEqual(small, large) && (!strictWanted || bound.strict);
    });
  }
}
