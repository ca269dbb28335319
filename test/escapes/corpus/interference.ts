import { asKernel, asLf, attempt, type EscapeProgram, text } from "./escape-program.js";

const own: EscapeProgram["isolate"] = ["nothing", "contained", "error"];

/** One labeling function, or one package, working on another. */
export const interference: readonly EscapeProgram[] = [
  {
    ...attempt("row for the next", "changes a field that the next LF reads", "flow.packets = 0;"),
    guest: asKernel("columns[0][0] = 0;"),
    isolate: own,
  },
  attempt("field that goes", "deletes a field that the next LF reads", "delete flow.packets;"),
  {
    ...attempt("statistics for the next", "changes a statistic that the next LF reads", "stats.packets.p75 = 0;"),
    guest: asKernel("statistics[0] = 0; statistics.length = 0; statistics[7] = 7;"),
    isolate: own,
  },
  {
    ...attempt("votes of another", "overwrites the votes of other LFs", "codes[1] = 2;"),
    guest: asKernel("for (let i = 0; i < codes.length; i++) codes[i] = 2; return;"),
    isolate: own,
  },
  {
    ...attempt("list of codes", "replaces the array that votes are read from", "codes = [2];"),
    guest: asKernel("codes = { 0: 99, length: 1 };"),
    isolate: ["error", "nothing"],
  },
  attempt("freeze the row", "freezes what the host must still write", "Object.freeze(flow); Object.freeze(codes);"),
  attempt(
    "assignment to Math",
    "changes a function for the LFs that follow",
    "Math.abs = () => 1; if (Math.abs(5) === 1) { codes[0] = 2; return; }",
  ),
  attempt(
    "assignment to a global",
    "leaves a name for other packages",
    "globalThis.shared = 1; if (globalThis.shared === 1) { codes[0] = 2; return; }",
  ),
  attempt(
    "message to another isolate",
    "sends to whoever listens",
    "new BroadcastChannel('all').postMessage(flow.packets);",
  ),
  {
    ...attempt("redefinition", "replaces another LF", ""),
    lf: `${asLf("")}\nmanyPackets = () => "attack";\n`,
    guest: asKernel("columns = statistics = categories = undefined;"),
    isolate: own,
  },
  text("two LFs of one name", "hides an LF behind another", `${asLf("")}${asLf("")}`),
  text("shadowed ABSTAIN", "gives the vote that is none another meaning", asLf("", 'const ABSTAIN = "attack";')),
  text("shadowed Math", "gives the functions of all LFs another meaning", asLf("", "const Math = { max: 1 };")),
  text("shadowed constant", "gives UDP another meaning", 'import { TCP as UDP } from "@flamenco/lf";'),
  text("shadowed row", "gives the row another meaning in a block", asLf("{ const flow = 1; }")),
  text("LF named like the engine's", "takes a name that objects have", asLf("").replace("manyPackets", "constructor")),
  text("LF named __proto__", "replaces the prototype of the list of LFs", asLf("").replace("manyPackets", "__proto__")),
  text(
    "another's private field",
    "reads who a row is about",
    asLf('if (flow.srcAddr === "203.0.113.66") return "attack";'),
  ),
  text("ground truth", "reads the label that it is scored by", asLf('if (flow.__truth === "attack") return "attack";')),
  text(
    "one row's value",
    "reads the largest value of a column",
    asLf('if (flow.packets >= stats.packets.max) return "attack";'),
  ),
];
