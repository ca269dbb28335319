import { columnStatistics, type LfRow, mockRows } from "@flamenco/language";
import {
  type DatasetStatistics,
  DatasetStatistics as DatasetStatisticsSchema,
  type Kind,
  kindOf,
  kinds,
  parseDocument,
} from "@flamenco/policies/wire";
import t from "tap";

// Thousands of rows of nearly a hundred fields; a busy machine takes its time.
t.setTimeout(120_000);

const flow = kindOf("flow/1");
const typeNames = { category: "string", boolean: "boolean" } as const;
const rowsOf = (kind: Kind, rows: number, seed: number, statistics?: DatasetStatistics): LfRow[] => [
  ...mockRows({ kind, rows, seed, statistics }),
];
const numbersOf = (rows: readonly LfRow[], name: string): Float64Array =>
  Float64Array.from(rows, (row) => {
    const value = row[name];
    return typeof value === "number" ? value : Number.NaN;
  });
const numericNames = (kind: Kind): string[] =>
  kind.fields.filter(({ type }) => type === "number" || type === "integer").map(({ name }) => name);
const statisticsOf = (kind: Kind, rows: readonly LfRow[]): DatasetStatistics =>
  Object.fromEntries(numericNames(kind).map((name) => [name, columnStatistics(numbersOf(rows, name))]));

t.test("every kind has rows with exactly its fields, of their types, with a few holes", async (t) => {
  for (const kind of kinds.values()) {
    const rows = rowsOf(kind, 500, 1);
    t.equal(rows.length, 500);
    const names = kind.fields.map(({ name }) => name).join();
    let [holes, wrong] = [0, 0];
    for (const row of rows) {
      if (Object.keys(row).join() !== names) t.fail("the row has other fields");
      for (const { name, type } of kind.fields) {
        const value = row[name];
        if (value === null) holes += 1;
        else if (type === "category" || type === "boolean") wrong += Number(typeof value !== typeNames[type]);
        else if (!Number.isFinite(value) || (type === "integer" && !Number.isInteger(value)))
          t.fail(`${name} ${value}`);
      }
    }
    t.equal(wrong, 0);
    const share = holes / (500 * kind.fields.length);
    t.ok(share > 0 && share < 0.05, `${kind.name}: ${share} missing`);
  }
});

t.test("a seed decides every value, another seed gives other rows", async (t) => {
  for (const kind of kinds.values()) {
    const text = (seed: number): string => JSON.stringify(rowsOf(kind, 50, seed));
    t.equal(text(7), text(7));
    t.ok(text(7) !== text(8));
  }
});

t.test("fields of a flow agree with each other", async (t) => {
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
  const names = new Set(flow.fields.map(({ name }) => name));
  const stems = [...names].filter((name) => name.endsWith("Mean")).map((name) => name.slice(0, -4));
  let compared = 0;
  for (const row of rowsOf(flow, 2000, 3)) {
    const cell = (name: string): number => (typeof row[name] === "number" ? row[name] : Number.NaN);
    const agree = (a: number, b: number, what: string): void => {
      if (Number.isNaN(a) || Number.isNaN(b)) return;
      compared += 1;
      if (!near(a, b)) t.fail(`${what}: ${a} and ${b}`);
    };
    agree(cell("packets"), cell("fwdPackets") + cell("bwdPackets"), "packets");
    agree(cell("bytes"), cell("fwdBytes") + cell("bwdBytes"), "bytes");
    agree(cell("bytesPerPacket"), cell("bytes") / cell("packets"), "bytesPerPacket");
    agree(cell("bitsPerSecond"), 8 * cell("bytesPerSecond"), "bitsPerSecond");
    if (cell("durationSeconds") > 0) agree(cell("packetsPerSecond"), cell("packets") / cell("durationSeconds"), "rate");
    for (const stem of stems) {
      if (cell(`${stem}Min`) > cell(`${stem}Mean`) * (1 + 1e-9)) t.fail(`${stem}: min above mean`);
      if (cell(`${stem}Mean`) > cell(`${stem}Max`) * (1 + 1e-9)) t.fail(`${stem}: mean above max`);
    }
  }
  t.ok(compared > 5000);
});

t.test("sizes have heavy tails, ports and protocols are those that people know", async (t) => {
  const rows = rowsOf(flow, 5000, 5);
  const { mean, p50, p95 } = columnStatistics(numbersOf(rows, "bytes"));
  t.ok((mean ?? 0) > 1.5 * (p50 ?? 0), "the mean lies far above the median");
  t.ok((p95 ?? 0) > 4 * (p50 ?? 0));
  t.strictSame([...new Set(numbersOf(rows, "protocol"))].sort(), [1, 17, 6]);
  t.ok(rows.some(({ dstPort }) => dstPort === 443) && rows.some(({ srcPort }) => srcPort === 123));
});

t.test("the trailing window of round-trip times is of the same pair", async (t) => {
  const kind = kindOf("rtt/1");
  const rows = rowsOf(kind, 800, 2);
  const seen = new Map<unknown, LfRow[]>();
  for (const row of rows) seen.set(row.source, [...(seen.get(row.source) ?? []), row]);
  t.ok(seen.size > 1);
  t.ok(rows.some(({ lost, rttMs }) => lost === true && rttMs === null));
  t.ok(rows.every(({ windowCount }) => Number(windowCount) <= 10));
});

