import type { SigningKey } from "@flamenco/policies/trust";
import { type PredictionCounts, pairNumber, type Study, type VoteTable } from "@flamenco/policies/wire";
import { type NodeConfig, type ProtectedRequest, planProtected, type VerifiedStudy } from "@flamenco/server";
import type { DatasetFixture } from "./dataset-fixture.js";
import { makeKey } from "./signed-documents.js";
import { makePackage, type SignedPackage } from "./study-material.js";
import { verifyStudy } from "./verified-study.js";

export const protectedNow = new Date("2026-03-01T12:00:00.000Z");
export const [alice, worf] = [makeKey("alice"), makeKey("worf")];

/** Three labeling functions that compare with no statistic. */
const source = {
  path: "flows.ts",
  text: `import { ABSTAIN } from "@flamenco/lf";

/** Well-known ports. */
export function lowPort(flow: Flow): Vote {
  return flow.srcPort <= 6600 ? "attack" : ABSTAIN;
}

/** Clients use high ports. */
export function highPort(flow: Flow): Vote {
  return flow.srcPort >= 9000 ? "benign" : ABSTAIN;
}

/** Large packets. */
export function largePackets(flow: Flow): Vote {
  return flow.averagePacketSize >= 400 ? "attack" : ABSTAIN;
}
`,
};
export const plainPackage = makePackage(alice, { source, name: "alice/plain" });

/** A dataset of a million rows as the control plane knows it; nobody reads a row here. */
export const largeManifest: DatasetFixture["manifest"] = {
  schema: "flamenco-dataset/1",
  name: "border",
  kind: "flow/1",
  dialect: "fixture",
  importedAt: protectedNow.toISOString(),
  rows: 1_234_567,
  columns: ["startTimeMs", "srcAddr", "srcPort", "averagePacketSize"],
  partitions: [],
  time: { minMs: null, maxMs: null },
  truth: { labels: ["attack", "benign"], labeledRows: 1_234_567 },
  statistics: {},
  account: { read: 1_234_567, kept: 1_234_567, dropped: [], files: [], notes: [] },
  software: "fixture",
};

/** A study under `standard` that passed every check of a node whose datasets are under it. */
export async function verifyProtected(
  change: Partial<Study> = {},
  {
    version = "5".repeat(64),
    author = alice,
    release,
    material = plainPackage,
    dataset = { directory: "/nowhere", manifest: largeManifest },
  }: VerifyOptions = {},
): Promise<{ verified: VerifiedStudy; request: ProtectedRequest }> {
  const verified = await verifyStudy(
    { outputs: ["analysis", "labelModel", "metrics", "tree"], release: { preset: "standard" }, ...change },
    { author, node: worf, material, dataset: { ...dataset, version }, now: protectedNow },
  );
  const request = planProtected(verified.study, verified.dataset, verified.packages, release);
  if (request === null) throw new Error("the dataset is not protected");
  return { verified, request };
}

export interface VerifyOptions {
  readonly version?: string;
  readonly author?: SigningKey;
  readonly release?: NodeConfig["release"];
  /** The study's package; that without statistics where absent. */
  readonly material?: SignedPackage;
  /** Where rows are; nowhere where absent. */
  readonly dataset?: Pick<DatasetFixture, "directory" | "manifest">;
}

/** A vote table that the worker could have counted: half the rows attacks, votes right nine times of ten. */
export function exampleVotes({ plan }: ProtectedRequest, { reference }: SignedPackage = plainPackage): VoteTable {
  const lfs = ["lowPort", "highPort", "largePackets"].map((lf) => `${reference.name}@${reference.version}#${lf}`);
  const singles = [
    [0, 300_000],
    [320_000, 0],
    [0, 280_000],
  ];
  const pairs = [
    [0, 0, 40_000, 0],
    [0, 0, 0, 220_000],
    [0, 30_000, 0, 0],
  ];
  const table: VoteTable = {
    schema: "flamenco-vote-table/1",
    lfs,
    labels: ["benign", "attack"],
    rowsPerUnit: plan.rowsPerUnit,
    votesPerRow: plan.votesPerRow,
    rows: 700_000,
    singles,
    chosen: singles.map((cells) => [...cells]),
    pairs: [],
  };
  for (const [index, [first, second]] of (
    [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const
  ).entries()) {
    table.pairs[pairNumber(first, second, 3)] = pairs[index]!;
  }
  return table;
}

/** Predictions that the worker could have counted. */
export const examplePredictions: PredictionCounts = {
  schema: "flamenco-prediction-counts/1",
  // truth x label model x chain
  confusion: [90_000, 2_000, 0, 1_000, 5_000, 0, 0, 0, 2_000, 4_000, 1_000, 0, 1_000, 92_000, 0, 0, 0, 3_000],
  leaves: [0, 500_000, 480_000, 0, 0, 60_000, 90_000],
};
