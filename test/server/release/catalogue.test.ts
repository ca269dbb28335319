import { join } from "node:path";
import { presetRules, ValueBins } from "@flamenco/policies/release";
import { openSignedBy } from "@flamenco/policies/trust";
import {
  type AuditEntry,
  type CountingRequest,
  type DatasetStatistics,
  type ProtectedCounts,
  payloadTypes,
  Result,
  type Study,
} from "@flamenco/policies/wire";
import { launchCounting, launchWorker } from "@flamenco/sandbox/worker";
import { assertReleased, BudgetLedger, openDatabase, ProtectedRuns, type ProtectedRunsOptions } from "@flamenco/server";
import t from "tap";
import { divideIntoSegments, writeDatasetFixture } from "../../support/dataset-fixture.js";
import { dyingDatabase } from "../../support/dying-database.js";
import { jobFor, jobPackage } from "../../support/lf-sources.js";
import { alice, largeManifest, type VerifyOptions, verifyProtected, worf } from "../../support/protected-release.js";
import { makePackage } from "../../support/study-material.js";

// Workers start slowly on a busy machine; nothing here asserts how long.
t.setTimeout(300_000);

const now = () => new Date("2026-03-01T12:00:30.000Z");
const database = await openDatabase({ directory: join(t.testdir({ rows: {} }), "database"), nodeName: "worf" }, now);
t.teardown(() => database.close());
const never = new AbortController().signal;

const source = {
  path: "sizes.ts",
  text: `import { ABSTAIN } from "@flamenco/lf";

/** Large packets. */
export function large(flow: Flow, stats: Stats): Vote {
  return flow.averagePacketSize >= stats.averagePacketSize.mean ? "attack" : ABSTAIN;
}
`,
};
const material = makePackage(alice, { source, name: "alice/sizes" });

const bins = new ValueBins(64);
/** Sizes from 100 to 1,000 bytes, evenly spread. */
const sizes = bins.count(Float64Array.from({ length: 1_000_000 }, (_, row) => 100 + 900 * ((row * 0.618) % 1)));

/** What sealed workers would count of a million rows. */
function countExample({ catalogue, rowsPerUnit, votesPerRow }: CountingRequest): ProtectedCounts {
  if (catalogue !== undefined) {
    const columns = catalogue.columns.map((column) => ({ column, bins: [...sizes] }));
    return { schema: "flamenco-column-counts/1", columns };
  }
  return {
    schema: "flamenco-vote-table/1",
    lfs: [`${material.reference.name}@${material.reference.version}#large`],
    labels: ["benign", "attack"],
    rowsPerUnit,
    votesPerRow,
    rows: 600_000,
    singles: [[0, 300_000]],
    chosen: [[0, 300_000]],
    pairs: [],
  };
}

/** A gate in front of counting workers, and what it did. */
function makeGate(change: Partial<ProtectedRunsOptions> = {}, count = countExample) {
  const [audit, jobs]: [AuditEntry[], CountingRequest[]] = [[], []];
  const runs = (config: VerifyOptions["release"]) =>
    new ProtectedRuns({
      config,
      ledger: new BudgetLedger(database, now),
      recordAudit: async (entry) => {
        audit.push(entry);
      },
      runCounting: async ({ counting }) => {
        jobs.push(counting!);
        return count(counting!);
      },
      waitForTick: async () => {},
      key: worf,
      memoryMegabytes: 2048,
      deadlineSeconds: 60,
      ...change,
    });
  const standard = runs(undefined);
  const ask = async (study: Partial<Study> = {}, by: VerifyOptions = {}) => {
    const { verified, request } = await verifyProtected({ outputs: ["analysis"], ...study }, { material, ...by });
    const gate = by.release === undefined ? standard : runs(by.release);
    const released = await gate.release(verified, request, never);
    assertReleased(released);
    return openSignedBy(JSON.parse(released.text), payloadTypes.result, Result, "result", ({ keyId }) => keyId)
      .document;
  };
  const counted = () => jobs.map(({ catalogue }) => (catalogue === undefined ? "votes" : "catalogue"));
  return { ask, audit, jobs, counted, standard };
}

