import type { DatasetStatistics } from "@flamenco/policies/wire";
import { type NodeId, NodePool } from "../ir/index.js";
import { limits } from "../limits.js";
import type { VerifiedLf } from "../verification.js";
import { drawDiagram, fieldsOf, type LfDecision, numberNodes, reachableNodes } from "./decision.js";
import { Diagram, type DiagramId } from "./diagram.js";
import { subjectOf } from "./facts.js";
import { QuestionBook } from "./questions.js";
import { SetBuilder, SetSpent } from "./set-builder.js";

/** One LF of a set. */
export interface SetLf {
  /** How nodes of the tree name it. */
  readonly name: string;
  readonly lf: VerifiedLf;
}

export interface SetOptions {
  /** Label that follows from the LFs' votes, label index or -1 each, in their order; -1 for none. */
  readonly decide: (votes: Int8Array) => number;
  /** Importance of row fields: predicates about more important ones are asked first. */
  readonly importance?: ReadonlyMap<string, number>;
  /** Resolve statistics, and leave out what no row of that dataset can reach. The conditions shown stay symbolic. */
  readonly statistics?: DatasetStatistics | undefined;
}

/** The decision of a set, or why there is none. */
export type SetDecision =
  | { readonly decision: LfDecision; readonly reason?: undefined }
  | { readonly decision: null; readonly reason: string };

/**
 * The decision of several LFs and a rule over their votes, as one tree: following it gives for every row what `decide` says of
 * the row's votes. Predicates are asked in the order of their importance; where a value is missing a third branch goes on
 * without the LFs that abstain there. Equal subtrees are one, and branches that no row can reach are left out, unless knowing
 * them multiplies the work beyond its limits: then the tree is as right, only longer. Bounded in time and size: a set whose
 * tree would be too large even so has none. (Design, "Interpretability trees": `exact`.)
 */
export function decideSet(lfs: readonly SetLf[], options: SetOptions): SetDecision {
  const pool = new NodePool();
  const diagram = new Diagram();
  const roots: DiagramId[] = [];
  const askedBy = new Map<NodeId, Set<string>>();
  for (const { name, lf } of lfs) roots.push(addLf(pool, diagram, lf, name, askedBy));
  if (askedBy.size > limits.setPredicates) {
    return {
      decision: null,
      reason: `the labeling functions ask more than ${limits.setPredicates} different questions`,
    };
  }
  const labels = lfs[0]?.lf.program.labels ?? [];
  const decide = (votes: readonly (string | null)[]): string | null =>
    labels[options.decide(Int8Array.from(votes, (vote) => (vote === null ? -1 : labels.indexOf(vote))))] ?? null;
  const predicates = rankPredicates(pool, [...askedBy.keys()], options.importance ?? new Map());
  const order = rankLfs(lfs, predicates, askedBy);
  const book = new QuestionBook(pool, predicates, options.statistics);
  const lfOf = (predicate: NodeId): string | undefined => {
    const names = [...(askedBy.get(predicate) ?? [])];
    return names.length === 1 ? names[0] : undefined;
  };
  for (const prunes of [true, false]) {
    const builder = new SetBuilder({ book, diagram, order, decide, prunes });
    const root = buildWithin(builder, roots);
    if (root === undefined || builder.output.nodes.length > limits.decisionNodes) continue;
    return { decision: numberNodes(pool, builder.output, root, lfOf) };
  }
  return { decision: null, reason: `it would have more than ${limits.setStates} branches` };
}

function buildWithin(builder: SetBuilder, roots: readonly DiagramId[]): DiagramId | undefined {
  try {
    return builder.build(roots);
  } catch (error) {
    if (error instanceof SetSpent) return undefined;
    throw error;
  }
}

/** Copy an LF's diagram into the one of all; equal parts of different LFs are one. */
function addLf(
  pool: NodePool,
  all: Diagram,
  lf: VerifiedLf,
  name: string,
  askedBy: Map<NodeId, Set<string>>,
): DiagramId {
  const { diagram, root } = drawDiagram(pool, lf);
  const placeOf = new Map<DiagramId, DiagramId>();
  const place = (id: DiagramId): DiagramId => placeOf.get(id) ?? all.leaf(null);
  const order = reachableNodes(diagram, root);
  for (const id of order.toReversed()) {
    const node = diagram.at(id);
    placeOf.set(
      id,
      node.type === "leaf" ? all.leaf(node.label) : all.test(node.predicate, place(node.yes), place(node.no)),
    );
  }
  for (const id of order) {
    const node = diagram.at(id);
    if (node.type === "test") askedBy.set(node.predicate, (askedBy.get(node.predicate) ?? new Set()).add(name));
  }
  return place(root);
}

/** By the importance of the most important field; what is asked of one quantity stays together, else as the LFs ask it. */
function rankPredicates(
  pool: NodePool,
  predicates: readonly NodeId[],
  importance: ReadonlyMap<string, number>,
): NodeId[] {
  const subjects = new Map<string, number>();
  const ranks = predicates.map((predicate, index) => {
    const subject = subjectOf(pool.at(predicate), predicate);
    if (!subjects.has(subject)) subjects.set(subject, index);
    const known = fieldsOf(pool, predicate).flatMap((field) => importance.get(field) ?? []);
    const weight = known.length === 0 ? Number.NEGATIVE_INFINITY : Math.max(...known);
    return { predicate, weight, subject: subjects.get(subject) ?? 0, index };
  });
  const byWeight = (a: number, b: number): number => (a === b ? 0 : b > a ? 1 : -1);
  return ranks
    .sort((a, b) => byWeight(a.weight, b.weight) || a.subject - b.subject || a.index - b.index)
    .map(({ predicate }) => predicate);
}

/** LFs by their most important predicate. */
function rankLfs(
  lfs: readonly SetLf[],
  predicates: readonly NodeId[],
  askedBy: ReadonlyMap<NodeId, ReadonlySet<string>>,
): number[] {
  const names = new Set(predicates.flatMap((predicate) => [...(askedBy.get(predicate) ?? [])]));
  const rankOf = new Map([...names].map((name, rank) => [name, rank]));
  const rank = (lf: number): number => rankOf.get(lfs[lf]?.name ?? "") ?? lfs.length;
  return [...lfs.keys()].sort((a, b) => rank(a) - rank(b));
}
