import { interpretLf, type VerifiedLf, verifyFile } from "@flamenco/language";
import {
  kindOf,
  type Outputs,
  type Progress,
  type TreeOutput,
  type WorkerJob,
  workerStages,
} from "@flamenco/policies/wire";
import { buildHistogram, fitLabelModel, histogramOf } from "@flamenco/sandbox/labeling";
import { selectSplit, splitRows } from "@flamenco/sandbox/preprocess";
import { launchWorker } from "@flamenco/sandbox/worker";
import t from "tap";
import { type FixtureRow, makeFlows, writeDatasetFixture } from "../../support/dataset-fixture.js";
import { jobFor, jobPackage, lfSources } from "../../support/lf-sources.js";

// Processes start slowly on a busy machine; nothing here asserts how long.
t.setTimeout(300_000);

const limits = { deadlineSeconds: 60, memoryMegabytes: 2048 };
const run = (job: WorkerJob, onProgress: (progress: Progress) => void = () => {}) =>
  launchWorker({ job, limits, onProgress }).result;

const labels = ["benign", "attack"];
const flows = makeFlows(3_000);
const lfNames = [
  "wien/ports@1.0.0#lowPortAttack",
  "wien/ports@1.0.0#highPortBenign",
  "oregon/sizes@1.0.0#smallPacketBenign",
  "oregon/sizes@1.0.0#fastAttack",
  "oregon/sizes@1.0.0#ntpReflection",
];
const verify = (text: string): readonly VerifiedLf[] => verifyFile(text, { kind: kindOf("flow/1"), labels }).lfs;
const lfs = [...verify(lfSources.ports), ...verify(lfSources.sizes)];

/** The plain computation: row by row, LF by LF, with the interpreter. */
function voteRows(rows: readonly FixtureRow[], statistics: Parameters<typeof interpretLf>[2]): number[][] {
  return rows.map((row) => lfs.map((lf) => interpretLf(lf, row, statistics)));
}

/** The worker's engine and this one may differ in the last digits of `Math.exp` and `Math.log`. */
const roundNumbers = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, part) => (typeof part === "number" ? Number(part.toFixed(9)) : part));

