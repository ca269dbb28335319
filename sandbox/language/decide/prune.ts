import { type NodeId, type NodePool, operandsOf, readsRow } from "../ir/index.js";
import { limits } from "../limits.js";
import { Diagram, type DiagramId } from "./diagram.js";
import { type Fact, FactReasoner, subjectOf } from "./facts.js";
import { BoundOrder } from "./order.js";

/** The pruner's work is spent; the unpruned decision is as right, only longer. */
class PruningSpent extends Error {}

/** What a subtree asks about: facts about anything else do not change it. */
interface Reach {
  readonly subjects: ReadonlySet<string>;
  readonly loads: ReadonlySet<NodeId>;
}

/**
 * Removes tests whose answer is known from the tests before them, on the same subject. A test is kept, though both its
 * sides agree, when it is the first to read a value: there the LF abstains on rows without that value.
 */
class Pruner {
  readonly diagram = new Diagram();
  readonly #reasoner: FactReasoner;
  readonly #reaches = new Map<DiagramId, Reach>();
  readonly #loads = new Map<NodeId, ReadonlySet<NodeId>>();
  readonly #done = new Map<string, DiagramId>();
  readonly #pool: NodePool;
  readonly #whole: Diagram;
  #steps = 0;

  constructor(pool: NodePool, whole: Diagram) {
    this.#pool = pool;
    this.#whole = whole;
    this.#reasoner = new FactReasoner(pool, new BoundOrder(pool));
  }

  prune(id: DiagramId, facts: readonly Fact[], loaded: readonly NodeId[]): DiagramId {
    const node = this.#whole.at(id);
    if (node.type === "leaf") return this.diagram.leaf(node.label);
    const reach = this.#reachOf(id);
    const relevant = facts.filter((fact) => reach.subjects.has(this.#subject(fact.predicate)));
    const present = loaded.filter((load) => reach.loads.has(load));
    const key = `${id}|${relevant.map(({ predicate, answer }) => `${predicate}${answer ? "y" : "n"}`).join()}|${present.join()}`;
    const known = this.#done.get(key);
    if (known !== undefined) return known;
    this.#steps += 1;
    if (this.#steps > limits.decisionSteps) throw new PruningSpent();
    const built = this.#test(node.predicate, node.yes, node.no, relevant, present);
    this.#done.set(key, built);
    return built;
  }

  #test(
    predicate: NodeId,
    yes: DiagramId,
    no: DiagramId,
    facts: readonly Fact[],
    loaded: readonly NodeId[],
  ): DiagramId {
    const subject = this.#subject(predicate);
    const about = facts.filter((fact) => this.#subject(fact.predicate) === subject);
    const answer = this.#reasoner.implied(predicate, about);
    if (answer !== undefined) return this.prune(answer ? yes : no, facts, loaded);
    const loads = this.#loadsOf(predicate);
    const present = [...new Set([...loaded, ...loads])].sort((a, b) => a - b);
    const side = (next: DiagramId, held: boolean): DiagramId =>
      this.prune(
        next,
        [...facts, { predicate, answer: held }].sort((a, b) => a.predicate - b.predicate),
        present,
      );
    const [whenYes, whenNo] = [side(yes, true), side(no, false)];
    const reads = [...loads].every((load) => loaded.includes(load));
    return whenYes === whenNo && reads ? whenYes : this.diagram.test(predicate, whenYes, whenNo);
  }

  #subject(predicate: NodeId): string {
    return subjectOf(this.#pool.at(predicate), predicate);
  }

  /** Fields and statistics whose absence would make the predicate abstain. */
  #loadsOf(id: NodeId): ReadonlySet<NodeId> {
    const known = this.#loads.get(id);
    if (known !== undefined) return known;
    const node = this.#pool.at(id);
    const own = readsRow(node) || node.kind === "statistic" ? [id] : [];
    // Inside isNaN and isFinite nothing abstains; conditions of choices were lifted out before.
    const below = node.kind === "numberTest" ? [] : operandsOf(node).flatMap((operand) => [...this.#loadsOf(operand)]);
    const loads = new Set([...own, ...below]);
    this.#loads.set(id, loads);
    return loads;
  }

  #reachOf(id: DiagramId): Reach {
    const known = this.#reaches.get(id);
    if (known !== undefined) return known;
    const node = this.#whole.at(id);
    const parts = node.type === "leaf" ? [] : [this.#reachOf(node.yes), this.#reachOf(node.no)];
    const reach: Reach = {
      subjects: new Set([
        ...(node.type === "test" ? [this.#subject(node.predicate)] : []),
        ...parts.flatMap(({ subjects }) => [...subjects]),
      ]),
      loads: new Set([
        ...(node.type === "test" ? this.#loadsOf(node.predicate) : []),
        ...parts.flatMap(({ loads }) => [...loads]),
      ]),
    };
    this.#reaches.set(id, reach);
    return reach;
  }
}

/** The diagram without what no row can reach; the whole one when that would take too long or too much. */
export function pruneDiagram(
  pool: NodePool,
  whole: Diagram,
  root: DiagramId,
): { readonly diagram: Diagram; readonly root: DiagramId } {
  const pruner = new Pruner(pool, whole);
  try {
    const pruned = pruner.prune(root, [], []);
    if (pruner.diagram.nodes.length <= limits.decisionNodes) return { diagram: pruner.diagram, root: pruned };
  } catch (error) {
    if (!(error instanceof PruningSpent)) throw error;
  }
  return { diagram: whole, root };
}
