import { asKernel, attempt, ballot, type EscapeProgram } from "./escape-program.js";

/** Typed arrays turn what is written into a whole number: what stays legal is a vote like any other. */
export const votes: readonly EscapeProgram[] = [
  ballot("NaN", "votes what equals nothing", "NaN", "NaN", ["contained"]),
  ballot("minus zero", "votes a zero with a sign", "-0", "-0", ["contained"]),
  ballot("minus one", "votes below the range", "-1", "-1", ["error"]),
  ballot("one too many", "votes for a label that is not there", "3", "3", ["error"]),
  ballot("huge", "votes a number beyond any code", "1e308", "1e308", ["contained", "error"]),
  ballot("infinity", "votes without end", "Infinity", "Infinity", ["contained", "error"]),
  ballot("wrapped", "votes what is legal after it was cut to 32 bits", "4294967297", "4294967297", ["nothing"]),
  ballot("sign by overflow", "votes what turns negative", "2147483648", "2147483648", ["error"]),
  ballot("fraction", "votes between two labels", "1.5", "1.5", ["nothing", "contained"]),
  ballot("big integer", "votes in another type", "1n", "1n", ["error"]),
  ballot("text", "votes a name of no label", '"maybe"', '"maybe"', ["contained", "error"]),
  ballot("object", "votes an object", "{}", "{}", ["contained", "error"]),
  ballot(
    "object that answers",
    "votes an object that decides when it is asked",
    "{ valueOf() { return 1; } }",
    "{ valueOf() { return 99; } }",
    ["error"],
  ),
  ballot("promise", "votes later", 'Promise.resolve("attack")', "(async () => 1)()", ["contained", "error"]),
  ballot("function", "votes a function", "() => 'attack'", "() => 1", ["contained", "error"]),
  ballot("symbol", "votes what cannot be compared", 'Symbol("attack")', "Symbol(1)", ["error"]),
  ballot("undefined", "votes nothing and does not abstain", "undefined", "undefined", ["contained"]),
  ballot("null", "votes nothing", "null", "null", ["contained"]),
  ballot("label by cast", "votes a label of another task", '"atack" as "attack"', "7", ["error"]),
  ballot("row value", "votes a value of the row", "flow.packets", "columns[0][row]", ["error"]),
  ballot("field as a label", "votes the text of a row", "flow.service", "columns[0][row]", ["error"]),
  {
    ...ballot("no vote", "leaves rows without a vote, so that those of before count again", "", "1", ["error"]),
    guest: "(columns, statistics, categories, codes) => (n) => {}",
  },
  {
    ...ballot("vote beyond the rows", "writes votes where no row is", "[1, 2, 3]", "1", ["nothing"]),
    guest: asKernel(
      "codes[codes.length] = 2; codes[-1] = 2; codes[1e9] = 2; for (let i = n; i < 64; i++) codes[i] = 99;",
    ),
  },
  {
    ...attempt("flip-flop", "votes otherwise each time that it is asked", "if (Math.random() > 0.5) return 'attack';"),
    guest: asKernel("flip = !flip; for (let i = 0; i < n; i++) codes[i] = flip ? 1 : 2; return;", "let flip = false;"),
    isolate: ["nothing", "contained"],
  },
  {
    ...attempt(
      "vote that changes when it is read",
      "puts a getter in the place of votes",
      "Object.defineProperty(flow, 'packets', { get: () => 1 });",
    ),
    guest: asKernel("Object.defineProperty(codes, '0', { get: () => 99 });"),
  },
];
