import { authorTypes, checkAuthorTypes, languageConstants, limits, verifyFile } from "@flamenco/language";
import { kindOf, kinds } from "@flamenco/policies/wire";
import t from "tap";
import { labels } from "./support/programs.js";

const flow = kindOf("flow/1");
const header = 'import { ABSTAIN, UDP, atLeast, between, type Flow, type Stats, type Vote } from "@flamenco/lf";\n';
const good = `${header}const big = (flow: Flow, stats: Stats<Flow>): boolean => flow.bytes > 2 * stats.bytes.mean;
export function f(flow: Flow, stats: Stats<Flow>): Vote {
  if (atLeast(1, big(flow, stats), between(flow.srcPort, 1, 9))) return "attack";
  return flow.protocol === UDP ? "benign" : ABSTAIN;
}
`;

t.test("what the verifier accepts, the author's type check accepts, for every kind", async (t) => {
  t.same(checkAuthorTypes([{ path: "lfs/good.ts", text: good }], flow, labels), []);
  t.same(verifyFile(good, { kind: flow, labels }).refusals, []);
});

t.test("a wrong field, label and statistic are shown at their place", async (t) => {
  const wrong = `${header}export function f(flow: Flow, stats: Stats<Flow>): Vote {
  return flow.byts > stats.srcAddr.p75 ? "atack" : ABSTAIN;
}
`;
  const problems = checkAuthorTypes(
    [
      { path: "a.ts", text: wrong },
      { path: "b.ts", text: good },
    ],
    flow,
    labels,
  );
  t.match(problems, [
    { path: "a.ts", line: 3, column: 15, message: /Did you mean 'bytes'/, excerpt: /\n +\^$/ },
    { path: "a.ts", line: 3, column: 28, message: /srcAddr/ },
    { path: "a.ts", line: 3, column: 42, message: /Did you mean '"attack"'/ },
  ]);
});

t.test("the type check reads no file but the library, and lists a bounded number of problems", async (t) => {
  const many = Array.from({ length: 200 }, (_, i) => `export const x${i}: number = "a";`).join("\n");
  t.equal(checkAuthorTypes([{ path: "a.ts", text: many }], flow, labels).length, limits.typeProblems);
  const reaching =
    '/// <reference path="/etc/passwd" />\nimport x from "../../../etc/passwd";\nimport type { Kind } from "@flamenco/policies/wire";\nexport const y: Kind = x;';
  for (const { message } of checkAuthorTypes([{ path: "a.ts", text: reaching }], flow, labels))
    t.notMatch(message, /root:/);
});

t.test("what the type check says cannot write to the reader's terminal", async (t) => {
  const hidden = String.fromCodePoint(0x1b, 0x9b, 0x202e, 0x200d, 0x2028, 0xd800);
  const sources = {
    "a literal type": `const x: "\\u009b31m\\u202e" = "a";`,
    "a literal": `const x: number = "${hidden}";`,
    "a property": `const x: { a: 1 } = { a: 1, "${hidden}": 2 };`,
    "a field": `export const f = (flow: Flow) => flow["\\u202e${hidden}"];`,
    "a module": `import x from "\\u009b${hidden}";`,
    "an escaped name": "const a\\u200db = 1; a\\u200db = 2;",
  };
  for (const [name, text] of Object.entries(sources)) {
    const problems = checkAuthorTypes([{ path: "a.ts", text: header + text }], flow, labels);
    t.ok(problems.length > 0, name);
    for (const { message, excerpt } of problems)
      t.notMatch(message + excerpt, /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u, name);
  }
  const long = `const x: { ${Array.from({ length: 900 }, (_, i) => `a${i}: 1`).join("; ")} } = "${"b".repeat(9000)}";`;
  for (const { message } of checkAuthorTypes([{ path: "a.ts", text: long }], flow, labels))
    t.ok(message.length <= limits.typeMessageLines * (limits.typeMessageLength + 1));
});

t.test("the types explain every field with its unit, and every constant", async (t) => {
  for (const kind of kinds.values()) {
    const text = authorTypes(kind, labels);
    for (const { name, meaning } of kind.fields) {
      t.ok(text.includes(`readonly ${name}: `));
      t.ok(text.includes(meaning.slice(1)));
    }
    for (const [name, { value }] of Object.entries(languageConstants))
      t.ok(text.includes(`export const ${name}: ${value};`));
    t.match(text, 'export type Vote = "benign" | "attack" | typeof ABSTAIN;');
  }
  t.match(authorTypes(flow, labels), "/** Sum of the gaps, forward (sent by the initiator). Unit: s. */");
});
