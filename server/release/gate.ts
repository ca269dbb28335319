import { FlamencoError } from "@flamenco/policies/errors";
import { addHistogramNoise, addNoise, type ByteSource, releasePresets, showCount } from "@flamenco/policies/release";
import { canonicalJson, type SigningKey } from "@flamenco/policies/trust";
import {
  type DatasetStatistics,
  type LabelModel,
  NoisyVoteTable,
  Outputs,
  type PredictionCounts,
  parseDocument,
  type RecordAudit,
  type VoteTable,
} from "@flamenco/policies/wire";
import { analyzeNoisyTable, fitNoisyVoteTable, type ProtectedLabelModel } from "@flamenco/sandbox/labeling";
import { decisionsOf, type VerifiedStudy } from "../verification/index.js";
import { assertPredictions, assertVoteTable } from "./count-checks.js";
import { drawOnce } from "./draw-once.js";
import type { BudgetLedger } from "./ledger.js";
import { type CataloguePorts, drawCatalogue } from "./noisy-catalogue.js";
import type { NoisyPredictions, ShowCount } from "./noisy-findings.js";
import { assertOutputs } from "./output-checks.js";
import { assembleOutputs, orderChain } from "./protected-outputs.js";
import { type ProtectedRequest, pricesOf } from "./protected-request.js";
import { assertSealed, type ComputedOutputs, sealResult } from "./sealed-result.js";

declare const releasedBrand: unique symbol;

/** Bytes that may leave the node. Only this file can make one: the brand is not exported, and `assertReleased` asks. */
export interface Released {
  readonly [releasedBrand]: true;
  readonly study: string;
  /** The signed envelope of a Result as canonical JSON text: what is stored, sent and shown, byte for byte. */
  readonly text: string;
}

/** Every Released that this process made. A forged object, or a copy, is not in it. */
const released = new WeakSet<object>();

function brand(study: string, text: string): Released {
  const value = Object.freeze({ study, text }) as Released;
  released.add(value);
  return value;
}

/**
 * The run-time half of the brand, for callers that a compiler did not check.
 * @throws FLM_INTERNAL
 */
export function assertReleased(value: unknown): asserts value is Released {
  if (typeof value !== "object" || value === null || !released.has(value)) {
    throw new FlamencoError(
      "FLM_INTERNAL",
      "Something that did not pass the release gate was about to leave the node.",
    );
  }
}

/**
 * Release a run's outputs exact, under the preset `open`. In order: the policies allowed the release; the preset is the one
 * that is exact; the outputs are those asked for and inside their ranges; the result is put together, marked with its
 * protection, signed, and no larger than its ceiling.
 * @throws FLM_ACCESS_DENIED, FLM_PRESET_REFUSED, FLM_WORKER_PROTOCOL, FLM_TOO_LARGE
 */
export function releaseOutputs(verified: VerifiedStudy, computed: ComputedOutputs, key: SigningKey): Released {
  assertAllowed(verified);
  if (releasePresets[verified.study.release.preset].protection !== "exact") {
    throw new FlamencoError("FLM_PRESET_REFUSED", "Exact outputs leave under the preset `open` alone.");
  }
  assertOutputs(verified, computed.rows, computed.outputs);
  return brand(verified.digest, sealResult(verified, { ...computed, protection: { protection: "exact" } }, key));
}

/** What the gate needs from the rest of the node for a protected release. */
export interface GatePorts {
  readonly ledger: BudgetLedger;
  readonly record: RecordAudit;
  /** The operating system's entropy. */
  readonly bytes: ByteSource;
  /** Exact counts of a sealed worker: they come here and go nowhere else. */
  readonly countColumns: CataloguePorts["countColumns"];
  readonly countVotes: (statistics: DatasetStatistics) => Promise<VoteTable>;
  readonly countPredictions: (
    statistics: DatasetStatistics,
    model: LabelModel,
    order: readonly number[],
  ) => Promise<PredictionCounts>;
  /** Runs when nothing else runs under that name. */
  readonly inTurn: <Outcome>(name: string, work: () => Promise<Outcome>) => Promise<Outcome>;
  /** Resolves at the next tick of the release clock. */
  readonly waitForTick: () => Promise<void>;
  readonly key: SigningKey;
}

