import { type EscapeProgram, reach } from "./escape-program.js";

/** What makes two runs differ: time, randomness, place and language. */
export const clocks: readonly EscapeProgram[] = [
  reach("Date.now", "reads the clock", "Date.now()"),
  reach("new Date", "reads the clock as an object", "new Date().getTime()"),
  reach("performance.now", "reads a fine clock", "performance.now()"),
  reach("high resolution time", "reads the finest clock", "process.hrtime.bigint()"),
  reach("Math.random", "draws a number", "Math.random === undefined ? undefined : Math.random()"),
  reach("crypto", "draws strong numbers", "crypto.getRandomValues(new Uint8Array(1))"),
  reach("Intl", "asks for language and time zone", "Intl.DateTimeFormat().resolvedOptions().timeZone"),
  reach("toLocaleString", "writes a number in the host's language", "(1.5).toLocaleString()"),
  reach("localeCompare", "compares in the host's language", '"a".localeCompare("b")'),
  reach("toLocaleUpperCase", "maps letters in the host's language", '"i".toLocaleUpperCase()'),
  reach("time zone", "asks where the host is", "new Date(0).getTimezoneOffset()"),
  reach("navigator", "asks the host's language and cores", "navigator.hardwareConcurrency"),
  reach("memory", "measures the host's memory", "process.memoryUsage().rss"),
  reach("depth of the stack", "measures what is left of the stack as text", "new Error().stack.length"),
  reach("order of a sort", "asks how the engine sorts", "[3, 1, 2].sort()[0]"),
];
