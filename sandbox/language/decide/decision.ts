import type { DecisionTree } from "@flamenco/policies/wire";
import { addProgram, type IrNode, type NodeId, NodePool, operandsOf, readsRow } from "../ir/index.js";
import type { VerifiedLf } from "../verification.js";
import { type Diagram, DiagramBuilder, type DiagramId } from "./diagram.js";
import { Printer } from "./print.js";
import { pruneDiagram } from "./prune.js";

/** How an LF, or a set of them, decides: the tree that is shown, and for each of its tests the predicate that it stands for. */
export interface LfDecision {
  readonly tree: DecisionTree;
  /** Predicates and what they read, in dependency order. */
  readonly nodes: readonly IrNode[];
  /** For each node of the tree: its predicate in `nodes`; null at leaves. */
  readonly conditions: readonly (NodeId | null)[];
}

/**
 * The decision of one LF, extracted symbolically from its program: single tests, equal subtrees merged, tests removed whose
 * answer follows from the tests before. Following it gives the LF's vote on every row; a test that meets a missing value
 * abstains. (Paper, section 3.3.4: labeling functions as decision nodes.)
 */
export function decideLf(lf: VerifiedLf): LfDecision {
  const pool = new NodePool();
  const { diagram, root } = drawDiagram(pool, lf);
  return numberNodes(pool, diagram, root);
}

/** The pruned diagram of one LF, its predicates in `pool`. */
export function drawDiagram(pool: NodePool, lf: VerifiedLf): { readonly diagram: Diagram; readonly root: DiagramId } {
  const builder = new DiagramBuilder(pool);
  const whole = builder.vote(addProgram(pool, lf.program));
  return pruneDiagram(pool, builder.diagram, whole);
}

/** Nodes that a walk from `root` can meet, parents before children. */
export function reachableNodes(diagram: Diagram, root: DiagramId): DiagramId[] {
  const reachable = new Set<DiagramId>([root]);
  for (const id of reachable) {
    const node = diagram.at(id);
    if (node.type !== "test") continue;
    reachable.add(node.yes).add(node.no);
    if (node.missing !== undefined) reachable.add(node.missing);
  }
  // Children have smaller ids in a diagram, so descending ids put parents first.
  return [...reachable].sort((a, b) => b - a);
}

/**
 * Number the reachable part from the root down: parents before children, as the wire schema asks.
 * @param lfOf the LF that a predicate comes from, where that is one.
 */
export function numberNodes(
  pool: NodePool,
  diagram: Diagram,
  root: DiagramId,
  lfOf: (predicate: NodeId) => string | undefined = () => undefined,
): LfDecision {
  const order = reachableNodes(diagram, root);
  const indexOf = new Map(order.map((id, index) => [id, index]));
  const printer = new Printer(pool);
  const tree: DecisionTree["nodes"] = [];
  const conditions: (NodeId | null)[] = [];
  for (const id of order) {
    const node = diagram.at(id);
    if (node.type === "leaf") {
      tree.push({ type: "leaf", label: node.label });
      conditions.push(null);
    } else {
      const [yes, no] = [indexOf.get(node.yes) ?? 0, indexOf.get(node.no) ?? 0];
      const fields = fieldsOf(pool, node.predicate);
      const lf = lfOf(node.predicate);
      tree.push({
        type: "test",
        condition: printer.print(node.predicate),
        fields,
        ...(lf === undefined ? {} : { lf }),
        yes,
        no,
        ...(node.missing === undefined ? {} : { missing: indexOf.get(node.missing) ?? 0 }),
      });
      conditions.push(node.predicate);
    }
  }
  return { tree: { nodes: tree }, nodes: pool.nodes, conditions };
}

/** Row fields that a predicate reads, sorted. */
export function fieldsOf(pool: NodePool, predicate: NodeId): string[] {
  const fields = new Set<string>();
  const seen = new Set<NodeId>([predicate]);
  for (const id of seen) {
    const node = pool.at(id);
    if (readsRow(node) && "field" in node) fields.add(node.field);
    for (const operand of operandsOf(node)) seen.add(operand);
  }
  return [...fields].sort();
}
