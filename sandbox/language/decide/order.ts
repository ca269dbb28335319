import { type NodeId, type NodePool, operandsOf } from "../ir/index.js";

const percentileRank: Readonly<Record<string, number>> = Object.freeze({
  p5: 5,
  p10: 10,
  p25: 25,
  p50: 50,
  p75: 75,
  p90: 90,
  p95: 95,
});

/** What is known of two bounds, whatever the dataset: `lessOrEqual` and `less` are proofs, false means "unknown". */
export class BoundOrder {
  readonly #pool: NodePool;

  constructor(pool: NodePool) {
    this.#pool = pool;
  }

  /** Percentiles of one field are ordered by their ranks, and are there or missing together (wire schema). */
  lessOrEqual(a: NodeId, b: NodeId): boolean {
    if (a === b) return true;
    const [x, y] = [this.#pool.at(a), this.#pool.at(b)];
    if (x.kind === "number" && y.kind === "number") return x.value <= y.value;
    if (x.kind !== "statistic" || y.kind !== "statistic" || x.field !== y.field) return false;
    const [low, high] = [percentileRank[x.statistic], percentileRank[y.statistic]];
    return low !== undefined && high !== undefined && low <= high;
  }

  less(a: NodeId, b: NodeId): boolean {
    const [x, y] = [this.#pool.constant(a), this.#pool.constant(b)];
    return x !== undefined && y !== undefined && x < y;
  }

  /**
   * True when the number cannot be NaN once everything that it reads is present. Fields may be infinite; literals and
   * statistics are finite.
   */
  neverNaN(id: NodeId): boolean {
    const node = this.#pool.at(id);
    switch (node.kind) {
      case "number":
      case "field":
      case "statistic":
        return true;
      case "negate":
        return this.neverNaN(node.operand);
      case "arithmetic": {
        if (!this.neverNaN(node.left) || !this.neverNaN(node.right)) return false;
        if (node.operator === "+" || node.operator === "-") return this.#finite(node.left) || this.#finite(node.right);
        return this.#scale(node.right) || (node.operator === "*" && this.#scale(node.left));
      }
      case "math":
        return (
          !["sqrt", "log", "pow"].includes(node.function) && operandsOf(node).every((operand) => this.neverNaN(operand))
        );
      default:
        return false;
    }
  }

  #finite(id: NodeId): boolean {
    const { kind } = this.#pool.at(id);
    return kind === "number" || kind === "statistic";
  }

  /** A factor other than zero. */
  #scale(id: NodeId): boolean {
    const value = this.#pool.constant(id);
    return value !== undefined && value !== 0;
  }
}
