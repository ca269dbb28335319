import { didYouMean } from "../near-names.js";
import { quoteGuestText } from "../syntax/index.js";
import ts from "../typescript.cjs";
import {
  abstainName,
  languageConstants,
  languageFunctions,
  languageModule,
  languageTypes,
  languageValues,
  rowTypeName,
  rowTypeNames,
} from "../vocabulary.js";
import type { Lowering } from "./lowering.js";
import type { Value } from "./values.js";

/** `import { ABSTAIN, UDP, type Flow } from "@flamenco/lf"`: names from a closed list, as they are. */
export function lowerImport(lowering: Lowering, node: ts.ImportDeclaration): void {
  const { moduleSpecifier, importClause } = node;
  if (!ts.isStringLiteral(moduleSpecifier) || moduleSpecifier.text !== languageModule) {
    const message = `Only "${languageModule}" can be imported; helpers and constants stand in the file that uses them.`;
    lowering.refuse(moduleSpecifier, "FLM_LF_CONSTRUCT", message);
    return;
  }
  const bindings = importClause?.namedBindings;
  if (
    importClause === undefined ||
    importClause.name !== undefined ||
    bindings === undefined ||
    !ts.isNamedImports(bindings)
  ) {
    lowering.refuse(
      node,
      "FLM_LF_CONSTRUCT",
      `Import by name: import { ABSTAIN, type Flow } from "${languageModule}".`,
    );
    return;
  }
  for (const specifier of bindings.elements) {
    importName(lowering, specifier, importClause.isTypeOnly || specifier.isTypeOnly);
  }
}

function importName(lowering: Lowering, specifier: ts.ImportSpecifier, typeOnly: boolean): void {
  const name = specifier.name.text;
  if (specifier.propertyName !== undefined) {
    lowering.refuse(
      specifier,
      "FLM_LF_CONSTRUCT",
      `Import ${quoteGuestText(specifier.propertyName.text)} as it is: one name, one meaning.`,
    );
    return;
  }
  const types: readonly string[] = [rowTypeName(lowering.kind), ...languageTypes];
  if (types.includes(name)) return;
  const value = typeOnly ? undefined : importedValue(lowering, name);
  if (value === undefined) {
    lowering.refuse(specifier, "FLM_LF_NAME", unknownImport(lowering, name, types));
  } else if (lowering.module.lookUp(name) !== undefined) {
    lowering.refuse(specifier, "FLM_LF_NAME", `${name} is imported twice.`);
  } else {
    lowering.module.bind(name, value);
  }
}

function importedValue(lowering: Lowering, name: string): Value | undefined {
  if (name === abstainName) return { type: "vote", node: lowering.pool.vote(null) };
  const languageFunction = languageFunctions.find((candidate) => candidate === name);
  if (languageFunction !== undefined) return { type: "languageFunction", name: languageFunction };
  const constant = Object.hasOwn(languageConstants, name) ? languageConstants[name] : undefined;
  return constant === undefined ? undefined : { type: "number", node: lowering.pool.number(constant.value) };
}

function unknownImport(lowering: Lowering, name: string, types: readonly string[]): string {
  if (rowTypeNames().includes(name)) {
    return `${name} is a row of another kind; this package is for ${lowering.kind.name}, whose row type is ${rowTypeName(lowering.kind)}.`;
  }
  return `${languageModule} has no ${quoteGuestText(name)}.${didYouMean(name, [...languageValues, ...types])}`;
}