let versions = 0;
/** A dataset version of the test's own: requests to it are like no other's. */
const freshVersion = () => String(++versions).padStart(64, "0");
const spentOn = async (version: string) =>
  (await new BudgetLedger(database, now).spent("border", version, alice.keyId)).collaboratorMicroRho;
const drawnOf = (version: string) =>
  database.query<{ noisy: string | null }>(
    "SELECT noisy FROM draws JOIN reservations USING (request) WHERE version = $1 AND part = 'catalogue'",
    [version],
  );

t.test("a column is counted, drawn and charged once, for the first study that compares with it", async (t) => {
  const version = freshVersion();
  const { ask, audit, jobs, counted, standard } = makeGate();
  const { verified } = await verifyProtected({ outputs: ["analysis"] }, { version, material });
  const before = await standard.budgetOf(verified);
  const first = await ask({}, { version });
  const { catalogue, microRho } = first.release.bound!;
  t.match(catalogue, { columns: ["averagePacketSize"], epsilon: 0.1 });
  t.ok(catalogue!.noise > 50 && catalogue!.noise < 60, "geometric noise of K = 4 at epsilon 0.1");
  t.equal(before?.priceMicroRho, microRho + catalogue!.microRho, "policies are told of both prices");
  t.equal(await spentOn(version), microRho + catalogue!.microRho);
  t.strictSame(
    audit.map((entry) => entry.type === "reservation" && entry.microRho),
    [microRho, catalogue!.microRho],
  );
  const [second, third] = await Promise.all([
    ask({ labelModel: "majority" }, { version }),
    ask({ classBalance: [0.4, 0.6] }, { version }),
  ]);
  t.strictSame(counted(), ["catalogue", "votes", "votes", "votes"]);
  const paid = [first, second, third].map(({ release }) => release.bound!.microRho);
  t.equal(await spentOn(version), paid.reduce((sum, one) => sum + one, 0) + catalogue!.microRho);
  const told = jobs.flatMap(({ statistics }) => (statistics === undefined ? [] : [statistics]));
  const [seen] = told as [DatasetStatistics];
  t.ok(Math.abs(seen.averagePacketSize!.mean! - 550) < 2, `${seen.averagePacketSize!.mean}`);
  t.strictSame(told, [seen, seen, seen]);
});

t.test("two studies at the same time draw a column once", async (t) => {
  const version = freshVersion();
  const { ask, counted } = makeGate();
  await Promise.all([ask({}, { version }), ask({ labelModel: "majority" }, { version })]);
  t.strictSame(counted().sort(), ["catalogue", "votes", "votes"]);
  t.equal((await drawnOf(version)).length, 1);
});

t.test("what does not fit into the budget is not charged, neither the column nor the release", async (t) => {
  const version = freshVersion();
  const rules = { ...presetRules.standard, epsilon: { release: 0.5, collaborator: 0.5, dataset: 8, catalogue: 0.1 } };
  const release: VerifyOptions["release"] = { datasets: [{ name: "border", preset: "standard", rules }] };
  const { ask, counted } = makeGate();
  await t.rejects(ask({}, { version, release }), { code: "FLM_BUDGET_EXHAUSTED" });
  t.equal(await spentOn(version), 0);
  t.strictSame(counted(), []);
});

t.test("killed before or after any statement, a column is charged once and never drawn twice", async (t) => {
  const statements = { count: 0 };
  const counted = dyingDatabase(database, Number.POSITIVE_INFINITY, true, statements);
  const whole = await makeGate({ ledger: new BudgetLedger(counted.database, now) }).ask(
    {},
    { version: freshVersion() },
  );
  const price = whole.release.bound!.microRho + whole.release.bound!.catalogue!.microRho;
  let drawnBefore = 0;
  for (let fatal = 1; fatal <= statements.count; fatal++) {
    for (const lastHasEffect of [false, true]) {
      const version = freshVersion();
      const name = `${lastHasEffect ? "after" : "before"} statement ${fatal}`;
      const dying = dyingDatabase(database, fatal, lastHasEffect);
      const doomed = makeGate({ ledger: new BudgetLedger(dying.database, now) });
      await Promise.race([doomed.ask({}, { version }), dying.died]);
      const drawn = await drawnOf(version);
      const again = await makeGate()
        .ask({}, { version })
        .then(
          () => "answered",
          ({ code }) => code,
        );
      t.match(again, /^(answered|FLM_RELEASE_INTERRUPTED)$/, name);
      t.equal(await spentOn(version), price, `${name}: charged once`);
      if (drawn.length === 0) continue;
      drawnBefore++;
      t.strictSame(await drawnOf(version), drawn, `${name}: what was drawn, or lost, stays`);
    }
  }
  t.ok(drawnBefore > 4, `${drawnBefore}`);
});

