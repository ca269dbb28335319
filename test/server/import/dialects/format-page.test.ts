import { readFile } from "node:fs/promises";
import { dialects } from "@flamenco/server/import/dialects";
import t from "tap";
import { formatPagePath, withDialects } from "../../../support/format-page.js";

t.test("the page of formats says what the dialects are", async (t) => {
  const page = await readFile(formatPagePath, "utf8");
  t.ok(page === withDialects(page), "docs/formats.md is stale; run: node test/dist/support/format-page.js --write");
  for (const dialect of dialects) t.match(page, `### ${dialect.name}: ${dialect.title}`);
});

t.test("a stale part is replaced and nothing else", async (t) => {
  const page = "before\n<!-- dialects: begin -->\nold\n<!-- dialects: end -->\nafter\n";
  const written = withDialects(page);
  t.ok(written.startsWith("before\n<!-- dialects: begin -->\n") && written.endsWith("<!-- dialects: end -->\nafter\n"));
  t.notMatch(written, "\nold\n");
  t.equal(withDialects(written), written);
  t.throws(() => withDialects("no marks"), RangeError);
});
