import type { NodeId } from "../ir/index.js";
import type ts from "../typescript.cjs";
import type { LanguageFunction } from "../vocabulary.js";

/** A module-level function: inlined wherever it is called. */
export interface Helper {
  readonly name: string;
  readonly parameters: readonly ts.ParameterDeclaration[];
  readonly body: ts.ConciseBody;
  readonly node: ts.Node;
}

/** What an expression stands for while it is lowered. Only numbers, booleans and votes become nodes of a program. */
export type Value =
  | { readonly type: "number"; readonly node: NodeId }
  | { readonly type: "boolean"; readonly node: NodeId }
  | { readonly type: "vote"; readonly node: NodeId }
  /** A string literal: a label or a category's value, by where it is used. */
  | { readonly type: "text"; readonly text: string; readonly origin: ts.Node }
  | { readonly type: "category"; readonly field: string }
  | { readonly type: "numbers"; readonly values: readonly number[] }
  | { readonly type: "texts"; readonly values: readonly string[] }
  | { readonly type: "row" }
  | { readonly type: "statistics" }
  | { readonly type: "fieldStatistics"; readonly field: string }
  | { readonly type: "helper"; readonly helper: Helper }
  | { readonly type: "languageFunction"; readonly name: LanguageFunction }
  /** Something refused, or a helper's parameter of unknown type: fits everywhere, so that one mistake is told once. */
  | { readonly type: "unknown" };

export type ValueType = Value["type"];

export const unknownValue: Value = Object.freeze({ type: "unknown" });

const descriptions: Readonly<Record<ValueType, string>> = Object.freeze({
  number: "a number",
  boolean: "a boolean",
  vote: "a vote",
  text: "text",
  category: "a category",
  numbers: "a constant array of numbers",
  texts: "a constant array of texts",
  row: "the row",
  statistics: "the statistics",
  fieldStatistics: "the statistics of a field",
  helper: "a function",
  languageFunction: "a function",
  unknown: "something unknown",
});

/** A value's type in words, for messages. */
export function describeValue(value: Value): string {
  return value.type === "category" ? `the category ${value.field}` : descriptions[value.type];
}
