import { columnStatistics, interpretLf, verifyFile } from "@flamenco/language";
import { openLocalKind } from "@flamenco/policies/wire";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import { readFeatureTable, synthesizeLfs, writeLfPackage } from "@flamenco/sandbox/synthesis";
import t from "tap";
import { normal, plainOptions } from "./generated-table.js";

/** Headings that somebody could send to reach the source text, the file system or an object's prototype. */
const hostileHeadings = [
  "__proto__",
  "constructor",
  "*/ process.exit(1) /*",
  'a"b',
  "x\ny\u2028z",
  "../../etc/passwd",
  "  ",
  "1st",
  "a_b",
  `\${1}\`\\`,
  "\u202eevil\0",
  "toString",
  "class",
  "стоимость",
];

function makeCells(headings: readonly string[], rows = 300) {
  const random = new SeededRandom(5);
  const labels = Array.from({ length: rows }, () => (random.nextFloat() < 0.5 ? "-1" : "1"));
  const columns = new Map<string, string[]>([
    ["part", labels.map((_, row) => (row % 3 === 0 ? "val" : row % 7 === 0 ? "test" : "train"))],
    ["label", labels],
  ]);
  for (const heading of headings) {
    columns.set(
      heading,
      labels.map((label) => (random.nextFloat() < 0.1 ? "" : String(Number(label) * 1e-3 + 1e-3 * normal(random)))),
    );
  }
  return { rows, columns };
}

const options = { label: { column: "label", taskId: "made-up" }, split: "part" };

t.test("hostile headings become harmless fields, and every vote is that of the search", async (t) => {
  const table = readFeatureTable(makeCells(hostileHeadings), options);
  const names = table.features.map(({ name }) => name);
  t.equal(new Set(names).size, hostileHeadings.length);
  t.ok(names.every((name) => /^[A-Za-z]\w{0,63}$/.test(name) && !(name in Object.prototype)));
  for (const cardinality of [1, 2, 3]) {
    const { lfs } = synthesizeLfs(table, { ...plainOptions, cardinality, rounds: 6 });
    const { files, sources } = writeLfPackage({ ...table, name: "local/found", lfs });
    t.equal(files.get("flamenco-lf.d.ts")?.includes("*/ process"), false);
    const { kind } = openLocalKind(JSON.parse(files.get("kind.json") ?? ""));
    const verified = sources.flatMap((path) => {
      const result = verifyFile(files.get(path) ?? "", { kind, labels: table.task.labels, path });
      t.strictSame(result.refusals, []);
      return result.lfs;
    });
    t.strictSame(
      verified.map(({ name }) => name),
      lfs.map(({ name }) => name),
    );
    const statistics = Object.fromEntries(table.features.map((feature) => [feature.name, feature.statistics]));
    const { columns, truth } = table.validation;
    for (const [index, lf] of verified.entries()) {
      const votes = Array.from(truth, (_, row) => {
        const cells = table.features.map(({ name }, column): [string, number | null] => {
          const value = columns[column]![row]!;
          return [name, Number.isNaN(value) ? null : value];
        });
        return interpretLf(lf, Object.fromEntries(cells), statistics);
      });
      const expected = lfs[index]!.validation;
      t.strictSame(
        [0, 1].map((label) => votes.filter((vote) => vote === label).length),
        [...expected.votes],
        lf.name,
      );
      const right = [0, 1].map((label) => votes.filter((vote, row) => vote === label && truth[row] === label).length);
      t.strictSame(right, [...expected.right], lf.name);
      t.match(lf.description, /^Votes .* Validation: coverage [01]\.\d{3}, precision /);
    }
  }
});

t.test("the same table gives the same bytes", async (t) => {
  const write = () => {
    const table = readFeatureTable(makeCells(["a", "b"]), options);
    const { lfs } = synthesizeLfs(table, plainOptions);
    return [...writeLfPackage({ ...table, name: "local/found", lfs }).files];
  };
  t.strictSame(write(), write());
});

t.test("columns that are fields of a kind make a package of that kind", async (t) => {
  const table = readFeatureTable(makeCells(["srcPort", "bytes"]), options);
  t.equal(table.kind.name, "flow/1");
  t.strictSame(
    table.features.map(({ universal }) => universal),
    [true, false],
  );
  const { lfs } = synthesizeLfs(table, plainOptions);
  const ports = lfs.flatMap(({ thresholds }) => thresholds).filter((one) => one?.feature === 0);
  t.ok(
    ports.length > 0 && ports.every((one) => one?.expression.form === "literal" && !one.flagged),
    "ports take literals",
  );
  const text = writeLfPackage({ ...table, name: "local/found", lfs }).files.get("lfs.ts") ?? "";
  t.match(text, /flow: Flow/);
});

t.test("columns that cannot be searched are left out with a reason", async (t) => {
  const { rows, columns } = makeCells(["good"]);
  columns.set("text", Array(rows).fill("abc"));
  columns.set(
    "mixed",
    Array.from({ length: rows }, (_, row) => (row === 9 ? "abc" : String(row))),
  );
  columns.set("constant", Array(rows).fill("7"));
  columns.set("empty", Array(rows).fill(""));
  columns.set("infinite", Array(rows).fill("1e999"));
  columns.set("L".repeat(10_000), Array(rows).fill("1"));
  const table = readFeatureTable({ rows, columns }, options);
  t.strictSame(
    table.features.map(({ name }) => name),
    ["good"],
  );
  t.equal(table.leftOut.length, 6);
  t.ok(table.leftOut.every(({ column, reason }) => column.length < 100 && reason.length > 10));
});

t.test("what is wrong with labels, split or options is said without a cell", async (t) => {
  const cells = makeCells(["a"]);
  const secret = "hunter2!";
  const change = (column: string, value: (old: string, row: number) => string) => ({
    rows: cells.rows,
    columns: new Map(cells.columns).set(column, (cells.columns.get(column) ?? []).map(value)),
  });
  const attempts: [string, () => unknown][] = [
    [
      "FLM_SCHEMA",
      () =>
        readFeatureTable(
          change("part", (old, row) => (row === 5 ? secret : old)),
          options,
        ),
    ],
    [
      "FLM_SCHEMA",
      () =>
        readFeatureTable(
          change("label", (old, row) => (row === 5 ? secret : old)),
          options,
        ),
    ],
    [
      "FLM_SCHEMA",
      () =>
        readFeatureTable(
          change("label", () => secret),
          options,
        ),
    ],
    ["FLM_SCHEMA", () => readFeatureTable(cells, { ...options, label: { ...options.label, column: "absent" } })],
    ["FLM_SCHEMA", () => readFeatureTable(cells, { ...options, split: "absent" })],
    ["FLM_USAGE", () => readFeatureTable(cells, { ...options, split: "label" })],
    ["FLM_USAGE", () => readFeatureTable(cells, { ...options, features: ["absent"] })],
    ["FLM_USAGE", () => readFeatureTable(cells, { ...options, label: { ...options.label, positive: "absent" } })],
  ];
  for (const [code, attempt] of attempts) {
    const error = t.throws(attempt, { code }) as Error | false;
    t.notMatch(String(error), secret);
  }
});

t.test("statistics are those of all rows, as lf test computes them", async (t) => {
  const cells = makeCells(["a"]);
  const table = readFeatureTable(cells, options);
  const all = Float64Array.from(cells.columns.get("a") ?? [], (cell) => (cell === "" ? Number.NaN : Number(cell)));
  t.strictSame(table.features[0]?.statistics, columnStatistics(all));
});
