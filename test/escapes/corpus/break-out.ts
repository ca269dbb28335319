// biome-ignore-all lint/suspicious/noTemplateCurlyInString: guest text that holds templates

import { asKernel, asLf, attempt, type EscapeProgram, text } from "./escape-program.js";

/** Text that closes whatever it was pasted into and runs on its own. */
const closing = "}; }; process.exit(9); (() => { () => {";

export const breakOut: readonly EscapeProgram[] = [
  attempt("closing braces", "closes the function around it and opens another", closing),
  attempt("closing parentheses", "closes the expression around it", "} ) ; process.exit(9) ; ( () => {"),
  {
    ...attempt("comment that ends early", "puts code behind the end of a doc comment", ""),
    lf: asLf("", "/** Fine. */ process.exit(9); /** Also fine. */"),
    guest: asKernel("", "/* fine */ process.exit(9); /* also fine */"),
  },
  {
    ...attempt("label that is code", "breaks out of the string in which a label would be pasted", ""),
    lf: asLf(`if (flow.packets > stats.packets.p50) return 'attack"]; process.exit(9); //';`),
    guest: asKernel(`const label = 'attack"]; process.exit(9); //'; label();`),
  },
  {
    ...attempt("category that is code", "breaks out of the string in which a category would be pasted", ""),
    lf: asLf(`if (flow.packets === "\\"; process.exit(9); //") return "attack";`),
    guest: asKernel(`if (flow.packets === "\\"; process.exit(9); //") process.exit(9); flow.packets();`),
  },
  attempt("escaped identifier", "writes eval with an escape", '\\u0065val("1");'),
  attempt("escaped member", "writes constructor with an escape", "flow.\\u0063onstructor.x;"),
  attempt("escaped keyword", "writes a keyword with an escape", "v\\u0061r seen = 1; seen.x.y;"),
  attempt("braced escape", "writes eval with a code point", '\\u{65}val("1");'),
  attempt("HTML comment", "hides code behind a comment of the web", "<!-- hidden\n eval(1);"),
  attempt("template with code", "evaluates inside a string", "`${process.exit(9)}`;"),
  attempt("nested templates", "lets the scanner lose count", "`${`${`${process.exit(9)}`}`}`;"),
  attempt(
    "regular expression that looks like code",
    "lets the scanner read a bracket as text",
    "/[/]}]/.x.y; eval(1);",
  ),
  attempt("line separator", "ends a line where a reader sees none", "// fine \u2028 eval(1);"),
  attempt("right-to-left override", "shows a reviewer other code than runs", "/* \u202e */ eval(1); /* \u2066 */"),
  attempt("homoglyph", "names a function like one that is permitted", "M\u0430th.max(1);"),
  attempt("zero width name", "names a value like the row", "fl\u200bow.packets.x;"),
  attempt("NUL", "ends the text for readers that stop there", "\u0000 eval(1);"),
  attempt("lone surrogate", "is another text after a round through UTF-8", 'const a = "\ud800"; a.b.c;'),
  attempt("with", "lets names be looked up in an object", "with (flow) { packets(); }"),
  attempt("sloppy function in a block", "hoists a function over another", "{ function flow() {} } flow.a.b;"),
  text("markup", "is an element, not an expression", asLf('if (<a href="x">1</a>) return "attack";')),
  text("namespace", "declares a scope that runs", "namespace A { export const b = process.exit(9); }"),
  text("enum", "declares values that are computed", asLf("", 'enum A { B = "x".length }')),
  text("decorator", "calls a function where it is declared", "@eval class A {}"),
  text("declaration without a body", "promises a function of the host", "declare function steal(): void;"),
  text("another script of shell", "is a program for a shell", "#!/bin/sh\nrm -rf /\n"),
];
