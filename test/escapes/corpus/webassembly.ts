import { attempt, bomb, type EscapeProgram, reach } from "./escape-program.js";

const empty = "new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])";

export const webAssembly: readonly EscapeProgram[] = [
  reach("module", "compiles machine code", `new WebAssembly.Module(${empty})`),
  reach("memory", "takes memory that no heap limit counts", "new WebAssembly.Memory({ initial: 1 })"),
  reach("table", "takes a table of functions", 'new WebAssembly.Table({ element: "anyfunc", initial: 10 })'),
  attempt("instantiate", "waits for machine code", `WebAssembly.instantiate(${empty}).then(() => process.exit(9));`),
  bomb(
    "memory that grows",
    "takes memory beside the heap, page by page",
    "const all = []; for (;;) { const one = new WebAssembly.Memory({ initial: 4096 }); new Uint8Array(one.buffer).fill(1); all.push(one); }",
  ),
];
