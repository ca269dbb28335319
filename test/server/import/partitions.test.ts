import { open } from "node:fs/promises";
import { join } from "node:path";
import t, { type Test } from "tap";
import { importFiles, publishedBy, readRows } from "./import-fixture.js";

t.setTimeout(180_000);

const ROWS = 1_000_200;
const FIRST_MS = 1_600_000_000_000;

/** A series in which two rows share every time. @param place of a row in the order of the file */
async function writeSeries(t: Test, timeOf: (row: number) => number): Promise<string> {
  const path = join(t.testdir(), "flows.csv");
  const file = await open(path, "w");
  await file.write("startTimeMs,packets\n");
  for (let start = 0; start < ROWS; start += 50_000) {
    const rows = Array.from({ length: Math.min(50_000, ROWS - start) }, (_, index) => start + index);
    await file.write(rows.map((row) => `${FIRST_MS + timeOf(row)},${row}\n`).join(""));
  }
  await file.close();
  return path;
}

const orders: readonly [string, (row: number) => number][] = [
  ["in the order of time", (row) => Math.floor(row / 2)],
  ["in no order", (row) => Math.floor(((row * 7_919) % ROWS) / 2)],
];

for (const [title, timeOf] of orders) {
  t.test(`more rows than a partition holds, ${title}, are two partitions in the order of time`, async (t) => {
    const path = await writeSeries(t, timeOf);
    const result = await importFiles(join(t.testdirName, "datasets"), [path]);
    t.strictSame(
      result.manifest.partitions.map(({ rows }) => rows),
      [1_000_000, 200],
    );
    const version = publishedBy(result);
    const [counts] = await readRows(
      version,
      `count(*)::DOUBLE, count(DISTINCT packets)::DOUBLE, min("startTimeMs"), max("startTimeMs")`,
    );
    t.strictSame(counts, [ROWS, ROWS, FIRST_MS, FIRST_MS + ROWS / 2 - 1]);
    const rows = (await readRows(version, `"startTimeMs", packets::DOUBLE`)) as [number, number][];
    const wrong = rows.findIndex(([time, packets], index) => {
      const [before, earlier] = rows[index - 1] ?? [0, 0];
      return time < before || (time === before && packets < earlier);
    });
    t.equal(wrong, -1, "times rise, and rows of one time stand as they were read");
  });
}
