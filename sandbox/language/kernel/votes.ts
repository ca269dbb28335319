import { type IrNode, type NodeId, type NodePool, operandsOf } from "../ir/index.js";
import type { DigitOf } from "./careful.js";
import type { FastForm } from "./fast.js";

/** Vote nodes of one LF, in dependency order. */
export function voteNodes(pool: NodePool, root: NodeId): NodeId[] {
  const seen = new Set<NodeId>();
  const pending = [root];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const node = pool.at(id);
    if (node.kind === "choice") pending.push(node.yes, node.no);
  }
  return [...seen].sort((a, b) => a - b);
}

/** Conditions that one LF's vote chooses by. */
export function voteConditions(pool: NodePool, root: NodeId): NodeId[] {
  return voteNodes(pool, root).flatMap((id) => {
    const node = pool.at(id);
    return node.kind === "choice" ? [node.condition] : [];
  });
}

const nestingOfVotes = 12;

/**
 * One LF's vote as nested conditionals over digits. A part reached twice (what follows an `if`) is named, so the text is
 * as long as the program, not as its expansion.
 */
export function emitVote(
  pool: NodePool,
  root: NodeId,
  fast: FastForm,
  digitOf: DigitOf,
  prefix: string,
): { readonly statements: string[]; readonly text: string } {
  const ids = voteNodes(pool, root);
  const uses = new Map<NodeId, number>();
  for (const id of ids) {
    for (const operand of operandsOf(pool.at(id))) uses.set(operand, (uses.get(operand) ?? 0) + 1);
  }
  const statements: string[] = [];
  const texts = new Map<NodeId, { readonly text: string; readonly nesting: number }>();
  const written = (id: NodeId) => texts.get(id) ?? { text: digitOf(null), nesting: 0 };
  for (const id of ids) {
    const node: IrNode = pool.at(id);
    if (node.kind === "vote") {
      texts.set(id, { text: digitOf(node.label), nesting: 0 });
    } else if (node.kind === "choice") {
      const [yes, no] = [written(node.yes), written(node.no)];
      const condition = fast.textOf(node.condition);
      // One label or nothing, most LFs there are: a mask instead of a jump.
      const masked = no.text === digitOf(null) && yes.nesting === 0;
      const text = masked ? `(-${condition} & ${yes.text})` : `(${condition} ? ${yes.text} : ${no.text})`;
      const nesting = 1 + Math.max(yes.nesting, no.nesting);
      const named = id !== root && (nesting > nestingOfVotes || (uses.get(id) ?? 0) > 1);
      if (named) statements.push(`const ${prefix}${id} = ${text};`);
      texts.set(id, named ? { text: `${prefix}${id}`, nesting: 0 } : { text, nesting });
    }
  }
  return { statements, text: written(root).text };
}
