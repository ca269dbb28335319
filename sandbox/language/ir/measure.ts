import type { IrNode, Program } from "./nodes.js";
import { isPredicate, operandsOf, readsRow } from "./operands.js";

/** Size and reach of a program: facts of its syntax. */
export interface Measure {
  /** Nodes when every shared part is written out; saturates at `ceiling`. */
  readonly expandedNodes: number;
  /** Vote leaves when written out as a tree; saturates at `ceiling`. */
  readonly leaves: number;
  readonly predicates: number;
  /** Most row fields that one predicate reads. */
  readonly fieldsPerPredicate: number;
  /** Worst-case operations a row: each distinct operation is computed at most once. */
  readonly operations: number;
  readonly dependsOnRow: boolean;
  /** Sorted. */
  readonly fields: readonly string[];
  /** `field.statistic`, sorted. */
  readonly statistics: readonly string[];
  /** Votes that it can end in; null abstains. */
  readonly votes: ReadonlySet<string | null>;
}

const ceiling = 1e9;

/** Work of one node itself: leaves of the expression cost nothing, lists cost their length. */
function operationsOf(node: IrNode): number {
  const operands = operandsOf(node).length;
  if (node.kind === "membership" || node.kind === "category") return node.values.length;
  if (node.kind === "flag" || node.kind === "choice") return 1;
  return operands === 0 ? 0 : Math.max(1, operands - 1);
}

/** Extra leaves that a written-out list adds to the expanded size. */
function listLength(node: IrNode): number {
  return node.kind === "membership" || node.kind === "category" ? node.values.length : 0;
}

/** Measure a program in one pass over its nodes, whatever their sharing would expand to. */
export function measureProgram({ nodes, root }: Program): Measure {
  const sizes: number[] = [];
  const leaves: number[] = [];
  const fieldsOf: ReadonlySet<string>[] = [];
  const fields = new Set<string>();
  const statistics = new Set<string>();
  const votes = new Set<string | null>();
  let [predicates, fieldsPerPredicate, operations] = [0, 0, 0];
  for (const [id, node] of nodes.entries()) {
    const operands = operandsOf(node);
    const sum = (table: readonly number[]): number =>
      operands.reduce((total, operand) => total + (table[operand] ?? 0), 0);
    sizes.push(Math.min(ceiling, 1 + listLength(node) + sum(sizes)));
    leaves.push(node.kind === "vote" ? 1 : Math.min(ceiling, sum(leaves)));
    if (node.kind === "field" || node.kind === "category" || node.kind === "flag") fields.add(node.field);
    if (node.kind === "statistic") statistics.add(`${node.field}.${node.statistic}`);
    if (node.kind === "vote") votes.add(node.label);
    const read = new Set<string>(
      node.kind === "field" || node.kind === "category" || node.kind === "flag" ? [node.field] : [],
    );
    for (const operand of operands) for (const field of fieldsOf[operand] ?? []) read.add(field);
    fieldsOf.push(read);
    if (isPredicate(node)) {
      predicates += 1;
      fieldsPerPredicate = Math.max(fieldsPerPredicate, fieldsOf[id]?.size ?? 0);
    }
    operations += operationsOf(node);
  }
  return {
    expandedNodes: sizes[root] ?? ceiling,
    leaves: leaves[root] ?? ceiling,
    predicates,
    fieldsPerPredicate,
    operations,
    dependsOnRow: nodes.some(readsRow),
    fields: [...fields].sort(),
    statistics: [...statistics].sort(),
    votes,
  };
}
