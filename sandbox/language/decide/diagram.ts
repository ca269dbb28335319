import { type IrNode, isPredicate, type NodeId, type NodePool, operandsOf, rebuildNode } from "../ir/index.js";
import { limits } from "../limits.js";

/** Index of a node of a diagram; children have smaller indices than their parents. */
export type DiagramId = number;

/** A leaf votes; a test asks one predicate of the pool and goes on. */
export type DiagramNode =
  | { readonly type: "leaf"; readonly label: string | null }
  | {
      readonly type: "test";
      readonly predicate: NodeId;
      readonly yes: DiagramId;
      readonly no: DiagramId;
      /** Where a value that the predicate reads is missing. Absent: abstains, or cannot be. */
      readonly missing?: DiagramId;
    };

/** Hash-consed tests and leaves: equal subtrees are one. */
export class Diagram {
  readonly nodes: DiagramNode[] = [];
  readonly #ids = new Map<string, DiagramId>();

  #add(key: string, node: DiagramNode): DiagramId {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.nodes.length);
    return this.nodes.push(node) - 1;
  }

  leaf(label: string | null): DiagramId {
    return this.#add(`leaf:${label === null ? "" : JSON.stringify(label)}`, { type: "leaf", label });
  }

  test(predicate: NodeId, yes: DiagramId, no: DiagramId, missing?: DiagramId): DiagramId {
    const node = { type: "test", predicate, yes, no } as const;
    return missing === undefined
      ? this.#add(`${predicate}:${yes}:${no}`, node)
      : this.#add(`${predicate}:${yes}:${no}:${missing}`, { ...node, missing });
  }

  at(id: DiagramId): DiagramNode {
    const node = this.nodes[id];
    if (node === undefined) throw new RangeError(`No diagram node ${id}.`);
    return node;
  }
}

/**
 * Splits a vote into single tests: and, or, not, atLeast and choices become branches in the order of evaluation, and a
 * choice inside a number (`(a ? x : y) <= z`) becomes a test of `a` before. Linear in the program, by sharing.
 */
export class DiagramBuilder {
  readonly diagram = new Diagram();
  readonly #pool: NodePool;
  readonly #votes = new Map<NodeId, DiagramId>();
  readonly #branches = new Map<string, DiagramId>();
  #lifts = 0;

  constructor(pool: NodePool) {
    this.#pool = pool;
  }

  vote(id: NodeId): DiagramId {
    const known = this.#votes.get(id);
    if (known !== undefined) return known;
    const node = this.#pool.at(id);
    const built =
      node.kind === "choice"
        ? this.#branch(node.condition, this.vote(node.yes), this.vote(node.no))
        : this.diagram.leaf(node.kind === "vote" ? node.label : null);
    this.#votes.set(id, built);
    return built;
  }

  #branch(id: NodeId, yes: DiagramId, no: DiagramId): DiagramId {
    const key = `${id}:${yes}:${no}`;
    const known = this.#branches.get(key);
    if (known !== undefined) return known;
    const built = this.#split(this.#pool.at(id), id, yes, no);
    this.#branches.set(key, built);
    return built;
  }

  #split(node: IrNode, id: NodeId, yes: DiagramId, no: DiagramId): DiagramId {
    switch (node.kind) {
      case "boolean":
        return node.value ? yes : no;
      case "not":
        return this.#branch(node.operand, no, yes);
      case "logic":
        return node.operator === "and"
          ? this.#branch(node.left, this.#branch(node.right, yes, no), no)
          : this.#branch(node.left, yes, this.#branch(node.right, yes, no));
      case "choice":
        return this.#branch(node.condition, this.#branch(node.yes, yes, no), this.#branch(node.no, yes, no));
      case "atLeast":
        return this.#count(node.operands, node.count, yes, no);
      default:
        return this.#predicate(node, id, yes, no);
    }
  }

  /** `wanted` more of the operands must hold; the answer is known when none or more than are left are wanted. */
  #count(operands: readonly NodeId[], wanted: number, yes: DiagramId, no: DiagramId): DiagramId {
    const [first, ...others] = operands;
    if (wanted === 0) return yes;
    if (first === undefined || wanted > operands.length) return no;
    return this.#branch(first, this.#count(others, wanted - 1, yes, no), this.#count(others, wanted, yes, no));
  }

  #predicate(node: IrNode, id: NodeId, yes: DiagramId, no: DiagramId): DiagramId {
    const choice = isPredicate(node) && this.#lifts < limits.liftedChoices ? this.#choiceIn(id) : undefined;
    if (choice === undefined) return this.diagram.test(id, yes, no);
    this.#lifts += 1;
    const side = (chosen: NodeId): DiagramId => this.#branch(this.#replace(id, choice.id, chosen), yes, no);
    return this.#branch(choice.condition, side(choice.yes), side(choice.no));
  }

  /** The first numeric choice that a predicate reads. */
  #choiceIn(
    id: NodeId,
  ): { readonly id: NodeId; readonly condition: NodeId; readonly yes: NodeId; readonly no: NodeId } | undefined {
    const seen = new Set<NodeId>();
    const pending = [id];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      const node = this.#pool.at(next);
      if (node.kind === "choice") return { id: next, condition: node.condition, yes: node.yes, no: node.no };
      pending.push(...operandsOf(node).toReversed());
    }
    return undefined;
  }

  #replace(id: NodeId, from: NodeId, to: NodeId): NodeId {
    const done = new Map<NodeId, NodeId>([[from, to]]);
    const at = (inner: NodeId): NodeId => {
      const known = done.get(inner);
      if (known !== undefined) return known;
      const rebuilt = rebuildNode(this.#pool, this.#pool.at(inner), at);
      done.set(inner, rebuilt);
      return rebuilt;
    };
    return at(id);
  }
}
