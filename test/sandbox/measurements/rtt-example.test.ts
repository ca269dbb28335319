import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { columnStatistics, interpretLf, type LfRow, verifyFile } from "@flamenco/language";
import { type DatasetStatistics, kindOf, rttWindowSamples } from "@flamenco/policies/wire";
import { atlasFormat } from "@flamenco/sandbox/measurements";
import { addTrailingWindows, SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";
import { decode, lines, type Row } from "./decoding.js";

const folder = new URL("../../../../examples/rtt-congestion/", import.meta.url);
const { task } = JSON.parse(readFileSync(new URL("flamenco.json", folder), "utf8")) as { task: { labels: string[] } };
const { lfs, refusals, warnings } = verifyFile(readFileSync(new URL("lfs.ts", folder), "utf8"), {
  kind: kindOf("rtt/1"),
  labels: task.labels,
});
const [normal, congested] = [task.labels.indexOf("normal"), task.labels.indexOf("congested")];

/** Rows of one pair in the order of time, with the window fields that an import gives them. */
function withWindows(rows: readonly Row[]): LfRow[] {
  const ordered = rows.toSorted((a, b) => Number(a.timeMs) - Number(b.timeMs));
  const values = Float64Array.from(ordered, ({ rttMs }) => Number(rttMs ?? Number.NaN));
  const windows = Object.entries(addTrailingWindows({ values, size: { rows: rttWindowSamples } }));
  return ordered.map(({ record: _, ...row }, at) => {
    const cells = windows.map(([feature, column]) => [`window${feature}`, column[at] ?? Number.NaN] as const);
    return { ...row, ...Object.fromEntries(cells.map(([name, value]) => [name, Number.isNaN(value) ? null : value])) };
  });
}

function statisticsOf(rows: readonly LfRow[]): DatasetStatistics {
  const names = ["rttMs", "windowSd"];
  const column = (name: string) => Float64Array.from(rows, (row) => Number(row[name] ?? Number.NaN));
  return Object.fromEntries(names.map((name) => [name, columnStatistics(column(name))]));
}

t.test("the example package is accepted without a warning", async (t) => {
  t.strictSame([refusals, warnings], [[], []]);
  t.strictSame(
    lfs.map(({ name }) => name),
    ["fastAndSteadyNormal", "slowWindowCongested", "suddenRiseCongested", "lostAfterSlowCongested"],
  );
});

t.test("on pings of a path with busy hours, each function votes, and nearly always rightly", async (t) => {
  const random = new SeededRandom(3);
  const busy = (hour: number) => hour % 24 === 18 || hour % 24 === 19;
  const results = Array.from({ length: 5 * 24 * 12 }, (_, at) => {
    const hour = Math.floor(at / 12);
    const packet = () => {
      const queue = (busy(hour) ? 40 : 0.5) * -Math.log(1 - random.nextFloat());
      return random.nextFloat() < (busy(hour) ? 0.1 : 0.001) ? { x: "*" } : { rtt: 20 + queue };
    };
    return {
      ...{
        fw: 5080,
        type: "ping",
        prb_id: 1,
        from: "192.0.2.1",
        dst_addr: "198.51.100.1",
        timestamp: 1.7e9 + 300 * at,
      },
      ...{ result: [packet(), packet(), packet()], sent: 3 },
    };
  });
  const rows = withWindows(decode(atlasFormat, lines(...results)).rows);
  const statistics = statisticsOf(rows);
  for (const lf of lfs) {
    const votes = rows.map((row) => interpretLf(lf, row, statistics));
    const cast = rows.flatMap(({ timeMs }, at) => {
      const truth = busy(Math.floor((Number(timeMs) / 1000 - 1.7e9) / 3600)) ? congested : normal;
      return votes[at] === -1 ? [] : [votes[at] === truth];
    });
    t.ok(cast.length > 10, `${lf.name} votes ${cast.length} times`);
    const right = cast.filter((vote) => vote).length / cast.length;
    t.ok(right > 0.9, `${lf.name} is right in ${right}`);
  }
});

const pings = new URL("../../../../../shared/data/2_rtt/atlas_floh22/ping.ndjson.gz", import.meta.url);
const skip = existsSync(pings) ? false : "the results are not on this machine";

t.test("on real pings, the functions vote as their conditions say, pair by pair", { skip }, async (t) => {
  const { rows } = decode(atlasFormat, gunzipSync(readFileSync(pings)));
  const pairs = new Map<string, Row[]>();
  for (const row of rows) {
    const pair = pairs.get(`${row.source} ${row.destination}`);
    if (pair === undefined) pairs.set(`${row.source} ${row.destination}`, [row]);
    else pair.push(row);
  }
  const long = [...pairs.values()].filter((pair) => pair.filter(({ lost }) => lost === false).length > 100);
  t.equal(long.length, 141);
  const votes = lfs.map(() => 0);
  for (const pair of long.slice(0, 12)) {
    const windowed = withWindows(pair);
    const statistics = statisticsOf(windowed);
    const rtt = statistics.rttMs;
    const steadySd = Number(statistics.windowSd?.p50);
    const answered: number[] = [];
    for (const row of windowed) {
      if (row.lost === false) answered.push(Number(row.rttMs));
      const window = columnStatistics(Float64Array.from(answered.slice(-10)));
      const said = {
        fastAndSteadyNormal:
          row.lost === false && Number(row.rttMs) <= Number(rtt?.p50) && window.sd !== null && window.sd <= steadySd,
        slowWindowCongested: window.p50 !== null && window.p50 >= Number(rtt?.p90),
        suddenRiseCongested:
          row.lost === false &&
          Number(row.rttMs) - Math.min(...answered.slice(-10)) >= Number(rtt?.p95) - Number(rtt?.p5),
        lostAfterSlowCongested: row.lost === true && window.p75 !== null && window.p75 >= Number(rtt?.p75),
      };
      for (const [index, lf] of lfs.entries()) {
        // Two ways of summing squares differ in the last bits, which decide only where a value is its own threshold.
        if (lf.name === "fastAndSteadyNormal" && Math.abs(Number(window.sd) - steadySd) < 1e-9) continue;
        const vote = interpretLf(lf, row, statistics);
        if (vote !== -1) votes[index] = (votes[index] ?? 0) + 1;
        if ((vote !== -1) !== said[lf.name as keyof typeof said]) t.fail(`${lf.name} at ${row.timeMs}`);
      }
    }
  }
  t.ok(
    votes.every((count) => count > 0),
    `votes: ${votes.join(", ")}`,
  );
});
