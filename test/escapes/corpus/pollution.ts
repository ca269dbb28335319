// biome-ignore-all lint/suspicious/noTemplateCurlyInString: guest text that holds templates

import { attempt, type EscapeProgram } from "./escape-program.js";

/** Statements that write, then a test of whether what was written is there: the kernel then votes 2. */
const pollute = (name: string, attack: string, statement: string, changed: string): EscapeProgram =>
  attempt(name, attack, `${statement}; if (${changed}) { codes[0] = 2; return; }`);

export const pollution: readonly EscapeProgram[] = [
  pollute("Object.prototype", "gives every object a vote", "Object.prototype.vote = 2", "({}).vote === 2"),
  pollute(
    "__proto__ of a literal",
    "writes through an object's prototype",
    "({}).__proto__.vote = 2",
    "({}).vote === 2",
  ),
  pollute(
    "__proto__ of an array",
    "lets every list include everything",
    "[].__proto__.includes = () => 1",
    "[].includes",
  ),
  pollute("__proto__ of the row", "takes away the row's prototype", "flow.__proto__.packets = 1", "({}).packets"),
  pollute("constructor.prototype", "goes by way of the constructor", "({}).constructor.prototype.x = 1", "({}).x"),
  pollute("Math", "changes a function that every LF calls", "Math.floor = () => 7", "Math.floor(1.5) === 7"),
  pollute("Number", "makes every value a missing one", "Number.isNaN = () => true", "Number.isNaN(1)"),
  pollute(
    "defineProperty",
    "plants a getter on all objects",
    'Object.defineProperty(Object.prototype, "n", { get: () => 2 })',
    "({}).n === 2",
  ),
  pollute("old getters", "plants a getter by the old way", '({}).__defineGetter__("n", () => 2)', "({}).n"),
  pollute("setPrototypeOf", "gives the row another prototype", "Reflect.setPrototypeOf(flow, [])", "flow.length === 0"),
  pollute("iterators", "changes how lists are walked", "[][Symbol.iterator] = null", "[].constructor"),
  pollute("toString", "lets text of every number be chosen", 'Number.prototype.toString = () => "x"', '`${1}` === "x"'),
];
