import { permits, type SyntaxKindName } from "@flamenco/language";
import t from "tap";
import ts from "typescript";
import { permittedPrograms, refusedPrograms } from "./support/construct-programs.js";
import { codesOf, verifySmall } from "./support/programs.js";

/** Kinds of the TypeScript that the language was reviewed against. A new one changes the number: review it, then this. */
const reviewedKinds = 360;

/** Names of kinds, without the enumeration's markers (FirstToken) and later aliases (AssertClause). */
const kindNames = new Map(
  Object.entries(ts.SyntaxKind)
    .filter(([name, kind]) => typeof kind === "number" && !/^(First|Last)[A-Z]/.test(name))
    .map(([name, kind]): [ts.SyntaxKind, SyntaxKindName] => [kind as ts.SyntaxKind, name as SyntaxKindName])
    .reverse(),
);

/** Kinds in a program, tokens and modifiers included. */
function kindsIn(text: string): Set<SyntaxKindName> {
  const found = new Set<SyntaxKindName>();
  const visit = (node: ts.Node): void => {
    found.add(kindNames.get(node.kind) ?? "Unknown");
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("lf.ts", text, ts.ScriptTarget.ES2022, false, ts.ScriptKind.TS));
  return found;
}

t.test("TypeScript has no node kind that nobody has reviewed", async (t) => {
  t.equal(
    kindNames.size,
    reviewedKinds,
    "a kind was added or removed: it is refused by default; review and adjust the count",
  );
});

t.test("every permitted kind has an accepted and a refused program", async (t) => {
  t.same(Object.keys(permittedPrograms).sort(), Object.keys(permits).sort());
  for (const [name, [accepted, refused]] of Object.entries(permittedPrograms)) {
    t.ok(kindsIn(accepted).has(name as SyntaxKindName), `the accepted program of ${name} has one`);
    t.same(codesOf(verifySmall(accepted)), [], `accepted: ${name}`);
    t.not(verifySmall(refused).refusals.length, 0, `refused: ${name}`);
  }
});

t.test("every kind that people try is refused, by name and with advice", async (t) => {
  for (const [name, text] of Object.entries(refusedPrograms)) {
    t.notOk(Object.hasOwn(permits, name), `${name} is not permitted`);
    t.ok(kindsIn(text).has(name as SyntaxKindName), `the program of ${name} has one`);
    const { lfs, refusals } = verifySmall(text);
    t.not(refusals.length, 0, `refused: ${name}`);
    t.equal(lfs.filter(({ certificate }) => certificate.fields.length === 0).length, 0);
  }
});

t.test("what the permit table does not name is refused though no one wrote words for it", async (t) => {
  const named = new Set([...Object.keys(permits), ...Object.keys(refusedPrograms)]);
  t.ok(
    [...kindNames.values()].some((name) => !named.has(name)),
    "there are such kinds",
  );
  const [refusal] = verifySmall(
    "export const f = (row) => { accessor; satisfies: 1; }; abstract class X { accessor y = 1 }",
  ).refusals;
  t.ok(refusal);
});
