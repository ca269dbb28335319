import { type Field, type Kind, type StatisticName, statisticNames } from "@flamenco/policies/wire";
import { abstainName, languageConstants, languageModule, rowTypeName } from "../vocabulary.js";

const typeOf: Readonly<Record<Field["type"], string>> = Object.freeze({
  number: "number",
  integer: "number",
  category: "string",
  boolean: "boolean",
});

const statisticMeanings: Readonly<Record<StatisticName, string>> = Object.freeze({
  count: "Values that are present.",
  mean: "Mean.",
  sd: "Standard deviation (n-1).",
  p5: "5th percentile.",
  p10: "10th percentile.",
  p25: "25th percentile.",
  p50: "Median.",
  p75: "75th percentile.",
  p90: "90th percentile.",
  p95: "95th percentile.",
});

const accessNotes: Readonly<Record<Field["access"], string>> = Object.freeze({
  universal: " Means the same on every network: compare with literals.",
  ordinary: "",
  private: " Private: readable only where an operator's policy grants it.",
});

/** Text that cannot end the comment it stands in. */
const comment = (text: string): string => `/** ${text.replaceAll("*/", "* /")} */`;

function fieldLines(field: Field): string[] {
  const meaning = `${field.meaning[0]?.toUpperCase() ?? ""}${field.meaning.slice(1)}.`;
  const unit = field.unit === "" ? "" : ` Unit: ${field.unit}.`;
  return [
    `    ${comment(`${meaning}${unit}${accessNotes[field.access]}`)}`,
    `    readonly ${field.name}: ${typeOf[field.type]};`,
  ];
}

/**
 * The declaration file of `@flamenco/lf` for one kind and task, that `lf init` writes beside an author's sources, so that
 * an editor completes fields, explains them and checks labels offline. Types and constants only: nothing of it runs.
 */
export function authorTypes(kind: Kind, labels: readonly string[]): string {
  const row = rowTypeName(kind);
  const votes = labels.map((label) => JSON.stringify(label)).join(" | ");
  return [
    `// Types of ${languageModule} for ${kind.name}. Written by \`flamenco lf init\`; do not edit.`,
    `declare module ${JSON.stringify(languageModule)} {`,
    `  ${comment("No opinion on this row.")}`,
    `  export const ${abstainName}: unique symbol;`,
    `  ${comment("What a labeling function returns: a label of the task, or no opinion.")}`,
    `  export type Vote = ${votes} | typeof ${abstainName};`,
    "",
    `  ${comment(`${kind.title} A predicate that meets a missing value makes the labeling function abstain.`)}`,
    `  export interface ${row} {`,
    ...kind.fields.flatMap(fieldLines),
    "  }",
    "",
    `  ${comment("Statistics of one field over the operator's dataset. No minimum and no maximum: each is one row's value.")}`,
    "  export interface FieldStatistics {",
    ...statisticNames.flatMap((name) => [`    ${comment(statisticMeanings[name])}`, `    readonly ${name}: number;`]),
    "  }",
    "",
    `  ${comment("Statistics of every numeric field: `stats.bytes.p75`.")}`,
    "  export type Stats<Row> = { readonly [Name in keyof Row as Row[Name] extends number ? Name : never]: FieldStatistics };",
    "",
    ...Object.entries(languageConstants).flatMap(([name, { value, meaning }]) => [
      `  ${comment(`${meaning}.`)}`,
      `  export const ${name}: ${value};`,
    ]),
    "",
    `  ${comment("At least `count` of the conditions hold.")}`,
    "  export function atLeast(count: number, ...conditions: boolean[]): boolean;",
    `  ${comment("low <= value and value <= high.")}`,
    "  export function between(value: number, low: number, high: number): boolean;",
    "}",
    "",
  ].join("\n");
}
