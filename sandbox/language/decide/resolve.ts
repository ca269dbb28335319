import type { DatasetStatistics } from "@flamenco/policies/wire";
import { type NodeId, type NodePool, rebuildNode } from "../ir/index.js";
import type { Knowledge } from "./knowledge.js";
import type { LoadTable } from "./loads.js";

/** Puts a dataset's statistics in the place of their names, so that they can be compared with constants and each other. */
export class StatisticResolver {
  readonly #pool: NodePool;
  readonly #statistics: DatasetStatistics | undefined;
  readonly #table: LoadTable;
  readonly #present = new Set<number>();
  readonly #missing = new Set<number>();
  readonly #resolved = new Map<NodeId, NodeId>();

  constructor(pool: NodePool, statistics: DatasetStatistics | undefined, table: LoadTable) {
    this.#pool = pool;
    this.#statistics = statistics;
    this.#table = table;
  }

  resolve(id: NodeId): NodeId {
    if (this.#statistics === undefined) return id;
    const known = this.#resolved.get(id);
    if (known !== undefined) return known;
    const node = this.#pool.at(id);
    let resolved: NodeId;
    if (node.kind === "statistic") {
      const column = Object.hasOwn(this.#statistics, node.field) ? this.#statistics[node.field] : undefined;
      const value = column?.[node.statistic] ?? Number.NaN;
      const load = this.#table.statistic(node.field, node.statistic);
      (Number.isNaN(value) ? this.#missing : this.#present).add(load);
      resolved = Number.isFinite(value) ? this.#pool.number(value) : id;
    } else resolved = rebuildNode(this.#pool, node, (operand) => this.resolve(operand));
    this.#resolved.set(id, resolved);
    return resolved;
  }

  /** What the statistics say of presence, once every predicate has been resolved. */
  known(before: Knowledge): Knowledge {
    const present = [...this.#present].filter((load) => !this.#missing.has(load)).sort((a, b) => a - b);
    const lacking = [...this.#missing].filter((load) => !this.#present.has(load)).map((load) => [load]);
    return { ...before, present, lacking };
  }
}
