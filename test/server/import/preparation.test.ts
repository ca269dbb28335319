import { join } from "node:path";
import { isFlamencoError } from "@flamenco/policies/errors";
import { openDatasetVersion } from "@flamenco/sandbox/columns";
import { parsePipeline } from "@flamenco/sandbox/pipeline-file";
import type { ImportRequest } from "@flamenco/server/import";
import t from "tap";
import { cicLabels, importFiles, importText, northPath, publishedBy, readRows } from "./import-fixture.js";

const planOf = (steps: string, seed = 1): Pick<ImportRequest, "preparation"> => ({
  preparation: { pipeline: parsePipeline(`schema: flamenco-pipeline/1\nsteps:\n${steps}`), seed },
});

const splitAndSample = `
  - { step: split, preset: flow, stratify: label }
  - { step: oversample, method: smote, label: BENIGN, count: 100, columns: [srcPort, durationSeconds] }
  - { step: select, drop: [cwrFlagCount] }
`;

t.test("a pipeline splits, makes rows up for training alone, and leaves columns out", async (t) => {
  const result = await importFiles(join(t.testdir(), "datasets"), [northPath], {
    labels: cicLabels,
    ...planOf(splitAndSample),
  });
  const version = publishedBy(result);
  const { manifest } = version;
  t.equal(manifest.account.kept, 997, "the account is of rows that were read");
  t.equal(manifest.rows, 1097);
  t.notOk(manifest.columns.includes("cwrFlagCount"));
  t.match(manifest.preparation, { seed: 1, syntheticRows: 100, split: { train: 738, validation: 160, test: 199 } });
  t.equal(manifest.preparation?.pipeline.steps.length, 3);
  const rows = (await readRows(version, "__synthetic, __split::DOUBLE, __truth")) as [boolean, number, string][];
  const synthetic = rows.filter(([flag]) => flag);
  t.equal(synthetic.length, 100);
  t.ok(synthetic.every(([, part, truth]) => part === 0 && truth === "benign"));
  t.equal(rows.filter(([, part]) => part === 2).length, 199);
  await t.resolves(openDatasetVersion(version.directory, version.version));
});

t.test("the same files, pipeline and seed give the same version; another seed gives another", async (t) => {
  const root = t.testdir();
  const versionOf = async (name: string, seed: number) => {
    const options = { labels: cicLabels, ...planOf(splitAndSample, seed) };
    return publishedBy(await importFiles(join(root, name), [northPath], options));
  };
  const first = await versionOf("one", 1);
  t.equal((await versionOf("two", 1)).version, first.version);
  const other = await versionOf("three", 2);
  t.not(other.manifest.partitions[0]?.sha256, first.manifest.partitions[0]?.sha256);
});

const rtts = [
  "timeMs,source,destination,rttMs,lost",
  ...Array.from({ length: 60 }, (_, index) => `${1_700_000_000_000 + index},p,t,${10 + (index % 7)},false`),
  "1700000000100,p,t,500,false",
  "1700000000101,q,t,7,false",
  "",
].join("\n");

t.test("rules label rows, without a label column in the file", async (t) => {
  const rule = `
  - { step: label, by: rule, rules: [{ label: slow, when: "rttMs > 100" }], otherwise: usual }
`;
  const result = await importText(t.testdir(), rtts, planOf(rule));
  t.match(result.manifest.truth, { labels: ["slow", "usual"], labeledRows: 62 });
  t.same(result.labelCounts, [
    { label: "slow", rows: 1 },
    { label: "usual", rows: 61 },
  ]);
  t.match(result.manifest.segments, { by: ["source", "destination"] }, "the kind's own segments stay");
});

t.test("windows become fields of the kind, and segments are those of the pipeline", async (t) => {
  const steps = `
  - { step: augment, column: rttMs, by: [source, destination], time: timeMs, rows: 3, prefix: window }
  - { step: segment, by: [source] }
`;
  const version = publishedBy(await importText(t.testdir(), rtts, planOf(steps)));
  const { columns, segments } = version.manifest;
  t.ok(columns.includes("windowMedian"));
  t.match(segments, { by: ["source"], modality: null, count: 2 });
  const rows = await readRows(version, "rttMs, windowCount::DOUBLE, windowMax, __segment::DOUBLE");
  t.same(rows.slice(0, 3), [
    [10, 1, 10, 0],
    [11, 2, 11, 0],
    [12, 3, 12, 0],
  ]);
  t.same(rows.at(-1), [7, 1, 7, 1]);
});

t.test("what a pipeline cannot make of a dataset is refused, and nothing is published", async (t) => {
  const cases: readonly [string, string, string][] = [
    ["a column that is no field", "- { step: augment, column: rttMs, rows: 3, prefix: other }", "FLM_SCHEMA"],
    ["a column that is not there", "- { step: augment, column: nothing, rows: 3 }", "FLM_FIELD_MISSING"],
    [
      "a label that is no name",
      `- { step: label, by: rule, rules: [{ label: "Sehr Langsam", when: "rttMs > 100" }] }`,
      "FLM_USAGE",
    ],
  ];
  for (const [name, step, code] of cases) {
    const error = await importText(t.testdir(), rtts, planOf(`  ${step}\n`)).catch((cause: unknown) => cause);
    t.ok(isFlamencoError(error), name);
    t.match(error, { code }, name);
  }
});
