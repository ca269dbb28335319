import { existsSync } from "node:fs";
import { join } from "node:path";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import { runStudy } from "@flamenco/sandbox/reproduce";
import t from "tap";
import { repository, studyInput, tableOf } from "./study-fixture.js";

/** A series that changes its level every 50 samples, each change marked; every 97th probe is lost. */
function markedSeries(length: number) {
  const random = new SeededRandom(9);
  const rtt = Array.from({ length }, (_, row) => {
    if (row % 97 === 96) return -1;
    return 20 + 10 * (Math.floor(row / 50) % 2) + 0.2 * random.nextFloat();
  });
  return { epoch: rtt.map((_, row) => row), rtt, cp: rtt.map((_, row) => (row > 0 && row % 50 === 0 ? 1 : 0)) };
}

t.test("ark: marked changes are the truth of the ten samples from each on, lost probes are left out", async (t) => {
  const input = studyInput("ark", "", async () => tableOf(markedSeries(1000)));
  const report = await runStudy("ark", input);
  t.match(report.sizes, {
    series: 1,
    rows: 990,
    changePoints: 19,
    disturbedRows: 190,
    multimodalSeries: 1,
    testRows: 99,
  });
  const [figure] = report.tables;
  t.strictSame(
    figure!.rows.map(([name]) => name),
    ["our labels", "our labels, no truth seen", "LOF", "Elliptic Envelope", "ORCE", "Isolation Forest", "the truth"],
  );
  t.equal(report.claims.length, 2);
  t.ok(report.claims.every(({ verdict }) => verdict === "holds" || verdict === "does not hold"));
  t.match(report.charts[0]!.svg, /^<svg .*<\/svg>\n$/s);
  t.notMatch(JSON.stringify(report), /NaN/);
  t.strictSame(await runStudy("ark", input), report, "the same seed gives the same report");
});

t.test("ark: a mark that is neither 0 nor 1, or no mark at all, is refused", async (t) => {
  const series = markedSeries(300);
  const study = (cp: number[]) =>
    runStudy(
      "ark",
      studyInput("ark", "", async () => tableOf({ ...series, cp })),
    );
  await t.rejects(study(series.cp.map((mark) => 2 * mark)), { code: "FLM_SCHEMA", message: /Row 51 of series 13746/ });
  await t.rejects(study(series.cp.map(() => 0)), { code: "FLM_LEARN_ONE_CLASS" });
});

const atlasData = join(repository, "../shared/data/2_rtt/atlas_floh22/ping.ndjson.gz");
const skip = existsSync(atlasData) ? false : "the pings are not beside the repository";

t.test("atlas: real pings with noise at known places", { skip }, async (t) => {
  const report = await runStudy(
    "atlas",
    studyInput("atlas", join(repository, "../shared/data"), async () => tableOf({})),
  );
  t.equal(report.sizes.pairs, 3);
  t.match(report.difference, "out of 141 with more than 100");
  t.notMatch(JSON.stringify(report), /\d+\.\d+\.\d+\.\d+|NaN/, "no address leaves the study");
  t.equal(report.tables[0]!.rows.length, 7);
  t.equal(report.claims.length, 2);
});

t.test("atlas: missing and damaged pings", async (t) => {
  const study = (data: string) =>
    runStudy(
      "atlas",
      studyInput("atlas", data, async () => tableOf({})),
    );
  await t.rejects(study(t.testdir()), { code: "FLM_STUDY_DATA", message: /ping\.ndjson\.gz/ });
  const other = t.testdir({ "2_rtt": { atlas_floh22: { "traceroute.ndjson.gz": "" } } });
  await t.rejects(study(other), { code: "FLM_STUDY_DATA", message: /no such file is there/ });
  const folder = (content: string | Buffer) => t.testdir({ "2_rtt": { atlas_floh22: { "ping.ndjson.gz": content } } });
  await t.rejects(study(folder("not a ping\n")), { code: "FLM_STUDY_DATA", message: /no ping that was answered/ });
  await t.rejects(study(folder(Buffer.from([0x1f, 0x8b, 8, 0, 0]))), { code: "FLM_FILE_UNREADABLE" });
});