t.test("rows of a catalog have its statistics, without its rows", { timeout: 60_000 }, async (t) => {
  const catalog = statisticsOf(flow, rowsOf(flow, 4000, 11));
  const rows = rowsOf(flow, 6000, 12, catalog);
  const shares = { p10: 0.1, p25: 0.25, p50: 0.5, p75: 0.75, p90: 0.9 } as const;
  for (const name of ["packets", "bytes", "flowIatMin", "packetLengthMean", "durationSeconds", "fwdIatMean"]) {
    const values = numbersOf(rows, name).filter((value) => !Number.isNaN(value));
    const [wanted, got] = [catalog[name], columnStatistics(values)];
    for (const [percentile, share] of Object.entries(shares)) {
      const bound = wanted?.[percentile as keyof typeof shares] ?? 0;
      const [below, upTo] = [values.filter((v) => v < bound).length, values.filter((v) => v <= bound).length];
      const fits = below / values.length < share + 0.05 && upTo / values.length > share - 0.05;
      t.ok(fits, `${name}.${percentile} at ${below / values.length}`);
    }
    for (const moment of ["mean", "sd"] as const) {
      const [a, b] = [wanted?.[moment] ?? 0, got[moment] ?? 0];
      t.ok(b > a / 2 && b < a * 2, `${name}.${moment}: ${a} and ${b}`);
    }
  }
});

t.test("a catalog of another network moves the values there, and fields still move together", async (t) => {
  const normal = {
    count: 900,
    mean: 1e6,
    sd: 1e5,
    p5: 835e3,
    p10: 872e3,
    p25: 933e3,
    p50: 1e6,
    p75: 1067e3,
    p90: 1128e3,
    p95: 1165e3,
  };
  const rows = rowsOf(flow, 10_000, 4, { packets: { ...normal, count: 1000 }, bytes: normal });
  const bytes = columnStatistics(numbersOf(rows, "bytes"));
  t.ok(Math.abs((bytes.mean ?? 0) - 1e6) < 2e4 && Math.abs((bytes.sd ?? 0) - 1e5) < 2e4, JSON.stringify(bytes));
  t.ok(Math.abs((bytes.count ?? 0) - 9000) < 300, "a tenth of the bytes is missing, as there");
  t.ok(
    rows.every(({ durationSeconds }) => durationSeconds === null),
    "that dataset has no durations",
  );
  const both = rows.filter((row) => typeof row.bytes === "number" && typeof row.packets === "number");
  const concordant = both.filter((row) => Number(row.bytes) > 1e6 === Number(row.packets) > 1e6).length;
  t.ok(concordant > 0.7 * both.length, "many packets carry many bytes");
});

t.test("noisy, partial and hostile catalogs give rows or a coded error, never NaN", async (t) => {
  const nothing = {
    count: null,
    mean: null,
    sd: null,
    p5: null,
    p10: null,
    p25: null,
    p50: null,
    p75: null,
    p90: null,
    p95: null,
  };
  for (const packets of [
    nothing,
    { ...nothing, mean: 5 },
    { ...nothing, mean: 5, sd: 1 },
    { ...nothing, p50: 9 },
    { ...nothing, p5: 9, p95: 1, mean: -1e300, sd: 1e300 },
    { ...nothing, p5: -1e308, p95: 1e308, mean: 0, sd: 1e308, count: -4 },
    { ...nothing, count: 0, p5: 1, p10: 1, p25: 1, p50: 1, p75: 1, p90: 1, p95: 1, mean: 1, sd: 0 },
  ]) {
    const values = rowsOf(flow, 100, 1, { packets }).map((row) => row.packets);
    t.ok(
      values.every((value) => value === null || Number.isFinite(value)),
      JSON.stringify(packets),
    );
  }
  const wrong = { packets: { p75: "much" } } as unknown as DatasetStatistics;
  t.throws(() => rowsOf(flow, 1, 1, wrong), { code: "FLM_SCHEMA" });
});

t.test("statistics of a column are those that a node computes", async (t) => {
  // numpy: np.percentile([1, 2, 3, 4, 10], [5, 10, 25, 50, 75, 90, 95]), np.std(ddof=1)
  const wanted = { count: 5, mean: 4, sd: 3.5355339, p5: 1.2, p10: 1.4, p25: 2, p50: 3, p75: 4, p90: 7.6, p95: 8.8 };
  const got = columnStatistics(Float64Array.of(10, 3, Number.NaN, 1, 4, 2));
  for (const [name, value] of Object.entries(wanted)) {
    t.ok(Math.abs(value - (got[name as keyof typeof wanted] ?? Number.NaN)) < 1e-7, name);
  }
  t.match(columnStatistics(Float64Array.of(7)), { count: 1, mean: 7, sd: null, p5: 7, p95: 7 });
  t.match(columnStatistics(new Float64Array()), { count: 0, mean: null, sd: null, p50: null });
  t.doesNotThrow(() =>
    parseDocument(DatasetStatisticsSchema, { a: columnStatistics(Float64Array.of(1e308, 1e308)) }, "x"),
  );
});