/**
 * Release a study's answer protected: the seven steps of the design, in its order. Whatever is killed in between, the next
 * call for the same request goes on from what is on the disk, and nothing is drawn twice.
 * @throws FLM_ACCESS_DENIED, FLM_BUDGET_EXHAUSTED, FLM_RELEASE_INTERRUPTED, FLM_WORKER_PROTOCOL, FLM_TOO_LARGE, and what the
 * ports throw; refusals too wait for the clock
 */
export async function releaseProtected(
  verified: VerifiedStudy,
  request: ProtectedRequest,
  ports: GatePorts,
): Promise<Released> {
  assertAllowed(verified);
  try {
    let outputs = await replayIdenticalRequest(request, ports); // 1
    if (outputs === undefined) {
      await reserveBudget(verified, request, ports); // 2
      const statistics = await readCatalogue(verified, request, ports); // 3
      const table = await drawNoisyVoteTable(verified, request, ports, statistics);
      const computed = await computeFromNoisyTable(verified, request, ports, statistics, table, {
        /* 4 */ show: showSupportedCounts(request), // 5
        fit: fitKnowingTheNoise(verified, request), // 6
      });
      outputs = await keepOutputs(request, computed, ports);
    }
    return await signProtected(verified, request, outputs, ports);
  } finally {
    await ports.waitForTick(); // 7
  }
}

function assertAllowed(verified: VerifiedStudy): void {
  if (decisionsOf(verified).some(({ decision }) => decision !== "allow")) {
    throw new FlamencoError("FLM_ACCESS_DENIED", "The policies of this node do not permit to release this study.");
  }
}

/** Step 1. The same question to the same dataset version has the same answer, to the byte, and is not charged again. */
async function replayIdenticalRequest(
  { digest }: ProtectedRequest,
  { ledger }: GatePorts,
): Promise<Outputs | undefined> {
  const stored = await ledger.findRelease(digest);
  return stored === undefined ? undefined : parseDocument(Outputs, JSON.parse(stored), "stored outputs");
}

/** Step 2. On the disk, in the ledger and then in the audit log, before a sealed worker counts and noise is drawn. */
async function reserveBudget(
  { digest: study, study: { author }, dataset: { name, version } }: VerifiedStudy,
  request: ProtectedRequest,
  { ledger, record }: GatePorts,
): Promise<void> {
  const charges = pricesOf(request).map((price) => ({
    ...price,
    study,
    dataset: name,
    version,
    collaborator: author,
  }));
  const [release, ...columns] = charges;
  await ledger.reserve(release!, request.ceilings, columns);
  for (const charge of charges) {
    const reservation = await ledger.readReservation(charge.request);
    // Also when it was reserved before: the process may have ended between the two. The log does not write it twice.
    await record({
      type: "reservation",
      request: reservation.request,
      study: reservation.study,
      collaborator: reservation.collaborator,
      dataset: { name, version },
      microRho: reservation.microRho,
    });
  }
}

/** Step 3, first half. What functions compare with: no exact statistic is read under a protecting preset. */
async function readCatalogue(
  { dataset: { version, manifest } }: VerifiedStudy,
  { catalogue }: ProtectedRequest,
  ports: GatePorts,
): Promise<DatasetStatistics> {
  if (catalogue === null) return {};
  return ports.inTurn(`catalogue ${version}`, () => drawCatalogue(catalogue, manifest.rows, ports));
}

