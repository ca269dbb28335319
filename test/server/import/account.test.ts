import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import t, { type Test } from "tap";
import {
  cicLabels,
  csvOf,
  dropsOf,
  hasPublishedFiles,
  importFiles,
  importText,
  linesOf,
  north,
  publishedBy,
  publishedFolder,
  readRows,
} from "./import-fixture.js";

// Dozens of imports, on whatever machine this is.
t.setTimeout(180_000);

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** What an account of one file must satisfy, counted in the file's own bytes. */
async function assertAccount(t: Test, result: Awaited<ReturnType<typeof importFiles>>, bytes: Buffer): Promise<void> {
  const { account, rows } = result.manifest;
  const lines = bytes.toString("latin1").split("\n").slice(1);
  const nonBlank = lines.filter((line) => line.replaceAll(/[ \t\r]/g, "") !== "").length;
  t.equal(account.read, nonBlank, "every line after the header is read");
  t.equal(account.read, account.kept + sum(account.dropped.map((drop) => drop.rows)), "read = kept + dropped");
  t.equal(account.kept, rows);
  t.equal(sum(result.manifest.partitions.map((partition) => partition.rows)), rows);
  t.equal(
    (await readRows(publishedBy(result), "count(*)"))[0]?.[0],
    BigInt(rows),
    "the Parquet files hold the kept rows",
  );
  for (const { reason, first } of account.dropped) {
    const numbers = linesOf(result, reason);
    t.ok(first.length >= 1 && first.length <= 5);
    t.ok(
      numbers.every((number) => number >= 2 && number <= lines.length + 1),
      `places of ${reason} are lines of the file`,
    );
    t.strictSame(
      numbers,
      [...new Set(numbers)].sort((a, b) => a - b),
    );
  }
}

/** How one line of a good file may be damaged. Lines stay lines: a damage that adds or removes line ends is its own case. */
const damage = fc.oneof(
  fc.constant((line: string) => line),
  fc.nat(700).map((at) => (line: string) => line.slice(0, at)),
  fc.nat(700).map((at) => (line: string) => line.slice(at)),
  fc
    .tuple(
      fc.nat(87),
      fc.constantFrom("", " ", "NaN", "Infinity", "-1", "1e999", "x", "1_0", '"', '""', "\u0000", "é", "\x80", "1;2"),
    )
    .map(
      ([cell, value]) =>
        (line: string) =>
          line
            .split(",")
            .with(Math.min(cell, line.split(",").length - 1), value)
            .join(","),
    ),
  fc
    .tuple(
      fc.nat(700),
      fc.integer({ min: 0, max: 255 }).filter((byte) => byte !== 10),
    )
    .map(
      ([at, byte]) =>
        (line: string) =>
          line.slice(0, at) + String.fromCharCode(byte) + line.slice(at + 1),
    ),
  fc.constant((line: string) => `${line},`),
  fc.constant((line: string) => `"${line}"`),
  fc.constant(() => north.header),
  fc.constant((line: string) => `${line}\r`),
);

t.test("every line of a damaged file is accounted for, and undamaged rows are kept", async (t) => {
  const folder = t.testdir();
  await fc.assert(
    fc.asyncProperty(
      fc.array(damage, { minLength: 1, maxLength: 60 }),
      fc.array(fc.constantFrom("\n", "\r\n", "\n\n"), { minLength: 71, maxLength: 71 }),
      fc.boolean(),
      async (damages, ends, terminated) => {
        const healthy = north.rows.slice(0, 10);
        const damaged = damages.map((apply, index) => apply(north.rows[10 + index] ?? ""));
        const lines = [north.header, ...healthy, ...damaged];
        const text = lines
          .map((line, index) => line + (index === lines.length - 1 && !terminated ? "" : ends[index]))
          .join("");
        const bytes = Buffer.from(text, "latin1");
        const result = await importText(folder, bytes, { labels: cicLabels });
        await assertAccount(t, result, bytes);
        t.ok(result.manifest.account.kept >= healthy.length, "undamaged rows are kept");
      },
    ),
    { numRuns: 15, seed: 20190801 },
  );
});

t.test(
  "every published CIC file is accounted for",
  { skip: hasPublishedFiles ? false : "the published files are not on this machine" },
  async (t) => {
    const folder = t.testdir();
    for (const set of readdirSync(publishedFolder)) {
      for (const file of readdirSync(join(publishedFolder, set))) {
        const path = join(publishedFolder, set, file);
        const bytes = readFileSync(path);
        const result = await importFiles(join(folder, "datasets"), [path], { labels: cicLabels });
        await assertAccount(t, result, bytes);
        const [row] = result.manifest.account.files;
        t.equal(row?.bytes, bytes.length);
        const cut = bytes.at(-1) !== 10;
        const cells = bytes
          .toString("latin1")
          .slice(bytes.lastIndexOf(10) + 1)
          .split(",").length;
        t.equal(
          dropsOf(result)["truncated-line"] ?? 0,
          Number(cut && cells < 88),
          `${file}: the cut last line is reported`,
        );
        if (set.startsWith("ids2017"))
          t.notOk(result.manifest.columns.some((name) => ["srcAddr", "srcPort", "startTimeMs"].includes(name)));
      }
    }
  },
);

t.test(
  "many files are one dataset, each with its own figures",
  { skip: hasPublishedFiles ? false : "the published files are not on this machine" },
  async (t) => {
    const set = join(publishedFolder, "ddos2019_larsbreum");
    const files = readdirSync(set).map((file) => join(set, file));
    const result = await importFiles(join(t.testdir(), "datasets"), files, { labels: cicLabels });
    t.equal(result.manifest.account.files.length, files.length);
    t.equal(sum(result.manifest.account.files.map(({ kept }) => kept)), result.manifest.rows);
    const times = (await readRows(publishedBy(result), "startTimeMs")).flat() as number[];
    t.strictSame(
      times,
      times.toSorted((a, b) => a - b),
      "rows are in time order over all files",
    );
  },
);

t.test("an account names files as the operator wrote them, the ends of long names", async (t) => {
  const long = "a".repeat(200);
  const folder = t.testdir({ [long]: { [long]: { "flows.csv": csvOf(north.rows.slice(0, 3)) } } });
  const result = await importFiles(join(folder, "datasets"), [join(folder, long, long, "flows.csv")]);
  t.match(result.manifest.account.files[0]?.name, /^…a+\/a+\/flows\.csv$/);
  t.equal(result.manifest.account.files[0]?.name.length, 380);
});
