import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import { findWrongKindPages, kindPagesDirectory, writeKindPages } from "../../support/kind-pages.js";

t.test("the page of kinds and the JSON schemas say what the kinds are", async (t) => {
  t.strictSame(
    await findWrongKindPages(kindPagesDirectory),
    [],
    "docs are not what policies/wire/kinds says; run: node test/dist/support/kind-pages.js --write",
  );
});

t.test("a file that is missing, stale or of no kind is found, and writing makes it right", async (t) => {
  const directory = t.testdir();
  await writeKindPages(directory);
  t.strictSame(await findWrongKindPages(directory), []);
  await rm(join(directory, "kinds/rtt-1.schema.json"));
  await writeFile(join(directory, "kinds.md"), "old");
  await writeFile(join(directory, "kinds/none-1.schema.json"), "");
  t.strictSame(await findWrongKindPages(directory), [
    { name: "kinds.md", problem: "stale" },
    { name: "kinds/rtt-1.schema.json", problem: "missing" },
    { name: "kinds/none-1.schema.json", problem: "unknown" },
  ]);
  await writeKindPages(directory);
  t.strictSame(await findWrongKindPages(directory), []);
});
