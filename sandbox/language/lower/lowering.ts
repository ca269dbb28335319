import type { ErrorCode } from "@flamenco/policies/errors";
import type { Kind } from "@flamenco/policies/wire";
import { type NodeId, NodePool } from "../ir/index.js";
import { limits } from "../limits.js";
import type { RefusalLog } from "../syntax/index.js";
import ts from "../typescript.cjs";
import { type FoundLiteral, PrivateLiteralFinder } from "./private-literals.js";
import { Scope } from "./scope.js";
import { type Helper, unknownValue, type Value } from "./values.js";

/** The work budget is spent: nothing more of this file is lowered. */
export class BudgetSpent extends Error {}

/** Lowers one expression; handed in, so that the files that lower its parts need not import the one that lowers them all. */
export type LowerExpression = (lowering: Lowering, node: ts.Expression, scope: Scope) => Value;

/** State of lowering one file: the pool, the budget, and what the function in hand has been found to do. */
export class Lowering {
  readonly pool = new NodePool();
  readonly module = new Scope();
  /** Helpers being inlined, outermost first. */
  readonly calls: Helper[] = [];
  /** Names that the file declares anywhere at its top. */
  readonly declared = new Set<string>();
  readonly literalFinder: PrivateLiteralFinder;
  /** The LF, helper or constant in hand. */
  #item: string | undefined;
  #tainted = false;
  #steps = 0;
  #depth = 0;
  #literals: (FoundLiteral & { readonly position: number })[] = [];

  constructor(
    readonly source: ts.SourceFile,
    readonly log: RefusalLog,
    readonly kind: Kind,
    readonly labels: readonly string[],
    readonly granted: ReadonlySet<string>,
    private readonly lowerExpression: LowerExpression,
  ) {
    this.literalFinder = new PrivateLiteralFinder(this.pool, kind);
  }

  /** Start on another top-level function or constant. */
  begin(item: string): void {
    this.#item = item;
    this.#tainted = false;
    this.#literals = [];
  }

  /** True when the item in hand, or something it uses, was refused. */
  get tainted(): boolean {
    return this.#tainted;
  }

  get literals(): readonly (FoundLiteral & { readonly position: number })[] {
    return this.#literals;
  }

  /** Record a refusal at the node; the value that stands for it fits everywhere. */
  refuse(node: ts.Node, code: ErrorCode, message: string): Value {
    this.log.refuse(code, positionOf(node, this.source), message, this.#item);
    return this.unknown();
  }

  /** The unknown value; whoever meets it has no program. */
  unknown(): Value {
    this.#tainted = true;
    return unknownValue;
  }

  warn(node: ts.Node, message: string): void {
    if (this.#item !== undefined) this.log.warn(positionOf(node, this.source), message, this.#item);
  }

  /** Remember the literals that a comparison ties to the author's network. */
  noteLiterals(node: ts.Node, found: readonly FoundLiteral[]): void {
    for (const literal of found) this.#literals.push({ ...literal, position: positionOf(node, this.source) });
  }

  /** What an expression stands for. Refusals are recorded and give the unknown value, so that several are found at once. */
  expression(node: ts.Expression, scope: Scope): Value {
    return this.step(node, () => this.lowerExpression(this, node, scope));
  }

  /** One step of work at a node, with its depth counted while `work` runs. */
  step<Result>(node: ts.Node, work: () => Result): Result {
    this.#steps += 1;
    if (this.#steps > limits.loweringSteps) this.#spend(node, `The file needs more than ${limits.loweringSteps} steps`);
    if (this.#depth >= limits.syntaxDepth)
      this.#spend(node, `Expressions and helpers nest deeper than ${limits.syntaxDepth}`);
    this.#depth += 1;
    try {
      return work();
    } finally {
      this.#depth -= 1;
    }
  }

  #spend(node: ts.Node, what: string): never {
    this.refuse(node, "FLM_LF_LIMIT", `${what}. Helpers count at every call: make them smaller, or split the file.`);
    throw new BudgetSpent();
  }

  /** The node of a number; for unknown, a field without a name that no accepted program holds. */
  numberOf(value: Value, node: ts.Node, use: string): NodeId {
    if (value.type === "number") return value.node;
    if (value.type !== "unknown") this.refuse(node, "FLM_LF_TYPE", wrongType(value.type, "a number", use));
    return this.pool.field("");
  }

  /** The node of a boolean; likewise. */
  booleanOf(value: Value, node: ts.Node, use: string): NodeId {
    if (value.type === "boolean") return value.node;
    if (value.type !== "unknown") this.refuse(node, "FLM_LF_TYPE", wrongType(value.type, "a boolean", use));
    return this.pool.flag("");
  }
}

function wrongType(found: Value["type"], wanted: string, use: string): string {
  const advice: Partial<Record<Value["type"], string>> = {
    number: " Numbers are not conditions: compare, for example with > 0.",
    category: " Compare a category with text: === or includes.",
    text: " Text is a label to return, or compared with a category.",
    vote: " A vote can only be returned.",
    helper: " Call the function.",
    languageFunction: " Call the function.",
    row: " Read one of its fields.",
    statistics: " Read one statistic: stats.bytes.p75.",
    fieldStatistics: " Read one statistic: stats.bytes.p75.",
  };
  return `${use} needs ${wanted}; the language never converts.${advice[found] ?? ""}`;
}

function positionOf(node: ts.Node, source: ts.SourceFile): number {
  return ts.isSourceFile(node) ? 0 : node.getStart(source);
}