t.test("a run's outputs are those of a plain computation over the rows", async (t) => {
  const fixture = await writeDatasetFixture(t.testdir(), { ...flows, partitionRows: 1_100 });
  const progress: Progress[] = [];
  const job = jobFor(fixture);
  const { rows, outputs } = await run(job, (step) => progress.push(step));
  const votes = voteRows(flows.rows, fixture.manifest.statistics);
  const truth = Int8Array.from(flows.truth, (label) => labels.indexOf(label));
  const parts = splitRows({ rows: flows.rows.length, truth, seed: job.seed, preset: "flow" });
  t.equal(rows, 3_000);

  t.test("analysis", async (t) => {
    const analysis = outputs.analysis as NonNullable<Outputs["analysis"]>;
    t.equal(analysis.rows, 3_000);
    t.equal(analysis.labeledRows, 3_000);
    for (const [index, line] of analysis.lfs.entries()) {
      const voted = votes.map((row, at) => ({ row, at })).filter(({ row }) => row[index] !== -1);
      const others = ({ row }: { row: number[] }) => row.filter((vote) => vote !== -1);
      t.equal(line.lf, lfNames[index]);
      t.equal(line.coverage, voted.length / 3_000, `${line.lf} coverage`);
      t.equal(line.overlaps, voted.filter((one) => others(one).length > 1).length / 3_000, `${line.lf} overlaps`);
      t.equal(
        line.conflicts,
        voted.filter((one) => new Set(others(one)).size > 1).length / 3_000,
        `${line.lf} conflicts`,
      );
      t.equal(line.correct, voted.filter(({ row, at }) => row[index] === truth[at]).length, `${line.lf} correct`);
      t.equal(line.incorrect, voted.filter(({ row, at }) => row[index] !== truth[at]).length, `${line.lf} incorrect`);
      t.ok(voted.length > 0, "the LF votes in this fixture, or the comparison says nothing");
    }
    t.same(
      analysis.lfs.map(({ weight }) => weight),
      outputs.labelModel?.weights,
    );
  });

  t.test("label model", async (t) => {
    const part = (name: "train" | "validation") => selectSplit(parts, name);
    const { histogram, patternOfRow } = buildHistogram({
      votes: Int8Array.from(votes.flat()),
      lfCount: lfs.length,
      labelCount: 2,
    });
    const { document } = fitLabelModel(histogramOf(patternOfRow, histogram, part("train")), {
      model: "auto",
      labels,
      lfNames,
      validation: histogramOf(patternOfRow, histogram, part("validation"), truth),
    });
    t.same(roundNumbers(outputs.labelModel), roundNumbers(document));
    t.equal(document.trainingRows, parts.filter((split) => split === 0).length);
    t.equal(document.classBalanceSource, "validation");
  });

  t.test("combinations", async (t) => {
    const combinations = outputs.combinations as NonNullable<Outputs["combinations"]>;
    const all = [...combinations.singles, ...combinations.pairs];
    t.same(
      all.map((set) => set.lfs.length),
      [...Array(5).fill(1), ...Array(10).fill(2)],
    );
    for (const set of all) {
      const voted = votes.filter((row) => set.lfs.some((lf) => row[lf] !== -1)).length;
      t.equal(set.coverage, voted / 3_000, `coverage of ${set.lfs.join(" and ")}`);
    }
    const fields = lfs.map(({ certificate }) => certificate.fields);
    for (const {
      lfs: [first = 0, second = 0],
      correlation,
    } of combinations.pairs) {
      const same = fields[first]?.join() === fields[second]?.join() && fields[first]?.length === 1;
      t.equal(correlation === null, same, "only LFs of one and the same field have no correlation");
    }
    t.ok(combinations.pairs.some(({ labelModel }) => labelModel.positive !== null));
  });

  t.test("tree and its scores on the test split", async (t) => {
    const tree = outputs.tree as TreeOutput;
    const order = tree.order.map(({ lf }) => lfNames.indexOf(lf));
    t.same([...order].sort(), [0, 1, 2, 3, 4]);
    const confusion = [
      [0, 0, 0],
      [0, 0, 0],
    ];
    for (const [row, split] of parts.entries()) {
      if (split !== 2) continue;
      const first = order.map((lf) => votes[row]?.[lf] as number).find((vote) => vote !== -1) ?? 2;
      (confusion[truth[row] as number] as number[])[first] =
        ((confusion[truth[row] as number] as number[])[first] as number) + 1;
    }
    t.same(outputs.metrics?.tree?.confusion, confusion);
    t.equal(outputs.metrics?.rows, parts.filter((split) => split === 2).length);
    t.ok(outputs.metrics?.labelModel !== null);
    t.same(tree.importance.features.map(({ field }) => field).sort(), [
      "averagePacketSize",
      "bytesPerPacket",
      "flowIatMin",
      "protocol",
      "srcPort",
    ]);
    t.match(tree.importance.method, /random forest: 50 trees, \d+ training rows with ground truth, seed \d+$/);
  });

  t.test("the exact tree is scored as the label model is, and its leaves share out the rows", async (t) => {
    const exact = outputs.exactTree as TreeOutput;
    t.equal(exact.form, "exact");
    const shares = exact.tree.nodes.flatMap((node) => (node.type === "leaf" ? [node.share ?? Number.NaN] : []));
    t.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-9);
    t.same(outputs.metrics?.exactTree, outputs.metrics?.labelModel);
    t.same(outputs.metrics?.predictors, ["labelModel", "tree", "exactTree"]);
    const other = outputs.metrics?.labelModelTreeDifference;
    t.same(outputs.metrics?.differences, [
      [0, other, 0],
      [other, 0, other],
      [0, other, 0],
    ]);
  });

  t.test("progress", async (t) => {
    const stages = progress.map(({ stage }) => workerStages.indexOf(stage));
    t.same(
      [...stages].sort((a, b) => a - b),
      stages,
      "stages come in their order",
    );
    const ran = workerStages.filter((stage) => stage !== "endClassifier");
    t.same([...new Set(progress.map(({ stage }) => stage))], ran, "those of what was asked for");
    for (const stage of ran) {
      const last = progress.findLast((step) => step.stage === stage);
      t.equal(last?.done, last?.total, `${stage} was finished`);
    }
  });
});

t.test("only the outputs that were asked for are sent", async (t) => {
  const fixture = await writeDatasetFixture(t.testdir(), makeFlows(200));
  for (const names of [
    ["analysis", "metrics"],
    ["labelModel", "tree"],
  ] as const) {
    const { outputs } = await run(jobFor(fixture, { outputs: [...names] }));
    t.same(Object.keys(outputs).sort(), names);
  }
});

t.test("without ground truth there are weights and a tree, and scores say why they are not there", async (t) => {
  const { rows } = makeFlows(500);
  const { outputs } = await run(jobFor(await writeDatasetFixture(t.testdir(), { rows })));
  t.equal(outputs.metrics?.labelModel, null);
  t.equal(outputs.metrics?.tree, null);
  t.ok((outputs.metrics?.reasons.length ?? 0) > 0);
  t.ok(outputs.metrics?.labelModelTreeDifference !== null);
  t.not(outputs.labelModel?.classBalanceSource, "validation");
  t.match(outputs.tree?.importance.method, /soft labels/);
});

t.test("a given class balance is used", async (t) => {
  const fixture = await writeDatasetFixture(t.testdir(), makeFlows(300));
  const { outputs } = await run(jobFor(fixture, { classBalance: [0.75, 0.25] }));
  t.same(outputs.labelModel?.classBalance, [0.75, 0.25]);
  t.equal(outputs.labelModel?.classBalanceSource, "given");
});

