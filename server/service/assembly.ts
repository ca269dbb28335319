import type { PolicySet } from "@flamenco/policies/access";
import type { SigningKey } from "@flamenco/policies/trust";
import type { RecordAudit } from "@flamenco/policies/wire";
import { defaultRequirement, launchCounting, launchWorker, type WallRequirement } from "@flamenco/sandbox/worker";
import { ApprovalCheck, Approvals } from "../approvals/index.js";
import { type AuditLog, describeDataset, recordRelease } from "../audit/index.js";
import type { NodeConfig } from "../config/index.js";
import { type DatasetVersion, openCurrentVersion } from "../datasets/index.js";
import { Announcer, Courier, isTransient, pollOffers, RegistryClient, signRunReport } from "../hub/index.js";
import {
  PackageCache,
  ProtectedRuns,
  Quarantine,
  type Run,
  type RunCounting,
  RunExecutor,
  RunFeed,
  RunStore,
  type RunWorker,
  Scheduler,
} from "../jobs/index.js";
import { BudgetLedger, createReleaseClock, describeDatasets } from "../release/index.js";
import type { Database } from "../storage/index.js";
import type { Log } from "../support/index.js";
import { StudyVerifier } from "../verification/index.js";
import { listStandingWalls } from "./wall-report.js";

export interface AssemblyOptions {
  readonly config: NodeConfig;
  readonly key: SigningKey;
  readonly policies: PolicySet;
  readonly database: Database;
  readonly audit: AuditLog;
  /** Directory of the dataset store. */
  readonly datasets: string;
  readonly listDatasets: () => Promise<DatasetVersion[]>;
  readonly now: () => Date;
  readonly random: () => number;
  readonly log: Log;
}

/** The parts that others ask, and the loops that do the work. */
export interface Assembly {
  readonly store: RunStore;
  readonly feed: RunFeed;
  readonly quarantine: Quarantine;
  readonly approvals: Approvals;
  /** Work until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Runs jobs behind at least the walls that the operator requires. */
const sealedWorker =
  (requirement: WallRequirement): RunWorker =>
  (job, { memoryMegabytes, deadlineSeconds, onProgress, signal }) =>
    launchWorker({ job, limits: { memoryMegabytes, deadlineSeconds }, onProgress, signal, requirement }).result;

/** As `sealedWorker`, for jobs that count. */
const countingWorker =
  (requirement: WallRequirement): RunCounting =>
  (job, { memoryMegabytes, deadlineSeconds, onProgress, signal }) =>
    launchCounting({ job, limits: { memoryMegabytes, deadlineSeconds }, onProgress, signal, requirement }).result;

/** Put the node's parts together. Nothing has started when this returns. */
export function assembleNode(options: AssemblyOptions): Assembly {
  const { config, key, policies, database, audit, datasets, listDatasets, now, random, log } = options;
  const recordAudit: RecordAudit = async (entry) => void (await audit.append(entry));
  const { keyId } = key;
  const client = new RegistryClient(config.registry);
  const feed = new RunFeed();
  const signReport = (run: Run): string => signRunReport(run, config.name, key);
  const store = new RunStore({
    database,
    now,
    signReport,
    onChange: (run) => {
      feed.publish(run);
      courier.note(run);
      if (run.state === "fetched") scheduler.noteWork();
    },
  });
  const courier = new Courier({
    client,
    store,
    keyId,
    recordRelease: (text) => recordRelease(audit, text),
    signReport,
    random,
    log,
  });
  const packages = new PackageCache(database, now);
  const { workers, memoryMegabytes, deadlineSeconds } = config.limits;
  const requirement = config.sandbox?.require ?? defaultRequirement;
  const ledger = new BudgetLedger(database, now);
  const protectedRuns = new ProtectedRuns({
    config: config.release,
    ledger,
    recordAudit,
    runCounting: countingWorker(requirement),
    waitForTick: createReleaseClock(config.release?.tickSeconds, now),
    key,
    memoryMegabytes,
    deadlineSeconds,
  });
  const verifier = new StudyVerifier({
    nodeName: config.name,
    keyId,
    researchers: config.researchers,
    policies,
    now,
    openDataset: async (name) => {
      const found = await openCurrentVersion(datasets, name);
      await recordAudit(describeDataset(found.name, found.version));
      return found;
    },
    recordAudit,
    budgetOf: (study, dataset, packages) => protectedRuns.budgetOf({ study, dataset, packages }),
    readBundle: async (reference, signal) =>
      (await packages.find(reference.id)) ?? (await client.fetchBundle(reference, signal)),
  });
  const quarantine = new Quarantine(database, now);
  const approvals = new Approvals(database, now, () => scheduler.noteWork());
  const executor = new RunExecutor({
    store,
    packages,
    quarantine,
    verifier,
    approval: new ApprovalCheck({
      approvals,
      researchers: config.researchers,
      boundOf: (verified) => protectedRuns.plan(verified)?.bound ?? null,
      recordAudit,
    }),
    recordAudit,
    listStandingWalls,
    runWorker: sealedWorker(requirement),
    protectedRuns,
    key,
    memoryMegabytes,
    deadlineSeconds,
    now,
    log,
    isTransient,
  });
  const scheduler = new Scheduler({ store, executor, approvals, workers, random, log });
  const announcer = new Announcer({
    client,
    nodeName: config.name,
    key,
    listDatasets: async () => describeDatasets(await listDatasets(), config.release, ledger),
    now,
    random,
    log,
  });
  const onOffer = () => scheduler.noteOffer();
  const onReconnect = () => announcer.renew();
  return {
    store,
    feed,
    quarantine,
    approvals,
    run: async (signal) => {
      await Promise.all([
        announcer.run(signal),
        courier.run(signal),
        scheduler.run(signal),
        pollOffers({ client, store, keyId, now, random, log, onOffer, onReconnect }, signal),
      ]);
    },
  };
}
