import type { IrNode, NodeId, Program } from "./nodes.js";
import { operandsOf, renameOperands } from "./operands.js";
import type { NodePool } from "./pool.js";

/** The part of a pool that one vote needs, renumbered in dependency order: equal LFs give equal programs. */
export function extractProgram(pool: NodePool, root: NodeId, labels: readonly string[]): Program {
  const nodes: IrNode[] = [];
  const renumbered = new Map<NodeId, NodeId>();
  // Explicit stack: how deep a guest's expression is must not decide whether this function overflows.
  const pending: { readonly id: NodeId; readonly ready: boolean }[] = [{ id: root, ready: false }];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    if (renumbered.has(item.id)) continue;
    const node = pool.at(item.id);
    if (item.ready) {
      renumbered.set(item.id, nodes.length);
      nodes.push(renameOperands(node, (operand) => renumbered.get(operand) ?? raiseUnordered()));
    } else {
      pending.push({ id: item.id, ready: true });
      for (const operand of operandsOf(node).toReversed()) pending.push({ id: operand, ready: false });
    }
  }
  return Object.freeze({
    nodes: Object.freeze(nodes.map((node) => Object.freeze(node))),
    root: nodes.length - 1,
    labels,
  });
}

function raiseUnordered(): never {
  throw new RangeError("An operand comes after its user.");
}

/** The node of a program. */
export function nodeOf(program: Program, id: NodeId): IrNode {
  const node = program.nodes[id];
  if (node === undefined) throw new RangeError(`No node ${id}.`);
  return node;
}
