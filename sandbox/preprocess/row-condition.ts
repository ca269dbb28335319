import { FlamencoError } from "@flamenco/policies/errors";
import { type ColumnTable, type ColumnValues, columnOf, rowsOf } from "./column-table.js";
import { type Condition, parseCondition } from "./condition-text.js";

type Comparison = Extract<Condition, { kind: "compare" }>;

/** A rule's condition, parsed, with the columns that it compares with numbers and with texts. */
export interface RowCondition {
  readonly condition: Condition;
  readonly numericColumns: readonly string[];
  readonly textColumns: readonly string[];
}

/**
 * Read the text of a condition, for example `dstPort = 123 and (bytes > 400 or packets > 10)`.
 * @throws FLM_USAGE naming the character where it is not understood
 */
export function readCondition(text: string): RowCondition {
  const condition = parseCondition(text);
  const [numericColumns, textColumns] = [new Set<string>(), new Set<string>()];
  const visit = (node: Condition): void => {
    if (node.kind === "compare") (typeof node.value === "number" ? numericColumns : textColumns).add(node.column);
    if (node.kind === "not") visit(node.of);
    if (node.kind === "all" || node.kind === "any") node.of.forEach(visit);
  };
  visit(condition);
  return { condition, numericColumns: [...numericColumns], textColumns: [...textColumns] };
}

/**
 * Rows on which a condition holds, 1 each. A comparison with a missing value does not hold, whichever way it points.
 * @throws FLM_FIELD_MISSING, FLM_SCHEMA when a text column is compared with a number or a number with a text
 */
export function selectRows(table: ColumnTable, { condition }: RowCondition): Uint8Array {
  const rows = rowsOf(table);
  const evaluate = (node: Condition): Uint8Array => {
    switch (node.kind) {
      case "all":
        return node.of.map(evaluate).reduce((mask, other) => mask.map((bit, row) => bit & other[row]!));
      case "any":
        return node.of.map(evaluate).reduce((mask, other) => mask.map((bit, row) => bit | other[row]!));
      case "not":
        return evaluate(node.of).map((bit) => 1 - bit);
      case "missing": {
        const column = columnOf(table, node.column);
        return Uint8Array.from({ length: rows }, (_, row) => (isMissing(column[row]!) ? 1 : 0));
      }
      case "compare":
        return compareColumn(columnOf(table, node.column), node);
    }
  };
  return evaluate(condition);
}

const isMissing = (value: number | string) => value === "" || Number.isNaN(value);

const holds: Readonly<Record<Comparison["operator"], (a: number | string, b: number | string) => boolean>> = {
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

function compareColumn(values: ColumnValues, { column, operator, value }: Comparison): Uint8Array {
  if (values instanceof Float64Array !== (typeof value === "number")) {
    const [is, with_] = values instanceof Float64Array ? ["numbers", "a text"] : ["text", "a number"];
    throw new FlamencoError("FLM_SCHEMA", `The column ${column} holds ${is} and is compared with ${with_}.`);
  }
  const test = holds[operator];
  const mask = new Uint8Array(values.length);
  for (let row = 0; row < values.length; row++) {
    mask[row] = !isMissing(values[row]!) && test(values[row]!, value) ? 1 : 0;
  }
  return mask;
}