t.test(
  "what is known of a labeling function beforehand moves its weight; one that is not there has no prior",
  async (t) => {
    const { truth: _, ...flows } = makeFlows(300);
    const fixture = await writeDatasetFixture(t.testdir(), flows);
    const lf = "wien/ports@1.0.0#lowPortAttack";
    const weightOf = async (change: Partial<WorkerJob>) =>
      (await run(jobFor(fixture, { labelModel: "em", ...change }))).outputs.labelModel?.weights[0] ?? -1;
    for (const mean of [0.05, 0.99]) {
      const weight = await weightOf({ priors: [{ lf, mean, strength: 1e6 }] });
      t.ok(Math.abs(weight - mean) < 0.001, `a strong prior of ${mean} decides the weight: ${weight}`);
    }
    t.ok((await weightOf({})) > 0.3, "without one the votes do");
    await t.rejects(weightOf({ priors: [{ lf: "wien/ports@1.0.0#other", mean: 0.9, strength: 10 }] }), {
      code: "FLM_SCHEMA",
    });
  },
);

t.test("a dataset without rows gives outputs without numbers", async (t) => {
  const columns = ["srcPort", "protocol", "averagePacketSize", "bytesPerPacket", "flowIatMin"];
  const { rows, outputs } = await run(jobFor(await writeDatasetFixture(t.testdir(), { rows: [], columns })));
  t.equal(rows, 0);
  t.equal(outputs.analysis?.rows, 0);
  t.equal(outputs.metrics?.rows, 0);
});

t.test("a granted private field is compared with the dictionary of its column", async (t) => {
  const flows = makeFlows(400);
  const address = flows.rows[17]?.srcAddr as string;
  const text = `import { ABSTAIN, type Flow } from "@flamenco/lf";
/** Known host. */
export function knownHost(flow: Flow) {
  return flow.srcAddr === "${address}" ? "benign" : ABSTAIN;
}
/** Unknown host. */
export function unknownHost(flow: Flow) {
  return flow.srcAddr === "192.0.2.77" ? "attack" : ABSTAIN;
}
`;
  const fixture = await writeDatasetFixture(t.testdir(), flows);
  const job = jobFor(fixture, { packages: [jobPackage("wien/hosts", text)] });
  await t.rejects(run(job), { code: "FLM_LF_REFUSED" }, "without the grant it is refused");
  const { outputs } = await run({ ...job, grantedFields: ["srcAddr"] });
  const expected = flows.rows.filter(({ srcAddr }) => srcAddr === address).length / 400;
  t.same(
    outputs.analysis?.lfs.map(({ coverage }) => coverage),
    [expected, 0],
  );
});

t.test("an LF abstains where its statistic is not known", async (t) => {
  const text = `import { ABSTAIN, type Flow, type Stats } from "@flamenco/lf";
/** Spread out. */
export function spread(flow: Flow, stats: Stats<Flow>) {
  return flow.flowIatMin >= stats.flowIatMin.sd ? "attack" : "benign";
}
`;
  // One value has no standard deviation.
  const rows = [{ flowIatMin: 3 }, { flowIatMin: null }];
  const fixture = await writeDatasetFixture(t.testdir(), { rows });
  const { outputs } = await run(jobFor(fixture, { packages: [jobPackage("wien/spread", text)] }));
  t.equal(outputs.analysis?.lfs[0]?.coverage, 0);
});

t.test("an LF that reads a column that the dataset lacks does not run", async (t) => {
  const columns = ["srcPort", "protocol", "averagePacketSize", "bytesPerPacket"];
  const fixture = await writeDatasetFixture(t.testdir(), { ...makeFlows(50), columns });
  await t.rejects(run(jobFor(fixture)), { code: "FLM_FIELD_MISSING" });
});

t.test("a source that the verifier refuses does not run, whoever said that it was verified", async (t) => {
  const fixture = await writeDatasetFixture(t.testdir(), makeFlows(50));
  const hostile = `let seen = 0;
export function counts(flow) { seen += 1; return seen > 3 ? "attack" : "benign"; }
`;
  const job = jobFor(fixture, { packages: [jobPackage("wien/state", hostile)] });
  await t.rejects(run(job), { code: "FLM_LF_REFUSED" });
});

t.test("a package is not run twice in one job", async (t) => {
  const fixture = await writeDatasetFixture(t.testdir(), makeFlows(50));
  const twice = [jobPackage("wien/ports", lfSources.ports), jobPackage("wien/ports", lfSources.ports)];
  await t.rejects(run(jobFor(fixture, { packages: twice })), { code: "FLM_PACKAGE_FORMAT" });
});

t.test("a dataset of another kind or version is not read", async (t) => {
  const fixture = await writeDatasetFixture(t.testdir(), makeFlows(50));
  const untyped = `import { ABSTAIN } from "@flamenco/lf";
/** Low ports. */
export function lowPort(row) { return row.srcPort <= 6600 ? "attack" : ABSTAIN; }
`;
  const job = jobFor(fixture, { packages: [jobPackage("wien/any", untyped)] });
  await t.rejects(run({ ...job, dataset: { ...job.dataset, kind: "mosaic/1" } }), { code: "FLM_DATASET_KIND" });
  await t.rejects(run({ ...job, dataset: { ...job.dataset, version: "1".repeat(64) } }), {
    code: "FLM_DATASET_CORRUPT",
  });
});
