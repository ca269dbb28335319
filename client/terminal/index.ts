export { renderError, renderReason, toFlamencoError } from "./error-text.js";
export { drawBar, formatCount, formatShare } from "./numbers.js";
export { toBlock, toLine } from "./printable.js";
export { openProgressDisplay, type ProgressDisplay } from "./progress-display.js";
export { describeState } from "./run-state.js";
export { drawTable, placeSideBySide, type TableColumn, widthOf } from "./table.js";
export { type Colors, openTerminal, type Terminal, type TerminalEnvironment } from "./terminal.js";
