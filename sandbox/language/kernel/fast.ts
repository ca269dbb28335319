import { type IrNode, type IrVisitor, type NodeId, type NodePool, operandsOf, visitNode } from "../ir/index.js";
import { numberTestText } from "./careful.js";
import { categoryText, type KernelInputs, membershipText, numberText } from "./names.js";

/** Text nested deeper than this gets a name, so that no engine's parser sees a tower. */
const nestingOfText = 12;

/** Conditions no deeper than this are cheaper computed than jumped over. */
const nestingOfJumps = 3;

/** A node that costs nothing to repeat. */
const isLeaf = (node: IrNode): boolean => operandsOf(node).length === 0 && node.kind !== "category";

/**
 * The fast form: JavaScript expressions over rows in which nothing is missing. Parts used twice, by whichever LF, are
 * computed once a row; parts that no row changes once a kernel. Everything is pure, so computing early is safe.
 */
export class FastForm {
  readonly #pool: NodePool;
  readonly #inputs: KernelInputs;
  readonly #uses = new Map<NodeId, number>();
  readonly #texts = new Map<NodeId, { readonly text: string; readonly nesting: number }>();
  readonly #once: string[] = [];
  readonly #eachRow: string[] = [];

  /** @param roots conditions of all LFs; the pool is in dependency order. */
  constructor(pool: NodePool, inputs: KernelInputs, roots: Iterable<NodeId>) {
    this.#pool = pool;
    this.#inputs = inputs;
    const pending = [...roots];
    for (const root of pending) this.#uses.set(root, (this.#uses.get(root) ?? 0) + 1);
    const seen = new Set<NodeId>();
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      const node = pool.at(id);
      // Their operand stands in the text more than once.
      const weight = node.kind === "membership" || node.kind === "numberTest" ? 2 : 1;
      for (const operand of operandsOf(node)) {
        this.#uses.set(operand, (this.#uses.get(operand) ?? 0) + weight);
        pending.push(operand);
      }
    }
    for (const id of [...seen].sort((a, b) => a - b)) this.#define(id);
  }

  /** Statements before the rows. */
  get once(): readonly string[] {
    return this.#once;
  }

  /** Statements at the start of every row. */
  get eachRow(): readonly string[] {
    return this.#eachRow;
  }

  textOf(id: NodeId): string {
    return this.#texts.get(id)?.text ?? raiseUndefined(id);
  }

  #nestingOf(id: NodeId): number {
    return this.#texts.get(id)?.nesting ?? 0;
  }

  #define(id: NodeId): void {
    const node = this.#pool.at(id);
    const text = visitNode(this.#visitor, node, id);
    const nesting = 1 + Math.max(0, ...operandsOf(node).map((operand) => this.#nestingOf(operand)));
    const constant = !this.#pool.dependsOnRow(id);
    const named = !isLeaf(node) && (constant || nesting > nestingOfText || (this.#uses.get(id) ?? 0) > 1);
    if (!named) {
      this.#texts.set(id, { text, nesting });
      return;
    }
    (constant ? this.#once : this.#eachRow).push(`const t${id} = ${text};`);
    this.#texts.set(id, { text: `t${id}`, nesting: 0 });
  }

  readonly #visitor: IrVisitor<string> = {
    number: ({ value }) => numberText(value),
    field: ({ field }) => this.#inputs.column(field),
    statistic: ({ field, statistic }) => this.#inputs.statistic(field, statistic),
    negate: ({ operand }) => `(-${this.textOf(operand)})`,
    arithmetic: ({ operator, left, right }) => `(${this.textOf(left)} ${operator} ${this.textOf(right)})`,
    math: ({ function: name, operands }) => `${name}(${operands.map((id) => this.textOf(id)).join(", ")})`,
    boolean: ({ value }) => String(value),
    comparison: ({ operator, left, right }) => `(${this.textOf(left)} ${operator} ${this.textOf(right)})`,
    membership: ({ operand, values }) => membershipText(this.textOf(operand), values),
    category: ({ field, values }) =>
      categoryText(
        this.#inputs.column(field),
        values.map((value) => this.#inputs.category(field, value)),
      ),
    flag: ({ field }) => `(${this.#inputs.column(field)} === 1)`,
    numberTest: ({ test, operand }) => `(${numberTestText(test, this.textOf(operand))})`,
    not: ({ operand }) => `(!${this.textOf(operand)})`,
    logic: ({ operator, left, right }) => {
      // On booleans `&` is `&&` without the jump, which random data mispredicts.
      const short = Math.max(this.#nestingOf(left), this.#nestingOf(right)) <= nestingOfJumps;
      const sign = operator === "and" ? "&" : "|";
      return `(${this.textOf(left)} ${short ? sign : sign + sign} ${this.textOf(right)})`;
    },
    atLeast: ({ count, operands }) =>
      `(${operands.map((id) => `(${this.textOf(id)} ? 1 : 0)`).join(" + ")} >= ${count})`,
    choice: ({ condition, yes, no }) => `(${this.textOf(condition)} ? ${this.textOf(yes)} : ${this.textOf(no)})`,
    vote: (_node, id) => raiseUndefined(id),
  };
}

function raiseUndefined(id: NodeId): never {
  throw new RangeError(`Node ${id} has no text.`);
}
