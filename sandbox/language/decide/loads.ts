import type { StatisticName } from "@flamenco/policies/wire";
import { type IrNode, type NodeId, type NodePool, operandsOf } from "../ir/index.js";

/** What must be there for a predicate to be answered. */
export interface Loads {
  /** Numbers of the table, sorted. */
  readonly values: readonly number[];
  /** True when the predicate is answered exactly where all of them are there; else it may need more on some rows. */
  readonly complete: boolean;
}

const isPercentile = (statistic: StatisticName): boolean => /^p\d+$/.test(statistic);

/** Numbers fields and statistics, so that what is known of their presence can be compared. */
export class LoadTable {
  readonly #pool: NodePool;
  readonly #numbers = new Map<string, number>();
  readonly #loads = new Map<NodeId, Loads>();

  constructor(pool: NodePool) {
    this.#pool = pool;
  }

  get size(): number {
    return this.#numbers.size;
  }

  /** Number of a statistic; percentiles of one field are there or missing together (wire schema), so they share one. */
  statistic(field: string, statistic: StatisticName): number {
    return this.#number(`s:${field}.${isPercentile(statistic) ? "percentiles" : statistic}`);
  }

  of(id: NodeId): Loads {
    const known = this.#loads.get(id);
    if (known !== undefined) return known;
    const loads = this.#read(this.#pool.at(id));
    this.#loads.set(id, loads);
    return loads;
  }

  #read(node: IrNode): Loads {
    switch (node.kind) {
      case "field":
      case "category":
      case "flag":
        return { values: [this.#number(`f:${node.field}`)], complete: true };
      case "statistic":
        return { values: [this.statistic(node.field, node.statistic)], complete: true };
      case "choice":
        // Only the condition's first test and one side are evaluated: nothing is needed on every row.
        return { values: [], complete: false };
      case "numberTest":
        // Nothing abstains inside isNaN and isFinite, but conditions of choices do.
        return { values: [], complete: this.of(node.operand).complete };
      default: {
        const parts = operandsOf(node).map((operand) => this.of(operand));
        const values = [...new Set(parts.flatMap((part) => part.values))].sort((a, b) => a - b);
        return { values, complete: parts.every((part) => part.complete) };
      }
    }
  }

  #number(key: string): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}
