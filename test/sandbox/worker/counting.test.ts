import { ValueBins } from "@flamenco/policies/release";
import {
  type ColumnCounts,
  type CountingRequest,
  type PredictionCounts,
  pairNumber,
  type VoteTable,
} from "@flamenco/policies/wire";
import { launchCounting, launchWorker } from "@flamenco/sandbox/worker";
import t from "tap";
import { type DatasetFixture, type FixtureRow, writeDatasetFixture } from "../../support/dataset-fixture.js";
import { jobFor, jobPackage, lfSources } from "../../support/lf-sources.js";

// Processes start slowly on a busy machine; nothing here asserts how long.
t.setTimeout(300_000);

const limits = { deadlineSeconds: 60, memoryMegabytes: 2048 };
const DAY_MS = 86_400_000;
const hostDay: CountingRequest["unit"] = { columns: ["srcAddr"], day: "startTimeMs" };
const key = "5a".repeat(32);
const request = (change: Partial<CountingRequest> = {}): CountingRequest => ({
  unit: hostDay,
  rowsPerUnit: 4,
  votesPerRow: 2,
  key,
  ...change,
});
const source = `${lfSources.ports}
/** Anything at all. */
export function anyPort(flow: Flow) {
  return flow.srcPort >= 0 ? "benign" : ABSTAIN;
}
`;
const jobOn = (fixture: DatasetFixture, counting: CountingRequest) =>
  jobFor(fixture, { packages: [jobPackage("wien/ports", source)], counting });
/** A label model of those functions, as an exact run fits it. */
async function fitModel(fixture: DatasetFixture) {
  const job = jobFor(fixture, { packages: [jobPackage("wien/ports", source)], outputs: ["labelModel"] });
  return (await launchWorker({ job, limits }).result).outputs.labelModel!;
}
const count = async <Counts>(fixture: DatasetFixture, counting: CountingRequest): Promise<Counts> =>
  (await launchCounting({ job: jobOn(fixture, counting), limits }).result) as Counts;

/** Flows of hosts, each with its own address; the first comes first in the file. */
const flowsOf = (host: string, flows: number, first = 0): FixtureRow[] =>
  Array.from({ length: flows }, (_, index) => ({
    srcAddr: host,
    startTimeMs: (first + index) * 1_000,
    srcPort: (first + index) % 2 === 0 ? 123 : 9_000 + index,
  }));
const others = Array.from({ length: 300 }, (_, host) => flowsOf(`198.51.100.${host}`, 2, host)).flat();
const busy = flowsOf("192.0.2.7", 500);
const write = (name: string, rows: readonly FixtureRow[]) =>
  writeDatasetFixture(`${root}/${name}`, {
    rows,
    truth: rows.map(({ srcPort }) => (srcPort === 123 ? "attack" : "benign")),
    partitionRows: 400,
  });
const root = t.testdir();
const without = await write("without", others);
const withBusy = await write("with", [...busy, ...others]);

/** Cells of a table with what the larger one has more. */
const surplus = (more: readonly number[], less: readonly number[]) => more.map((cell, index) => cell - less[index]!);

t.test(
  "one host with 500 flows changes K rows of a vote table, wherever they are, and no row of another",
  async (t) => {
    const [more, less] = [await count<VoteTable>(withBusy, request()), await count<VoteTable>(without, request())];
    t.ok(more.rows - less.rows <= 4, `${more.rows - less.rows} rows more`);
    for (const cells of ["singles", "chosen", "pairs"] as const) {
      const changes = surplus(more[cells].flat(), less[cells].flat());
      t.ok(
        changes.every((change) => change >= 0 && change <= 4),
        `${cells}: ${changes}`,
      );
    }
    const { labels, lfs, chosen, pairs, singles } = less;
    t.strictSame([labels, lfs.length], [["benign", "attack"], 3]);
    t.ok(Math.abs(less.rows - 0.6 * others.length) < 60, "training rows are about 60 %");
    t.strictSame(singles[2], [less.rows, 0], "the function that always votes");
    const votes = chosen.flat().reduce((sum, cell) => sum + cell, 0);
    t.equal(votes, 2 * less.rows, "each row has two votes in pairs, as many as the cap");
    t.equal(
      pairs[pairNumber(0, 1, 3)]!.reduce((sum, cell) => sum + cell, 0),
      0,
      "functions that never meet",
    );
  },
);

