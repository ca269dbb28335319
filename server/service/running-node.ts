import { setMaxListeners } from "node:events";
import { sodiumReady } from "@flamenco/policies/trust";
import { defaultRequirement } from "@flamenco/sandbox/worker";
import type { FastifyBaseLogger } from "fastify";
import { AuditLog, openLogFiles, readLedger, recordRelease, recordStart } from "../audit/index.js";
import { loadNodeConfig, loadNodeKey, loadPolicies, nodeDirectoryOf } from "../config/index.js";
import { type DatasetVersion, listDatasets } from "../datasets/index.js";
import { buildApp, type DatasetView, listenLocally } from "../http/index.js";
import { makeOperatorToken, publishAccess } from "../operator/index.js";
import { restoreRelease } from "../release/index.js";
import { openDatabase } from "../storage/index.js";
import { type Log, lockDirectory } from "../support/index.js";
import { assembleNode } from "./assembly.js";
import { Teardown } from "./teardown.js";
import { reportWalls } from "./wall-report.js";

export interface NodeOptions {
  readonly dataDirectory: string;
  /** Port of the node's own interface; the configuration's when absent. */
  readonly port?: number | undefined;
  /** A PostgreSQL server instead of the embedded database. */
  readonly databaseUrl?: string | undefined;
  readonly log: FastifyBaseLogger;
  readonly now: () => Date;
  /** Uniform in [0, 1): jitter of waits, nothing else. */
  readonly random: () => number;
}

/** A node at work. */
export interface RunningNode {
  readonly name: string;
  readonly keyId: string;
  readonly url: string;
  /** Resolves with the reason when the node cannot go on; whoever runs it stops it then. */
  readonly lost: Promise<Error>;
  /** Stop workers and loops, close the database, let the directory go. Interrupted runs are taken up at the next start. */
  stop(): Promise<void>;
}

/** Datasets of the node; a damaged one is left out, and said so, rather than taking the others with it. */
const listSound = (datasets: string, log: Log): Promise<DatasetVersion[]> =>
  listDatasets(datasets, (name, { code }) => {
    log.error({ dataset: name, code }, "A dataset is damaged and left out.");
  });

const viewOf = ({ name, version, manifest: { kind, rows } }: DatasetVersion): DatasetView => ({
  name,
  kind,
  version,
  rows,
});

/**
 * Start a node. Everything that can be wrong with its files is found before anything is started.
 * @throws FLM_CONFIG, FLM_KEY_UNREADABLE, FLM_POLICY_INVALID, FLM_DATA_DIR_LOCKED, FLM_DATABASE, FLM_AUDIT_DIVERGED, FLM_AUDIT_CHECKPOINT, FLM_PORT_TAKEN
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  await sodiumReady;
  const { log, now, random, databaseUrl } = options;
  const directory = nodeDirectoryOf(options.dataDirectory);
  const config = await loadNodeConfig(directory);
  const key = await loadNodeKey(directory, config.name);
  const policies = await loadPolicies(directory.policies);
  const listSoundDatasets = () => listSound(directory.datasets, log);
  const listDatasetViews = async () => (await listSoundDatasets()).map(viewOf);

  const teardown = new Teardown();
  try {
    const lock = await lockDirectory(directory.lock);
    teardown.add(() => lock.release());
    const database = await openDatabase({ databaseUrl, directory: directory.database, nodeName: config.name }, now);
    teardown.add(() => database.close());
    const audit = await AuditLog.open({ files: openLogFiles(directory.audit), key, now });
    teardown.add(() => audit.close());
    await recordStart({ log: audit, database, policySet: policies.digest, datasets: await listDatasetViews() });
    const { datasets } = directory;
    const assembly = assembleNode({
      config,
      key,
      policies,
      database,
      audit,
      datasets,
      listDatasets: listSoundDatasets,
      now,
      random,
      log,
    });
    const { store, feed, quarantine, approvals } = assembly;
    const operatorToken = makeOperatorToken();

    const app = buildApp(
      {
        nodeName: config.name,
        store,
        feed,
        quarantine,
        approvals,
        operatorToken,
        listDatasets: listDatasetViews,
        readLedger: () => readLedger(database),
        findRelease: async (study) => {
          const text = await store.readResult(study);
          if (text === null) return undefined;
          const release = restoreRelease(study, text, key.keyId);
          await recordRelease(audit, release.text);
          return release;
        },
      },
      log,
    );
    teardown.add(() => app.close());
    const url = await listenLocally(app, options.port ?? config.http.port);
    teardown.add(await publishAccess(directory.operator, { url, token: operatorToken }));

    const stopping = new AbortController();
    // Every loop, request and worker listens to this one signal; that many listeners are no leak.
    setMaxListeners(0, stopping.signal);
    // Beside the loops: to try every wall takes a second, and the first run waits for the same answer.
    const loops = Promise.all([
      assembly.run(stopping.signal),
      reportWalls(config.sandbox?.require ?? defaultRequirement, log),
    ]);
    teardown.add(async () => {
      stopping.abort();
      await loops;
    });
    const crashed = loops.then(
      () => new Promise<Error>(() => {}),
      (error: Error) => error,
    );
    return {
      name: config.name,
      keyId: key.keyId,
      url,
      lost: Promise.race([database.lost, crashed]),
      stop: () => teardown.run(),
    };
  } catch (error) {
    await teardown.run().catch(() => {});
    throw error;
  }
}
