import { asKernel, asLf, type EscapeProgram, reach } from "./escape-program.js";

const process = 'constructor("return process")()';

export const reaching: readonly EscapeProgram[] = [
  reach("array to Function", "climbs from a literal to the constructor of functions", `[].constructor.${process}`),
  reach("string to Function", "climbs from text to the constructor of functions", `"".constructor.${process}`),
  reach("number to Function", "climbs from a number to the constructor of functions", `(1).constructor.${process}`),
  reach("row to Function", "climbs from the row to the constructor of functions", `flow.constructor.${process}`),
  reach("field to Function", "climbs from a field's value", `flow.packets.constructor.${process}`),
  reach("Math to Function", "climbs from a permitted function", `Math.max.${process}`),
  reach("arrow to Function", "climbs from a function of its own", `(() => {}).${process}`),
  reach("async function to its constructor", "makes code through AsyncFunction", `(async () => {}).${process}`),
  reach("generator to its constructor", "makes code through GeneratorFunction", `(function* () {}).${process}`),
  reach("class to Function", "climbs from a class", `(class {}).${process}`),
  reach("this of a sloppy function", "takes the global object from this", "(function () { return this; })().process"),
  reach("globalThis", "takes the process from the global object", "globalThis.process"),
  reach("require", "loads a module of the host", 'require("node:fs")'),
  reach("process binding", "asks the host for its internals", 'process.binding("fs")'),
  reach("built-in module", "asks the process for a module", 'process.getBuiltinModule("node:child_process")'),
  reach("the isolate's engine", "uses isolated-vm itself if it was handed in", "ivm.Reference"),
  reach(
    "caller of the kernel",
    "walks up the stack to the host's function",
    "(function () { return arguments.callee.caller.caller.constructor; })()",
  ),
  reach(
    "constructor of an engine error",
    "climbs from an error that the engine made",
    `(() => { try { null.x; } catch (error) { return error.constructor.${process}; } })()`,
  ),
  reach(
    "stack frames of an error",
    "gets at functions of the host through structured stack traces",
    "(() => { Error.prepareStackTrace = (_, frames) => frames; return new Error().stack[0].getFunction(); })()",
  ),
  reach("computed member", "hides the name of a property from the verifier", 'flow["const" + "ructor"]'),
  {
    ...reach("buffer of a column", "takes the memory behind a scratch column", "flow.packets.buffer"),
    guest: asKernel("if (columns[0].buffer !== undefined) { codes[0] = 2; return; }"),
  },
  {
    ...reach("subarray of a column", "makes a second view of the host's memory", "flow.subarray(0)"),
    guest: asKernel("if (columns[0].subarray(0) !== undefined) { codes[0] = 2; return; }"),
  },
  {
    ...reach("beyond a column", "reads outside the lent memory", "flow.packets"),
    lf: asLf('if (flow[-1] === 1 || flow[1e9] === 1) return "attack";'),
    guest: asKernel(
      "if (columns[0][-1] !== undefined || columns[0][1e9] !== undefined || columns[1] !== undefined) { codes[0] = 2; return; }",
    ),
  },
];
