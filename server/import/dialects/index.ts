export { cellValueSql, isMissingCellSql } from "./cell-forms.js";
export {
  type CellForm,
  type ComputedField,
  type Dialect,
  type NumericColumn,
  normalizeHeader,
  type TextColumn,
  type TimeColumn,
  type TimeForm,
} from "./dialect.js";
export { dialectNames, dialectsNamed } from "./dialects.js";
export { isMissingTimeSql, startTimeSql } from "./time-forms.js";
