import { didYouMean } from "../near-names.js";
import { quoteGuestText } from "../syntax/index.js";
import ts from "../typescript.cjs";
import { abstainName, languageModule, languageValues } from "../vocabulary.js";
import type { Lowering } from "./lowering.js";
import type { Scope } from "./scope.js";
import type { Value } from "./values.js";

const outside = "A vote may depend on one row and the statistics alone: there is no outside world.";
const nowhere = "There are only numbers, booleans and categories.";

/** Well-known names that people try, and what to write instead. */
const globals: ReadonlyMap<string, string> = new Map([
  ["undefined", `Return ${abstainName} for no opinion; ask for a missing value with Number.isNaN(flow.x).`],
  ["NaN", "Ask with Number.isNaN(x)."],
  ["Infinity", "Ask with Number.isFinite(x)."],
  ["isNaN", "Write Number.isNaN(x)."],
  ["isFinite", "Write Number.isFinite(x)."],
  ["parseInt", "Fields are numbers already."],
  ["parseFloat", "Fields are numbers already."],
  ["Math", "Call one of its functions: Math.abs(x)."],
  ["Number", "Write Number.isNaN(x) or Number.isFinite(x)."],
  ...[
    "globalThis",
    "window",
    "self",
    "global",
    "process",
    "require",
    "module",
    "exports",
    "fetch",
    "console",
    "document",
  ].map((name): [string, string] => [name, outside]),
  ...["Date", "performance", "crypto", "setTimeout", "setInterval", "queueMicrotask", "Promise", "Atomics"].map(
    (name): [string, string] => [name, outside],
  ),
  ...["eval", "Function", "Reflect", "Proxy", "WebAssembly", "arguments"].map((name): [string, string] => [
    name,
    "Nothing in the language runs text or reaches behind a value.",
  ]),
  ...[
    "Object",
    "Array",
    "String",
    "Boolean",
    "Symbol",
    "BigInt",
    "Map",
    "Set",
    "WeakMap",
    "WeakRef",
    "JSON",
    "RegExp",
  ].map((name): [string, string] => [name, nowhere]),
]);

/** Names that every object answers to; nobody needs them for a const. */
const inherited: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), "prototype"]);

/** What the name stands for; FLM_LF_NAME with near names when nothing does. */
export function resolveName(lowering: Lowering, node: ts.Identifier, scope: Scope): Value {
  const name = node.text;
  const value = scope.lookUp(name);
  if (value !== undefined) return value.type === "unknown" ? lowering.unknown() : value;
  const quoted = quoteGuestText(name);
  const advice = globals.get(name);
  if (advice !== undefined) return lowering.refuse(node, "FLM_LF_NAME", `The language has no ${name} here. ${advice}`);
  if (languageValues.includes(name)) {
    return lowering.refuse(
      node,
      "FLM_LF_NAME",
      `${name} is not imported. Write import { ${name} } from "${languageModule}".`,
    );
  }
  if (lowering.declared.has(name)) {
    return lowering.refuse(node, "FLM_LF_NAME", `${quoted} is used before it is declared. Move its declaration up.`);
  }
  return lowering.refuse(
    node,
    "FLM_LF_NAME",
    `Nothing is named ${quoted}.${didYouMean(name, [...scope.names(), ...languageValues])}`,
  );
}

const namePattern = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Give a value its name; every name means one thing in all that can see it. @returns false when the name was refused. */
export function bindName(lowering: Lowering, node: ts.BindingName, value: Value, scope: Scope): boolean {
  if (!ts.isIdentifier(node)) {
    lowering.refuse(
      node,
      "FLM_LF_CONSTRUCT",
      "The language has no destructuring. Name the row and read its fields: flow.bytes.",
    );
    return false;
  }
  const name = node.text;
  const problem = nameProblem(name, scope);
  if (problem !== undefined) lowering.refuse(node, "FLM_LF_NAME", problem);
  scope.bind(name, problem === undefined ? value : lowering.unknown());
  return problem === undefined;
}

function nameProblem(name: string, scope: Scope): string | undefined {
  const quoted = quoteGuestText(name);
  if (!namePattern.test(name)) {
    return `The name ${quoted} is not permitted. Use at most 64 letters, digits and underscores (A-Z, a-z, 0-9, _).`;
  }
  if (globals.has(name) || inherited.has(name))
    return `The name ${quoted} means something else already. Choose another.`;
  if (scope.lookUp(name) !== undefined) return `${quoted} is declared already. One name, one meaning: choose another.`;
  if (languageValues.includes(name)) return `${name} is a name of ${languageModule}. Import it, or choose another.`;
  return undefined;
}
