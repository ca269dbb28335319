// biome-ignore-all lint/suspicious/noTemplateCurlyInString: guest text that holds templates

import { attempt, bomb, type EscapeProgram, reach } from "./escape-program.js";

/** Ways by which a row's value could end in a text that somebody reads. */
const leak = (name: string, attack: string, statements: string): EscapeProgram =>
  attempt(name, attack, statements, { isolate: ["error"] });

export const messages: readonly EscapeProgram[] = [
  leak("throw a value", "throws a field's value", "throw flow.packets;"),
  leak("throw text", "throws text with a value", "throw `row ${flow.packets}`;"),
  leak("throw an error", "puts a value into an error's message", "throw new Error(`row ${flow.packets}`);"),
  leak(
    "throw an object",
    "throws an object that speaks when it is looked at",
    "throw { get message() { return flow.packets; }, stack: `${flow.packets}` };",
  ),
  leak("throw a function", "throws what runs when it is turned into text", "throw () => flow.packets;"),
  leak("error of the engine", "lets the engine quote a value", "({})[flow.packets]();"),
  leak(
    "error in a name",
    "lets a function's name carry a value",
    "({ [`f${flow.packets}`]() { null.x; } })[`f${flow.packets}`]();",
  ),
  leak(
    "error in a class",
    "lets a class's name carry a value",
    "const o = { [`c${flow.packets}`]: class {} }; o[`c${flow.packets}`]();",
  ),
  leak("cause of an error", "hides a value in an error's cause", "throw new Error('x', { cause: flow.packets });"),
  leak("several errors", "hides values in a list of errors", "throw new AggregateError([flow.packets]);"),
  leak("syntax error", "lets a parser quote a value", "eval(`(${flow.packets}`);"),
  leak("name that is not there", "lets a reference carry a value", "globalThis[flow.packets].x.y;"),
  attempt("rejected promise", "leaves a value in a rejection that nobody handles", "Promise.reject(flow.packets);"),
  attempt("rejection of an async function", "throws where nobody waits", "(async () => { throw flow.packets; })();"),
  attempt("import that fails", "lets a loader quote a value", "import(`./${flow.packets}`);"),
  reach("console", "prints a value", "console.log(flow.packets)"),
  reach("console on the error stream", "prints a trace with a value", "console.trace(flow.packets)"),
  reach("standard output", "writes a value where the host writes", "process.stdout.write(`${flow.packets}`)"),
  reach("warning", "lets the host warn with a value", "process.emitWarning(`${flow.packets}`)"),
  reach("title of the process", "writes a value where other users see it", "(process.title = `${flow.packets}`)"),
  reach("exit code", "ends with a value", "process.exit(flow.packets % 256)"),
  attempt("debugger", "stops for a debugger", "debugger;"),
  attempt("returned value", "hands a value to whoever called", "return flow.packets;", {
    isolate: ["error", "nothing"],
  }),
  bomb("duration", "tells a value by how long it takes", "if (flow.packets > 1) for (;;) ;"),
];