t.test("the model's predictions are counted once for each row that counts", async (t) => {
  const predictions = { model: await fitModel(without), order: [0, 1] };
  const less = await count<PredictionCounts>(without, request({ predictions }));
  const more = await count<PredictionCounts>(withBusy, request({ predictions }));
  const sum = (cells: readonly number[]) => cells.reduce((total, cell) => total + cell, 0);
  t.equal(sum(less.leaves), others.length, "every row is in one leaf");
  t.equal(sum(more.leaves), others.length + 4, "the busy host adds K of its rows");
  t.ok(Math.abs(sum(less.confusion) - 0.2 * others.length) < 45, "test rows with ground truth are about 20 %");
  const [attackByFirst, benignBySecond] = [less.leaves[1]!, less.leaves[2]!];
  t.equal(attackByFirst, others.filter(({ srcPort }) => srcPort === 123).length);
  t.equal(benignBySecond, others.length - attackByFirst);
});

t.test("units: rows, hosts, hosts by day", async (t) => {
  const days = await write(
    "days",
    [0, 1, 2].flatMap((day) => flowsOf("192.0.2.7", 10).map((row) => ({ ...row, startTimeMs: day * DAY_MS }))),
  );
  const model = await fitModel(days);
  const rowsThatCount = async (unit: CountingRequest["unit"], rowsPerUnit: number) => {
    const { leaves } = await count<PredictionCounts>(
      days,
      request({ unit, rowsPerUnit, predictions: { model, order: [0] } }),
    );
    return leaves.reduce((total, cell) => total + cell, 0);
  };
  t.equal(await rowsThatCount({ columns: [], day: null }, 1), 30);
  t.equal(await rowsThatCount({ columns: ["srcAddr"], day: null }, 4), 4);
  t.equal(await rowsThatCount(hostDay, 4), 12);
  await t.rejects(rowsThatCount({ columns: ["dstAddr"], day: null }, 4), { code: "FLM_FIELD_MISSING" });
});

const highSource = `import { ABSTAIN, type Flow, type Stats } from "@flamenco/lf";
export function high(flow: Flow, stats: Stats<Flow>) {
  return flow.srcPort >= stats.srcPort.mean ? "benign" : ABSTAIN;
}
`;
const countHigh = (counting: CountingRequest, fixture = without) =>
  launchCounting({
    job: jobFor(fixture, { packages: [jobPackage("wien/late", highSource)], counting }),
    limits,
  }).result as Promise<VoteTable>;
const nothing = { count: null, mean: null, sd: null, p5: null, p10: null, p25: null, p50: null, p75: null, p90: null };
const statistics = (mean: number | null) => ({ srcPort: { ...nothing, p95: null, mean } });

t.test("functions compare with the statistics of the job, never with those of the version", async (t) => {
  await t.rejects(countHigh(request()), { code: "FLM_OUTPUT_UNPROTECTED" }, "an exact statistic is not read");
  const exact = without.manifest.statistics.srcPort?.mean ?? 0;
  t.ok(exact > 123 && exact < 9_000, "half of the rows are above the mean");
  const above = await countHigh(request({ statistics: statistics(1) }));
  t.equal(above.singles[0]?.[0], above.rows);
  const { singles } = await countHigh(request({ statistics: statistics(20_000) }));
  t.strictSame(singles, [[0, 0]]);
  const unknown = await countHigh(request({ statistics: statistics(null) }));
  t.strictSame(unknown.singles, [[0, 0]], "where a column has hardly any values its functions abstain");
});

t.test("values of a column are counted in public bins, K rows of a unit at most", async (t) => {
  const catalogue = { columns: ["srcPort"], perDecade: 8 };
  const [more, less] = [
    await count<ColumnCounts>(withBusy, request({ catalogue })),
    await count<ColumnCounts>(without, request({ catalogue })),
  ];
  const bins = new ValueBins(8);
  t.strictSame(less.columns, [
    {
      column: "srcPort",
      bins: [...bins.count(others.map(({ srcPort }) => Number(srcPort)))],
    },
  ]);
  const changes = surplus(more.columns[0]!.bins, less.columns[0]!.bins);
  t.ok(changes.every((change) => change >= 0));
  t.equal(
    changes.reduce((sum, change) => sum + change, 0),
    4,
    "the busy host adds K of its rows",
  );
});
