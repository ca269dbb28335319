import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { accessSchemaUrl, loadPolicySet } from "@flamenco/policies/access";
import type { AuditEntry, Outputs, RunState, Study } from "@flamenco/policies/wire";
import {
  ApprovalCheck,
  Approvals,
  type Database,
  PackageCache,
  Quarantine,
  RunExecutor,
  RunStore,
  Scheduler,
  StudyVerifier,
} from "@flamenco/server";
import pino from "pino";
import type { DatasetFixture } from "../../support/dataset-fixture.js";
import { makeKey, makeStudy } from "../../support/signed-documents.js";
import { makePackage, signStudy } from "../../support/study-material.js";

export const alice = makeKey("alice");
export const worf = makeKey("worf");
export const basics = makePackage(alice);

/** Permits everything to trusted researchers, once a person has approved the run. */
export const demanding = `@id("ask-me") @reason("I look at each run.") @approval("person")
permit (principal, action == Flamenco::Action::"run", resource) when { principal.trusted };
@id("the-rest")
permit (principal, action in [Flamenco::Action::"readStatistics", Flamenco::Action::"release"], resource);`;

const outputs: Outputs = {
  analysis: {
    rows: 30,
    labeledRows: 30,
    lfs: [],
    labelCoverage: 0,
    rowOverlap: 0,
    rowConflict: 0,
    agreement: [],
    warnings: [],
  },
};

const log = pino({ enabled: false });

/** The parts of a node between offers and the sealed worker, in this process, and how to see what they do. */
export interface ApprovingNode {
  readonly store: RunStore;
  readonly approvals: Approvals;
  readonly audit: AuditEntry[];
  /** Reports that the registry would get, in order. */
  readonly states: readonly RunState[];
  /** Studies for which a sealed worker was started. */
  readonly worked: number;
  stop(): Promise<void>;
}

export interface ApprovingNodeOptions {
  readonly database: Database;
  readonly dataset: DatasetFixture;
  readonly policies: string;
  readonly now: () => Date;
}

/** A study of one package that asks for the analysis. */
export function makeRequest(now: Date, nonce: string, change: Partial<Study> = {}) {
  const targets = [{ node: "worf", keyId: worf.keyId, dataset: "border" }];
  return signStudy(makeStudy(alice, { packages: [basics.reference], targets, now, nonce, ...change }), alice);
}

/** Start it over a database: stop it and start another over the same one to see what a restart does. */
export function startApprovingNode({ database, dataset, policies, now }: ApprovingNodeOptions): ApprovingNode {
  const reports: RunState[] = [];
  const audit: AuditEntry[] = [];
  let worked = 0;
  const store = new RunStore({
    database,
    now,
    signReport: ({ state }) => {
      reports.push(state);
      return JSON.stringify({ state });
    },
    onChange: ({ state }) => {
      if (state === "fetched") scheduler.noteWork();
      if (state === "offered") scheduler.noteOffer();
    },
  });
  const approvals = new Approvals(database, now, () => scheduler.noteWork());
  const researchers = [{ keyId: alice.keyId, name: "alice", institution: "uoregon" }];
  const executor = new RunExecutor({
    store,
    packages: new PackageCache(database, now),
    quarantine: new Quarantine(database, now),
    verifier: new StudyVerifier({
      nodeName: "worf",
      keyId: worf.keyId,
      researchers,
      policies: loadPolicySet(readFileSync(accessSchemaUrl, "utf8"), [{ name: "mine.cedar", text: policies }]),
      now,
      openDataset: async (name) => ({ ...dataset, name }),
      readBundle: async () => basics.bundle,
    }),
    approval: new ApprovalCheck({
      approvals,
      researchers,
      boundOf: () => null,
      recordAudit: async (entry) => {
        audit.push(entry);
      },
    }),
    runWorker: async () => {
      worked += 1;
      return { rows: dataset.manifest.rows, outputs };
    },
    protectedRuns: { plan: () => null, release: () => Promise.reject(new Error("nothing is protected here")) },
    recordAudit: async () => undefined,
    listStandingWalls: async () => ["process"],
    key: worf,
    memoryMegabytes: 128,
    deadlineSeconds: 10,
    now,
    log,
    isTransient: () => false,
  });
  const scheduler = new Scheduler({ store, executor, approvals, workers: 1, random: () => 0.5, log });
  const stopping = new AbortController();
  const running = scheduler.run(stopping.signal);
  return {
    store,
    approvals,
    audit,
    states: reports,
    get worked() {
      return worked;
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Wait until a run is in a state. */
export async function waitForState({ store }: ApprovingNode, study: string, state: RunState): Promise<void> {
  for (let attempt = 0; attempt < 6_000; attempt += 1) {
    if ((await store.find(study))?.state === state) return;
    await pause(10);
  }
  throw new Error(`the run is ${(await store.find(study))?.state}, not ${state}`);
}
