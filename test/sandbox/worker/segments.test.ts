import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import type { WorkerJob } from "@flamenco/policies/wire";
import { launchWorker } from "@flamenco/sandbox/worker";
import t from "tap";
import {
  divideIntoSegments,
  type FixtureRow,
  seededNumbers,
  writeDatasetFixture,
} from "../../support/dataset-fixture.js";
import { jobFor, jobPackage } from "../../support/lf-sources.js";

// Processes start slowly on a busy machine; nothing here asserts how long.
t.setTimeout(300_000);

const source = `import { ABSTAIN, type Rtt, type Stats } from "@flamenco/lf";

/** Slower than usual on its own path. */
export function slowAttack(rtt: Rtt, stats: Stats<Rtt>) {
  return rtt.rttMs > stats.rttMs.mean ? "attack" : ABSTAIN;
}

/** Needs no statistics. */
export function shortBenign(rtt: Rtt) {
  return rtt.rttMs < 30 ? "benign" : ABSTAIN;
}
`;

const random = seededNumbers(5);
/** Every third row is of a path ten times as long. */
const rows: FixtureRow[] = Array.from({ length: 900 }, (_, index) => ({
  rttMs: (index % 3 === 0 ? 200 : 20) + random() * (index % 3 === 0 ? 50 : 20),
}));
const pathOf = (long: boolean) => rows.filter((_, index) => (index % 3 === 0) === long);

const run = (job: WorkerJob) => launchWorker({ job, limits: { deadlineSeconds: 60, memoryMegabytes: 2048 } }).result;
const analysisJob = (fixture: Parameters<typeof jobFor>[0]) =>
  jobFor(fixture, { packages: [jobPackage("wien/slow", source)], outputs: ["analysis"] });

t.test("an LF compares a row with the statistics of the row's own segment", async (t) => {
  const folder = t.testdir();
  const write = (name: string, part: FixtureRow[]) =>
    writeDatasetFixture(join(folder, name), { rows: part, kind: "rtt/1" });
  const [short, long, whole] = await Promise.all([
    write("short", pathOf(false)),
    write("long", pathOf(true)),
    write("whole", rows),
  ]);
  const votesOf = async (fixture: typeof whole) => {
    const { outputs, rows: count } = await run(analysisJob(fixture));
    return outputs.analysis?.lfs.map(({ coverage }) => Math.round(coverage * count));
  };
  const [shortVotes = [], longVotes = [], wholeVotes] = [
    await votesOf(short),
    await votesOf(long),
    await votesOf(whole),
  ];
  const divided = await divideIntoSegments(whole, "CASE WHEN rttMs > 100 THEN 1 ELSE 0 END", [
    short.manifest.statistics,
    long.manifest.statistics,
  ]);
  const dividedVotes = await votesOf(divided);
  t.same(
    dividedVotes,
    shortVotes.map((count, lf) => count + (longVotes[lf] ?? 0)),
    "as if the segments were two datasets",
  );
  t.not(dividedVotes?.[0], wholeVotes?.[0], "and not as if they were one");

  await t.test("segments that are not what the manifest says are refused", async (t) => {
    await appendFile(join(divided.directory, "segments.json"), " ");
    t.match(await run(analysisJob(divided)).catch((error) => error), { code: "FLM_DATASET_CORRUPT" });
  });
});

t.test("a row of a segment that has no statistics is refused", async (t) => {
  const whole = await writeDatasetFixture(t.testdir(), { rows, kind: "rtt/1" });
  const { statistics } = whole.manifest;
  for (const segment of ["2", "-1", "NULL"]) {
    const fixture = await divideIntoSegments(
      await writeDatasetFixture(`${t.testdirName}/${segment}`, { rows, kind: "rtt/1" }),
      segment,
      [statistics, statistics],
    );
    t.match(await run(analysisJob(fixture)).catch((error) => error), { code: "FLM_DATASET_CORRUPT" }, segment);
  }
});
