import type { Combinations } from "@flamenco/policies/wire";
import { combineLfs } from "@flamenco/sandbox/combinations";
import { buildHistogram, histogramOf } from "@flamenco/sandbox/labeling";
import { releaseOutputs } from "@flamenco/server";
import t from "tap";
import { makeKey } from "../../support/signed-documents.js";
import { addDataset, makeFlows, makePackage } from "../../support/study-material.js";
import { verifyStudy } from "../../support/verified-study.js";

const now = new Date("2026-03-01T12:00:00.000Z");
const [alice, node] = [makeKey("alice"), makeKey("worf")];
const basics = makePackage(alice);
const border = await addDataset(t.testdir(), "border", makeFlows(30));
const verified = await verifyStudy(
  { outputs: ["combinations"] },
  { author: alice, node, material: basics, dataset: border, now },
);

const votes = Int8Array.from({ length: 90 }, (_, cell) => ((cell * 7) % 5) - 1).map((vote) => Math.min(vote, 1));
const truth = Int8Array.from({ length: 30 }, (_, row) => row % 2);
const { histogram, patternOfRow } = buildHistogram({ votes, lfCount: 3, labelCount: 2 });
const part = (number: number) =>
  histogramOf(
    patternOfRow,
    histogram,
    Uint8Array.from(truth, (_, row) => (row % 3 === number ? 1 : 0)),
    truth,
  );
const combinations = combineLfs({
  histograms: { train: part(0), validation: part(1), test: part(2) },
  lfNames: ["lowPort", "highPort", "smallPackets"].map(
    (name) => `${basics.reference.name}@${basics.reference.version}#${name}`,
  ),
  task: verified.study.task,
  model: "auto",
});
const release = (change: Partial<Combinations>) =>
  releaseOutputs(
    verified,
    { rows: 30, outputs: { combinations: { ...combinations, ...change } }, startedAt: now, finishedAt: now },
    node,
  );

t.test("combinations of the study's own functions are released", (t) => {
  t.match(JSON.parse(release({}).text), { payloadType: String });
  t.end();
});

t.test("combinations that say what the study did not bring are stopped", (t) => {
  const [set] = combinations.singles;
  const [addition] = combinations.growth;
  for (const change of [
    { lfs: ["198.51.100.7", ...combinations.lfs.slice(1)] },
    { positive: "198.51.100.7" },
    { pairs: [{ ...set!, lfs: [0, 300] }] },
    { next: { base: [300], additions: [] } },
    { growth: [{ ...addition!, coverageGainedRows: 31 }] },
    { rows: 31 },
    { testRows: 31 },
  ]) {
    t.throws(() => release(change), { code: "FLM_WORKER_PROTOCOL" }, JSON.stringify(change).slice(0, 60));
  }
  t.end();
});
