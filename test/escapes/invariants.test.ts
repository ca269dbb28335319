import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";

/** The repository, seen from test/dist/escapes. */
const root = new URL("../../../", import.meta.url);
const path = (name: string): string => fileURLToPath(new URL(name, root));
const read = (name: string): string => readFileSync(path(name), "utf8");

/** A row of the tables: what, where it is enforced, what holds it. */
const rows = read("docs/invariants.md")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| invariant"))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, invariant = "", place = "", tests = ""]) => ({ invariant, place, tests }));

/** Source of a test file without line breaks, so that a long name is found however it is formatted. */
const sourceOf = (file: string): string => read(file).replace(/\s+/g, " ");

t.test("every invariant names code that exists and a test that exists", async (t) => {
  t.ok(rows.length >= 25, `${rows.length} invariants`);
  for (const { invariant, place, tests } of rows) {
    const [, file = ""] = /^`([^`]+)`$/.exec(place) ?? [];
    t.ok(file !== "" && existsSync(path(file)), `${invariant}: ${place}`);
    const named = [...tests.matchAll(/`([^`]+)`: “([^”]+)”/g)];
    t.ok(named.length > 0, `${invariant} names a test`);
    t.equal(named.map(([text]) => text).join("; "), tests, `${invariant}: nothing but tests in the last column`);
    for (const [, testFile = "", name = ""] of named) {
      const found =
        existsSync(path(testFile)) && new RegExp(`test\\(\\s*["\`][^"\`]*${escapeText(name)}`).test(sourceOf(testFile));
      t.ok(found, `${testFile}: ${name}`);
    }
  }
});

t.test("the map points to the threat model and to the invariants", async (t) => {
  const map = read("docs/map.md");
  for (const page of ["threat-model.md", "invariants.md"]) t.ok(map.includes(`(${page})`), page);
});

function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
