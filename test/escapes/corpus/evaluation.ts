import { attempt, type EscapeProgram, reach, text } from "./escape-program.js";

export const evaluation: readonly EscapeProgram[] = [
  reach("eval", "evaluates a text", 'eval("1")'),
  reach("indirect eval", "runs text in the global scope", '(0, eval)("this")'),
  reach("new Function", "makes a function of text", 'new Function("return 1")()'),
  reach("Function as a tag", "makes a function by a template", "Function`return 1```"),
  reach("eval under another name", "hides eval in a const", '(() => { const run = eval; return run("1"); })()'),
  reach("timer with text", "lets a timer run text", 'setTimeout("1")'),
  reach("async function constructor", "makes code that waits", '(async () => {}).constructor("return 1")()'),
  attempt("import()", "loads a module while it runs", 'import("node:fs");'),
  attempt(
    "import() of a data URL",
    "loads code that it brings along",
    'import("data:text/javascript,process.exit(9)");',
  ),
  attempt(
    "import() whose answer is used",
    "waits for a module",
    'import("node:fs").then((fs) => fs.rmSync("/tmp/x"));',
  ),
  attempt("import.meta", "asks where its file lies", "if (import.meta.url) return;"),
  text("static import", "imports a module of the host", 'import fs from "node:fs";\nexport const lf = fs;'),
  text("import for its effect", "runs a module without a name", 'import "node:child_process";'),
  text("re-export", "passes a module on", 'export * from "node:fs";'),
  text("import equals require", "imports in TypeScript's own way", 'import fs = require("node:fs");'),
  text("import with attributes", "imports a file as JSON", 'import a from "/etc/passwd" with { type: "json" };'),
  text(
    "another package of the same scope",
    "imports what looks like ours",
    'import { ABSTAIN } from "@flamenco/lf/x";',
  ),
];
