import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { isFlamencoError } from "@flamenco/policies/errors";
import { ValueBins } from "@flamenco/policies/release";
import {
  BudgetLedger,
  type Database,
  type GatePorts,
  lockDirectory,
  openDatabase,
  type ProtectedRequest,
  releaseProtected,
  type VerifiedStudy,
} from "@flamenco/server";
import { AuditLog, openLogFiles, RecomputedLedger, readLedger, replayLog } from "@flamenco/server/audit";
import {
  alice,
  examplePredictions,
  exampleVotes,
  plainPackage,
  verifyProtected,
  worf,
} from "../../support/protected-release.js";
import { makePackage } from "../../support/study-material.js";
import {
  Crossings,
  crossDatabase,
  crossFiles,
  crossPorts,
  describeSubjects,
  type Kill,
  openJournal,
} from "./gate-crossings.js";

/** What a process of its own does with the gate. */
export interface Errand {
  /** The node's folder: its lock, database, audit log, and the journals of this test. */
  readonly directory: string;
  readonly databaseUrl: string | undefined;
  readonly study: "plain" | "catalogue";
  /** Dataset version that is asked about. */
  readonly version: string;
  readonly kill?: Kill;
}

/** What the disk says of a request, to a process that knows nothing else. */
export interface Look {
  readonly spent: number;
  /** Requests that are charged: its own is `""`, those of the catalogue are their columns. */
  readonly charged: Record<string, number>;
  /** The same of the audit log's reservations, every one of them. */
  readonly logged: { readonly about: string; readonly microRho: number }[];
  /** What was drawn; null where a draw began and was lost. */
  readonly drawn: Record<string, string | null>;
  readonly answer: string | null;
  /** Where the ledger differs from the audit log, once that is opened and verified. */
  readonly differs: string | null;
}

/** Said when the store is open and looked at, before the gate does anything: also by a process that is killed in it. */
export interface Start {
  readonly before: Look;
}

export interface Report {
  /** What was released, or the code of the error, each time that it was asked for. */
  readonly outcomes: string[];
  /** Crossings of the first time. */
  readonly events: string[];
  readonly after: Look;
}

const now = () => new Date();

/** A line on the standard output, which is a pipe: written when this returns. */
const say = (what: Start | Report): boolean => process.stdout.write(`${JSON.stringify(what)}\n`);

/** Functions of the plain package, which compare with statistics of two columns. */
const comparing = makePackage(alice, {
  name: "alice/comparing",
  source: {
    path: "flows.ts",
    text: `import { ABSTAIN } from "@flamenco/lf";

/** Low ports. */
export function lowPort(flow: Flow, stats: Stats): Vote {
  return flow.srcPort <= stats.srcPort.p25 ? "attack" : ABSTAIN;
}

/** High ports. */
export function highPort(flow: Flow, stats: Stats): Vote {
  return flow.srcPort >= stats.srcPort.p75 ? "benign" : ABSTAIN;
}

/** Large packets. */
export function largePackets(flow: Flow, stats: Stats): Vote {
  return flow.averagePacketSize >= stats.averagePacketSize.mean ? "attack" : ABSTAIN;
}
`,
  },
});
const materials = { plain: plainPackage, catalogue: comparing };

/** A million values from 100 to 1,000, evenly spread. */
const spread = () =>
  new ValueBins(64).count(Float64Array.from({ length: 1_000_000 }, (_, row) => 100 + 900 * ((row * 0.618) % 1)));

interface Store {
  readonly database: Database;
  readonly audit: AuditLog;
}

async function look({ database }: Store, directory: string, verified: VerifiedStudy, request: ProtectedRequest) {
  const subjectOf = describeSubjects(request);
  const ledger = new BudgetLedger(database, now);
  const { name, version } = verified.dataset;
  const { datasetMicroRho } = await ledger.spent(name, version, verified.study.author);
  const reservations = (await ledger.listReservations(name, 100)).filter((one) => one.version === version);
  const draws = await database.query<{ request: string; part: string; noisy: string | null }>(
    "SELECT request, part, noisy FROM draws JOIN reservations USING (request) WHERE version = $1 ORDER BY request, part",
    [version],
  );
  const recomputed = new RecomputedLedger();
  const logged: Look["logged"] = [];
  const replayed = await replayLog(openLogFiles(join(directory, "audit")), {
    keyId: worf.keyId,
    onRecord: (record) => {
      recomputed.take(record);
      const { entry } = record;
      if (entry.type !== "reservation" || entry.dataset.version !== version) return;
      logged.push({ about: subjectOf(entry.request), microRho: entry.microRho });
    },
  });
  const wrong = replayed === undefined || "why" in replayed ? (replayed ?? { why: "there is no log" }) : undefined;
  return {
    spent: datasetMicroRho,
    charged: Object.fromEntries(reservations.map((one) => [subjectOf(one.request), one.microRho])),
    logged,
    drawn: Object.fromEntries(draws.map((one) => [subjectOf(one.request) || one.part, one.noisy])),
    answer: (await ledger.findRelease(request.digest)) ?? null,
    differs: (wrong ?? recomputed.compare(await readLedger(database)))?.why ?? null,
  };
}

/** Do an errand as a node does after its start: everything it knows comes from the disk. */
async function run({ directory, databaseUrl, study, version, kill }: Errand): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const lock = await lockDirectory(join(directory, "lock"));
  const crossings = new Crossings(kill);
  const opened = await openDatabase({ directory: join(directory, "database"), databaseUrl, nodeName: "worf" }, now);
  const database = crossDatabase(crossings, opened);
  const files = crossFiles(crossings, openLogFiles(join(directory, "audit")));
  const audit = await AuditLog.open({ files, key: worf, now });
  const store: Store = { database: opened, audit };
  const material = materials[study];
  const { verified, request } = await verifyProtected({}, { material, version });
  say({ before: await look(store, directory, verified, request) });
  const [writeDraw, writeRelease] = ["draws", "releases"].map((name) => openJournal(join(directory, name)));
  const ports: GatePorts = {
    ledger: new BudgetLedger(database, now),
    record: async (entry) => {
      await audit.append(entry);
    },
    bytes: randomBytes,
    countColumns: async (columns) => ({
      schema: "flamenco-column-counts/1",
      columns: columns.map((column) => ({ column, bins: [...spread()] })),
    }),
    countVotes: async () => exampleVotes(request, material),
    countPredictions: async () => examplePredictions,
    inTurn: (_, work) => work(),
    waitForTick: async () => {},
    key: worf,
  };
  const ask = async (): Promise<string> => {
    try {
      const crossed = crossPorts(crossings, ports, describeSubjects(request), writeDraw!);
      const { text } = await releaseProtected(verified, request, crossed);
      crossings.crossAtOnce("released", () => writeRelease!(text));
      return text;
    } catch (error) {
      if (isFlamencoError(error)) return error.code;
      throw error;
    }
  };
  crossings.begin();
  const outcomes = [await ask()];
  const events = [...crossings.events];
  outcomes.push(await ask());
  say({ outcomes, events, after: await look(store, directory, verified, request) });
  await audit.close();
  await opened.close();
  await lock.release();
}

const errands = JSON.parse(process.argv[2] ?? "[]") as Errand[];
for (const errand of errands) await run(errand);
