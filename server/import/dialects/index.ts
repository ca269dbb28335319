export { cellValueSql, isMissingCellSql, missingReasonOf } from "./cell-forms.js";
export { fits, fittingDialect, headersOf, knownHeaders, lackingFields } from "./detection.js";
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
export { describeMapping, type MappingRow, remarkOf } from "./mapping.js";
export { isMissingTimeSql, startTimeSql, timeFormTitles } from "./time-forms.js";
export { zeekJsonFormat } from "./zeek-json-format.js";
