import type { LfRow } from "@flamenco/language";
import type { DatasetStatistics } from "@flamenco/policies/wire";
import fc from "fast-check";
import { imports } from "./programs.js";

const fields = ["size", "gap", "count", "port"];
const percentiles = ["p5", "p10", "p25", "p50", "p75", "p90", "p95"];

const literal = fc.constantFrom("0", "1", "2", "3", "6", "0.5", "9", "123", "65535", "1000000");
const field = fc.constantFrom(...fields).map((name) => `row.${name}`);
const statistic = fc
  .tuple(fc.constantFrom(...fields), fc.constantFrom("mean", "sd", "count", ...percentiles))
  .map(([name, stat]) => `stats.${name}.${stat}`);

const list = (texts: readonly string[]): string => texts.join(", ");

/** Expressions as text, numbers and booleans of bounded depth, over every construct of the language. */
const { boolean } = fc.letrec<{ number: string; boolean: string; predicate: string }>((tie) => {
  const number = tie("number");
  const condition = tie("boolean");
  const two = fc.tuple(number, number);
  return {
    number: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      field,
      literal,
      statistic,
      two.chain(([a, b]) => fc.constantFrom("+", "-", "*", "/").map((operator) => `(${a} ${operator} ${b})`)),
      number.map((a) => `(-${a})`),
      fc
        .tuple(fc.constantFrom("abs", "floor", "ceil", "round", "trunc", "sqrt", "sign", "log", "exp"), number)
        .map(([name, a]) => `Math.${name}(${a})`),
      fc.tuple(fc.constantFrom("min", "max", "pow"), two).map(([name, [a, b]]) => `Math.${name}(${a}, ${b})`),
      fc.tuple(condition, two).map(([c, [a, b]]) => `(${c} ? ${a} : ${b})`),
    ),
    predicate: fc.oneof(
      fc
        .tuple(fc.constantFrom("<", "<=", ">", ">=", "===", "!=="), field, fc.oneof(literal, statistic))
        .map(([operator, a, b]) => `(${a} ${operator} ${b})`),
      fc
        .tuple(fc.constantFrom("<", "<=", ">", ">=", "===", "!=="), two)
        .map(([operator, [a, b]]) => `(${a} ${operator} ${b})`),
      fc
        .tuple(fc.uniqueArray(literal, { minLength: 1, maxLength: 9 }), number)
        .map(([values, a]) => `[${list(values)}].includes(${a})`),
      fc
        .tuple(fc.constantFrom("===", "!=="), fc.constantFrom("web", "db", "-0", "ftp"))
        .map(([operator, text]) => `(row.service ${operator} "${text}")`),
      fc.constantFrom('["web", "ftp"].includes(row.service)', '["ftp", "db", "web"].includes(row.service)'),
      fc.constant("row.lost"),
      fc
        .tuple(fc.constantFrom("isNaN", "isFinite"), fc.oneof(field, number))
        .map(([name, a]) => `Number.${name}(${a})`),
      fc.tuple(field, two).map(([a, [low, high]]) => `between(${a}, ${low}, ${high})`),
    ),
    boolean: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      tie("predicate"),
      fc.tuple(fc.constantFrom("&&", "||"), condition, condition).map(([operator, a, b]) => `(${a} ${operator} ${b})`),
      condition.map((a) => `(!${a})`),
      fc.tuple(condition, condition, condition).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      fc.tuple(condition, condition).map(([a, b]) => `(${a} === ${b})`),
      fc
        .array(condition, { minLength: 2, maxLength: 4 })
        .chain((all) => fc.integer({ min: 1, max: all.length }).map((count) => `atLeast(${count}, ${list(all)})`)),
      fc.tuple(number, condition).map(([a, b]) => `helper(row, stats, ${a}, ${b})`),
    ),
  };
}) as { boolean: fc.Arbitrary<string> };

const vote = fc.constantFrom('"attack"', '"benign"', "ABSTAIN");
const statement = fc.oneof(
  fc.tuple(boolean, vote).map(([c, v]) => `if (${c}) return ${v};`),
  fc
    .tuple(boolean, boolean, vote, vote)
    .map(([a, b, v, w]) => `if (${a}) { if (${b}) return ${v}; } else if (${b}) { return ${w}; }`),
);

/** Files with one LF `lf`, and a helper. A few are refused (too large, constant); those are no counterexample. */
export const randomFile: fc.Arbitrary<string> = fc
  .tuple(fc.array(statement, { minLength: 1, maxLength: 4 }), boolean, vote, vote)
  .map(
    ([statements, condition, yes, no]) =>
      `${imports}const helper = (row, stats, x: number, flag: boolean) => (flag ? x <= row.size : x > stats.gap.mean);\n` +
      `export function lf(row, stats) {\n  ${statements.join("\n  ")}\n  const last = ${condition};\n  return last ? ${yes} : ${no};\n}\n`,
  );

const hostileNumber = fc.constantFrom(
  ...[Number.NaN, -0, 0, 1, 2, 3, 4, 6, 9, 123, -5, 0.5, 65535],
  ...[
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    2 ** 53,
    -(2 ** 53),
    Number.MIN_VALUE,
    Number.MAX_VALUE,
    null,
  ],
);

export const hostileRow: fc.Arbitrary<LfRow> = fc.record(
  {
    size: hostileNumber,
    gap: hostileNumber,
    count: hostileNumber,
    port: hostileNumber,
    service: fc.constantFrom("web", "db", "-0", "__proto__", "other", null),
    lost: fc.constantFrom(true, false, null),
  },
  { requiredKeys: [] },
);

/** Statistics as datasets have them: percentiles in order, all there or none, each number finite. */
const columnStatistics = fc
  .tuple(
    fc.array(fc.constantFrom(-5, -0, 0, 1, 2, 3, 4, 6, 9, 123, 1e9), { minLength: 7, maxLength: 7 }),
    fc.constantFrom(0, 1, 4, 1e9),
    fc.constantFrom(null, 0, 2),
    fc.constantFrom(true, true, true, false),
  )
  .map(([values, mean, sd, present]) => {
    const sorted = [...values].sort((a, b) => a - b);
    const at = (index: number): number | null => (present ? (sorted[index] ?? 0) : null);
    const ranks = Object.fromEntries(percentiles.map((name, index) => [name, at(index)]));
    return { count: present ? 10 : 0, mean: present ? mean : null, sd: present ? sd : null, ...ranks };
  });

export const datasetStatistics = fc.record(
  Object.fromEntries(fields.map((name) => [name, columnStatistics])),
) as unknown as fc.Arbitrary<DatasetStatistics>;