t.test("counts of other columns or shapes are stopped, and nothing is drawn of them", async (t) => {
  const wrong: Record<string, (columns: { column: string; bins: number[] }[]) => typeof columns> = {
    "another column": ([one]) => [{ ...one!, column: "srcPort" }],
    "one column more": ([one]) => [one!, { ...one!, column: "srcPort" }],
    "too many rows": ([one]) => [{ ...one!, bins: one!.bins.map(() => 10_203_040) }],
    "too few bins": ([one]) => [{ ...one!, bins: [1] }],
  };
  for (const [name, change] of Object.entries(wrong)) {
    const version = freshVersion();
    const { ask } = makeGate({}, (counting) => {
      const counts = countExample(counting);
      return counts.schema === "flamenco-column-counts/1" ? { ...counts, columns: change(counts.columns) } : counts;
    });
    const error = (await ask({}, { version }).catch((cause) => cause)) as Error;
    t.match(error, { code: "FLM_WORKER_PROTOCOL" }, name);
    t.notMatch(error.message, /10203040/);
    t.strictSame(await drawnOf(version), []);
  }
});

t.test("a function under noisy statistics says nearly what it says under exact ones", async (t) => {
  const rows = Array.from({ length: 8_000 }, (_, row) => ({
    averagePacketSize: 100 + 900 * ((row * 0.618) % 1),
    srcPort: row % 60_000,
  }));
  const truth = rows.map(({ averagePacketSize }) => (averagePacketSize >= 550 ? "attack" : "benign"));
  const fixture = await writeDatasetFixture(`${t.testdir()}/border`, { rows, truth, name: "border" });
  const limits = { memoryMegabytes: 2048, deadlineSeconds: 60 };
  const packages = [jobPackage("alice/sizes", source.text)];
  const exact = await launchWorker({ job: jobFor(fixture, { packages, outputs: ["analysis"] }), limits }).result;
  const epsilon = { release: 4, collaborator: 32, dataset: 64, catalogue: 0.5 };
  const rules = { ...presetRules.standard, privacyUnit: "row" as const, rowsPerUnit: 1, epsilon };
  const { ask } = makeGate({ runCounting: (job) => launchCounting({ job, limits }).result });
  const result = await ask(
    {},
    {
      version: fixture.version,
      dataset: fixture,
      release: { datasets: [{ name: "border", preset: "standard", rules }] },
    },
  );
  const [told, known] = [result, exact].map(({ outputs }) => outputs.analysis?.lfs[0]?.coverage ?? 0);
  t.ok(known! > 0.45 && known! < 0.55, `${known}`);
  t.ok(Math.abs(told! - known!) < 0.03, `${told} for ${known}`);
});

t.test("statistics of a dataset that is divided into segments have no noisy form", async (t) => {
  const rows = Array.from({ length: 20 }, (_, row) => ({ averagePacketSize: row, srcPort: row }));
  const fixture = await writeDatasetFixture(`${t.testdir()}/border`, { rows, name: "border" });
  const { averagePacketSize } = fixture.manifest.statistics;
  const { manifest } = await divideIntoSegments(fixture, "0", [{ averagePacketSize: averagePacketSize! }]);
  const dataset = { directory: "/nowhere", manifest: { ...largeManifest, segments: manifest.segments! } };
  const error = (await verifyProtected({ outputs: ["analysis"] }, { material, dataset }).catch(
    (cause) => cause,
  )) as Error;
  t.match(error, { code: "FLM_OUTPUT_UNPROTECTED", message: /segments/ });
  await t.resolves(verifyProtected({ outputs: ["analysis"] }, { dataset }), "functions without statistics run");
});
