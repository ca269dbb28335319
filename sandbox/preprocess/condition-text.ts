import { FlamencoError } from "@flamenco/policies/errors";
import { preprocessLimits } from "./limits.js";

const operators = ["<=", ">=", "!=", "=", "<", ">"] as const;

/** A condition on the columns of one row. */
export type Condition =
  | { readonly kind: "all" | "any"; readonly of: readonly Condition[] }
  | { readonly kind: "not"; readonly of: Condition }
  | { readonly kind: "missing"; readonly column: string }
  | {
      readonly kind: "compare";
      readonly column: string;
      readonly operator: (typeof operators)[number];
      readonly value: number | string;
    };

interface Token {
  readonly kind: "name" | "word" | "number" | "text" | "sign" | "end";
  readonly text: string;
  readonly at: number;
}

/**
 * Parse a condition. Nothing of it is ever run as code; the whole grammar is
 *
 *     any     = all { "or" all }
 *     all     = one { "and" one }
 *     one     = "not" one | "(" any ")" | column ("is" ["not"] "missing" | operator (number | 'text'))
 *     column  = a name of letters, digits and _ . or any heading in "double quotes"
 *
 * @throws FLM_USAGE naming the character where it ends to be one, FLM_TOO_LARGE
 */
export function parseCondition(text: string): Condition {
  if (text.length > preprocessLimits.conditionCharacters) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `A condition has at most ${preprocessLimits.conditionCharacters} characters.`,
    );
  }
  return new ConditionParser(readTokens(text)).parse();
}

const keywords: ReadonlySet<string> = new Set(["and", "or", "not", "is", "missing"]);
const token =
  /(?:(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<bare>[A-Za-z_][\w.]*)|"(?<name>[^"]+)"|'(?<text>[^']*)'|(?<sign><=|>=|!=|=|<|>|\(|\)))/y;

function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  for (let at = 0; at < end; ) {
    at += text.slice(at).search(/\S/);
    token.lastIndex = at;
    const found = token.exec(text);
    if (found === null) throw misread(at, "something that no condition holds");
    const { number, bare, name, text: quoted, sign } = found.groups!;
    if (number !== undefined) tokens.push({ kind: "number", text: number, at });
    else if (bare !== undefined) tokens.push({ kind: keywords.has(bare) ? "word" : "name", text: bare, at });
    else if (name !== undefined) tokens.push({ kind: "name", text: name, at });
    else if (quoted !== undefined) tokens.push({ kind: "text", text: quoted, at });
    else tokens.push({ kind: "sign", text: sign!, at });
    at = token.lastIndex;
  }
  return [...tokens, { kind: "end", text: "", at: end }];
}

const misread = (at: number, found: string): FlamencoError =>
  new FlamencoError("FLM_USAGE", `The condition is not understood at character ${at + 1}: there is ${found}.`);

class ConditionParser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Condition {
    const condition = this.#any();
    if (this.#peek().kind !== "end") throw misread(this.#peek().at, "more than one condition");
    return condition;
  }

  #any(): Condition {
    return this.#series("or", "any", () => this.#series("and", "all", () => this.#one()));
  }

  #series(word: string, kind: "all" | "any", part: () => Condition): Condition {
    const parts = [part()];
    while (this.#take("word", word)) parts.push(part());
    return parts.length === 1 ? parts[0]! : { kind, of: parts };
  }

  #one(): Condition {
    if (this.#depth >= preprocessLimits.conditionDepth) throw misread(this.#peek().at, "too deep a nesting");
    this.#depth++;
    const condition = this.#nested();
    this.#depth--;
    return condition;
  }

  #nested(): Condition {
    if (this.#take("word", "not")) return { kind: "not", of: this.#one() };
    if (this.#take("sign", "(")) {
      const inner = this.#any();
      if (!this.#take("sign", ")")) throw misread(this.#peek().at, "no closing parenthesis");
      return inner;
    }
    const column = this.#peek();
    if (column.kind !== "name") throw misread(column.at, "no column");
    this.#next++;
    if (this.#take("word", "is")) return this.#missing(column.text);
    const sign = this.#peek();
    const operator = operators.find((candidate) => sign.kind === "sign" && candidate === sign.text);
    if (operator === undefined) throw misread(sign.at, `no comparison (${operators.join(" ")}, is missing)`);
    this.#next++;
    const value = this.#peek();
    if (value.kind !== "number" && value.kind !== "text") throw misread(value.at, "neither a number nor a 'text'");
    if (value.kind === "text" && operator !== "=" && operator !== "!=")
      throw misread(value.at, "a text, which has no order");
    this.#next++;
    const read = value.kind === "number" ? Number(value.text) : value.text;
    return { kind: "compare", column: column.text, operator, value: read };
  }

  #missing(column: string): Condition {
    const negated = this.#take("word", "not");
    if (!this.#take("word", "missing")) throw misread(this.#peek().at, "no `missing` after `is`");
    return negated ? { kind: "not", of: { kind: "missing", column } } : { kind: "missing", column };
  }

  #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  #take(kind: Token["kind"], text: string): boolean {
    const found = this.#peek();
    if (found.kind !== kind || found.text !== text) return false;
    this.#next++;
    return true;
  }
}
