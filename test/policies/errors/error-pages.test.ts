import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import { errorPagesDirectory, findWrongPages, writeErrorPages } from "../../support/error-pages.js";

t.test("every error code has its page, and every page its code", async (t) => {
  t.strictSame(
    await findWrongPages(errorPagesDirectory),
    [],
    "docs/errors is not what the table says; run: node test/dist/support/error-pages.js --write",
  );
});

t.test("a page that is missing, stale or of no code is found, and writing makes it right", async (t) => {
  const directory = t.testdir();
  await writeErrorPages(directory);
  t.strictSame(await findWrongPages(directory), []);
  await rm(join(directory, "FLM_INTERNAL.md"));
  await writeFile(join(directory, "FLM_USAGE.md"), "old");
  await writeFile(join(directory, "FLM_INVENTED.md"), "");
  t.strictSame(await findWrongPages(directory), [
    { name: "FLM_INTERNAL.md", problem: "missing" },
    { name: "FLM_USAGE.md", problem: "stale" },
    { name: "FLM_INVENTED.md", problem: "unknown" },
  ]);
  await writeErrorPages(directory);
  t.strictSame(await findWrongPages(directory), []);
});