/** Step 3, second half. Exact counts come in, noisy ones are kept, once. */
async function drawNoisyVoteTable(
  verified: VerifiedStudy,
  { digest, plan }: ProtectedRequest,
  { ledger, bytes, countVotes }: GatePorts,
  statistics: DatasetStatistics,
): Promise<NoisyVoteTable> {
  const noisy = await drawOnce(ledger, digest, "votes", async () => {
    const exact = await countVotes(statistics);
    assertVoteTable(verified, plan, exact);
    return () => addNoise(exact, plan, bytes);
  });
  return parseDocument(NoisyVoteTable, noisy, "noisy vote table");
}

/**
 * Step 4. From the noisy table follow analysis and label model; what that model and the chain predict is counted in a second
 * sealed job, and drawn noisy like the first; everything else follows from both.
 */
async function computeFromNoisyTable(
  verified: VerifiedStudy,
  { digest, plan }: ProtectedRequest,
  { ledger, bytes, countPredictions }: GatePorts,
  statistics: DatasetStatistics,
  table: NoisyVoteTable,
  { show, fit }: { show: ShowCount; fit: (table: NoisyVoteTable) => ProtectedLabelModel },
): Promise<Outputs> {
  const model = fit(table);
  const labelModel = model.document;
  const order = orderChain(table, labelModel, show);
  const { confusion, leaves } = plan.parts;
  const predictions =
    confusion === null && leaves === null
      ? null
      : await drawOnce(ledger, digest, "counts", async () => {
          const exact = await countPredictions(statistics, labelModel, order);
          assertPredictions(verified, exact);
          return (): NoisyPredictions => ({
            confusion: confusion === null ? [] : addHistogramNoise(exact.confusion, confusion, bytes),
            leaves: leaves === null ? [] : addHistogramNoise(exact.leaves, leaves, bytes),
          });
        });
  const analysis = analyzeNoisyTable(table, model, plan.minimumSupportRows);
  return assembleOutputs(verified, plan, { table, analysis, labelModel, order, predictions }, show);
}

/** Step 5. A count is shown from the minimum support and four standard deviations on; the noisy count decides. */
function showSupportedCounts({ plan: { minimumSupportRows } }: ProtectedRequest): ShowCount {
  return (noisy, sigma) => showCount(noisy, sigma, minimumSupportRows);
}

/** Step 6. */
function fitKnowingTheNoise({ study: { labelModel, classBalance } }: VerifiedStudy, { bound }: ProtectedRequest) {
  return (table: NoisyVoteTable): ProtectedLabelModel =>
    fitNoisyVoteTable(table, {
      requested: labelModel,
      bound,
      ...(classBalance === undefined ? {} : { classBalance }),
    });
}

/** The answer to every later identical request. */
async function keepOutputs({ digest }: ProtectedRequest, outputs: Outputs, { ledger }: GatePorts): Promise<Outputs> {
  const checked = parseDocument(Outputs, outputs, "outputs");
  return JSON.parse(await ledger.keepRelease(digest, canonicalJson(checked))) as Outputs;
}

/** A result whose times are those of the reservation: how long counting took may depend on rows. */
async function signProtected(
  verified: VerifiedStudy,
  { digest, plan, bound }: ProtectedRequest,
  outputs: Outputs,
  { ledger, key }: GatePorts,
): Promise<Released> {
  const { reservedAt } = await ledger.readReservation(digest);
  const times = { startedAt: reservedAt, finishedAt: reservedAt };
  const protection = { protection: "protected" as const, bound };
  const computed = { rows: plan.request.rows, outputs, ...times, protection };
  return brand(verified.digest, sealResult(verified, computed, key));
}

/**
 * Take up a release that was stored before a restart: only bytes that this node signed, for this study, pass.
 * @throws FLM_SIGNATURE, FLM_SCHEMA, FLM_NOT_CANONICAL when the stored bytes are not what the gate wrote.
 */
export function restoreRelease(study: string, text: string, keyId: string): Released {
  assertSealed(study, text, keyId);
  return brand(study, text);
}
