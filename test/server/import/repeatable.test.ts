import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { csvOf, dropsOf, importFiles, north, publishedBy, rowWith } from "./import-fixture.js";

t.setTimeout(180_000);

t.test("the same files give the same version, also where rows are dropped and repeated", async (t) => {
  const folder = t.testdir();
  const parts = [
    [...north.rows.slice(0, 99), rowWith(99, { "Source Port": "70000" })],
    north.rows.slice(100, 200),
    [...north.rows.slice(200, 299), north.rows[3] ?? ""],
  ];
  const files = parts.map((rows, index) => {
    const path = join(folder, `part-${index}.csv`);
    writeFileSync(path, csvOf(rows));
    return path;
  });
  const versions = new Set<string>();
  for (const name of ["one", "two", "three"]) {
    const result = await importFiles(join(folder, name), files);
    const dropped = dropsOf(result);
    t.ok(dropped["out-of-range"] === 1 && (dropped.duplicate ?? 0) > 0);
    versions.add(publishedBy(result).version);
  }
  t.equal(versions.size, 1);
});
