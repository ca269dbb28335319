export { cellValueSql } from "./cell-forms.js";
export { type CellForm, type Dialect, type NumericColumn, normalizeHeader, type TextColumn } from "./dialect.js";
export { dialectNames, dialectsNamed } from "./dialects.js";
export { isWithoutDateSql, startTimeSql } from "./start-time-sql.js";
