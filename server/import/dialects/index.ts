export { cellValueSql, formTitles, isMissingCellSql } from "./cell-forms.js";
export { fittingDialect, headersOf, knownHeaders, lackingFields } from "./detection.js";
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
export { dialectNames, dialects, dialectsNamed } from "./dialects.js";
export { isMissingTimeSql, startTimeSql } from "./time-forms.js";
