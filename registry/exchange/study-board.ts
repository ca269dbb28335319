import { FlamencoError } from "@flamenco/policies/errors";
import type { VerifiedDocument } from "@flamenco/policies/trust";
import {
  type Envelope,
  isFinalRunState,
  type OffersAnswer,
  type ProofsAnswer,
  type ReleaseProof,
  type Result,
  type RunReport,
  type RunStatus,
  type StudiesAnswer,
  type Study,
  type StudyStatus,
} from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import { assertResultPossible, judgeReport, type KnownRun } from "./run-rules.js";
import type { Verdict } from "./verdict.js";

/** One node's run of a study, as the registry knows it. */
interface Run extends KnownRun {
  readonly node: string;
  readonly dataset: string;
  readonly progress: RunReport["progress"];
  readonly error: RunReport["error"];
  readonly updatedAt: string;
  readonly result: { readonly digest: string; readonly object: string } | undefined;
  /** That the release stands in the node's audit log. */
  readonly proof: ReleaseProof | undefined;
}

interface PostedStudy {
  readonly digest: string;
  readonly document: Study;
  readonly envelope: Envelope;
  /** Number of its journal entry: the cursor of polling nodes, the same after a restart. */
  readonly sequence: number;
  /** By key of the node, in the study's order. */
  readonly runs: Map<string, Run>;
  /** Changes of its runs so far. */
  changes: number;
}

/** Studies, who is asked to run them, how far they are, and what came back. In memory; the journal is what lasts. */
export class StudyBoard {
  readonly #studies = new Map<string, PostedStudy>();
  readonly #byNode = new Map<string, PostedStudy[]>();
  #newest = 0;

  /** True when the study is here. */
  has(study: string): boolean {
    return this.#studies.has(study);
  }

  /** Post an admitted study. `sequence` rises from study to study. */
  add({ document, digest }: VerifiedDocument<Study>, envelope: Envelope, sequence: number, at: string): void {
    const runs = new Map<string, Run>();
    const study: PostedStudy = { digest, document, envelope, sequence, runs, changes: 0 };
    for (const { node, keyId, dataset } of document.targets) {
      runs.set(keyId, {
        node,
        dataset,
        state: "offered",
        report: undefined,
        progress: undefined,
        error: undefined,
        updatedAt: at,
        result: undefined,
        proof: undefined,
      });
      const addressed = this.#byNode.get(keyId);
      if (addressed === undefined) this.#byNode.set(keyId, [study]);
      else addressed.push(study);
    }
    this.#studies.set(digest, study);
    this.#newest = sequence;
  }

  /** @throws FLM_STUDY_UNKNOWN, FLM_NODE_NOT_ADDRESSED, FLM_RUN_TRANSITION, FLM_STUDY_EXPIRED */
  judgeReport(report: VerifiedDocument<RunReport>, now: Date): Verdict {
    const { study, keyId, node } = report.document;
    return judgeReport(this.#run(study, keyId, node), report, isExpired(this.#study(study), now));
  }

  /** Take a report that `judgeReport` called new or passing. */
  applyReport({ document, digest }: VerifiedDocument<RunReport>, at: string): void {
    const study = this.#study(document.study);
    const run = this.#run(document.study, document.keyId, document.node);
    study.changes += 1;
    study.runs.set(document.keyId, {
      ...run,
      state: document.state,
      report: { sequence: document.sequence, digest },
      progress: document.progress,
      error: document.error,
      updatedAt: at,
    });
  }

  /**
   * One result per study and node: the first stays.
   * @throws FLM_STUDY_UNKNOWN, FLM_NODE_NOT_ADDRESSED, FLM_RESULT_CONFLICT, FLM_RUN_TRANSITION, FLM_SCHEMA
   */
  judgeResult({ document, digest }: VerifiedDocument<Result>): Verdict {
    const run = this.#run(document.study, document.keyId, document.node);
    if (run.result?.digest === digest) return { kind: "repeat" };
    if (run.result !== undefined) {
      throw new FlamencoError(
        "FLM_RESULT_CONFLICT",
        `Another result of ${document.node} for this study is here already.`,
      );
    }
    assertResultPossible(run.state);
    const { kind } = this.#study(document.study).document;
    if (document.dataset.name !== run.dataset || document.dataset.kind !== kind) {
      const message = `The study asks for the dataset ${run.dataset} of kind ${kind}.`;
      throw new FlamencoError("FLM_SCHEMA", message, { details: [{ at: "/dataset", message }] });
    }
    return { kind: "new" };
  }

  /** Take a result that `judgeResult` called new. */
  applyResult(result: { study: string; keyId: string; digest: string; object: string }, at: string): void {
    const study = this.#study(result.study);
    const run = this.#run(result.study, result.keyId);
    study.changes += 1;
    study.runs.set(result.keyId, { ...run, result: { digest: result.digest, object: result.object }, updatedAt: at });
  }

  /**
   * One proof per study and node, of the result that is here or is still to come: the first stays.
   * @param result digest of the result that it proves
   * @throws FLM_STUDY_UNKNOWN, FLM_NODE_NOT_ADDRESSED, FLM_RUN_TRANSITION, FLM_AUDIT_PROOF
   */
  judgeProof(study: string, keyId: string, result: string): Verdict {
    const run = this.#run(study, keyId);
    assertResultPossible(run.state);
    if (run.result !== undefined && run.result.digest !== result) {
      throw new FlamencoError("FLM_AUDIT_PROOF", "The log proof is about another result than the one that is here.");
    }
    return { kind: run.proof === undefined ? "new" : "repeat" };
  }

  /** Take a proof that `judgeProof` called new. */
  applyProof({ study, keyId, proof }: { study: string; keyId: string; proof: ReleaseProof }): void {
    this.#study(study).runs.set(keyId, { ...this.#run(study, keyId), proof });
  }

  /** Proofs that are here, in the study's order of nodes. @throws FLM_STUDY_UNKNOWN */
  listProofs(study: string): ProofsAnswer["proofs"] {
    return [...this.#study(study).runs].flatMap(([keyId, { proof }]) =>
      proof === undefined ? [] : [{ keyId, proof }],
    );
  }

  /** Objects of the results that are here, in the study's order of nodes. @throws FLM_STUDY_UNKNOWN */
  resultObjects(study: string): string[] {
    return [...this.#study(study).runs.values()].flatMap(({ result }) => (result === undefined ? [] : [result.object]));
  }

  /** @throws FLM_STUDY_UNKNOWN */
  status(digest: string, now: Date): StudyStatus {
    const study = this.#study(digest);
    return {
      study: digest,
      envelope: study.envelope,
      revision: revisionOf(study, now),
      runs: describeRuns(study, now),
    };
  }

  /** Milliseconds until the status changes by the clock alone; undefined when it does not. @throws FLM_STUDY_UNKNOWN */
  millisecondsToExpiry(digest: string, now: Date): number | undefined {
    const study = this.#study(digest);
    return isExpired(study, now) ? undefined : Date.parse(study.document.expiresAt) - now.getTime();
  }

  /** The newest studies, newest first; of one author if given. */
  list(now: Date, author?: string): StudiesAnswer["studies"] {
    const found: StudiesAnswer["studies"] = [];
    for (const study of [...this.#studies.values()].reverse()) {
      if (found.length === limits.listedStudies) break;
      const { document, digest } = study;
      if (author !== undefined && document.author !== author) continue;
      const { title, createdAt } = document;
      found.push({ study: digest, title, author: document.author, createdAt, runs: describeRuns(study, now) });
    }
    return found;
  }

  /** Studies that a node may still run, posted after the cursor, oldest first. */
  offersFor(keyId: string, after: number, now: Date): OffersAnswer {
    // A cursor from the future: this registry was set back to an older copy, and the node has to look from the start.
    const cursor = after > this.#newest ? 0 : after;
    const open = (this.#byNode.get(keyId) ?? [])
      .filter((study) => study.sequence > cursor && !isExpired(study, now) && isOpen(study.runs.get(keyId)))
      .slice(0, limits.offersPerAnswer);
    return {
      cursor: open.at(-1)?.sequence ?? cursor,
      offers: open.map(({ digest, envelope }) => ({ study: digest, envelope })),
    };
  }

  #study(digest: string): PostedStudy {
    const study = this.#studies.get(digest);
    if (study === undefined) throw new FlamencoError("FLM_STUDY_UNKNOWN", "No such study was posted here.");
    return study;
  }

  #run(digest: string, keyId: string, node?: string): Run {
    const run = this.#study(digest).runs.get(keyId);
    if (run === undefined || (node !== undefined && run.node !== node)) {
      throw new FlamencoError("FLM_NODE_NOT_ADDRESSED", "The study is not addressed to a node of that name and key.");
    }
    return run;
  }
}

function isExpired(study: PostedStudy, now: Date): boolean {
  return Date.parse(study.document.expiresAt) <= now.getTime();
}

function isOpen(run: Run | undefined): boolean {
  return run !== undefined && !isFinalRunState(run.state);
}

/** Rises with every change of a run, and once more when the study expires, which changes what nobody fetched. */
function revisionOf(study: PostedStudy, now: Date): number {
  return study.changes + (isExpired(study, now) ? 1 : 0);
}

/** A run that nobody fetched in time is `expired` without a report: its node may be gone for good. */
function describeRuns(study: PostedStudy, now: Date): RunStatus[] {
  const expired = isExpired(study, now);
  return [...study.runs].map(([keyId, run]) => ({
    node: run.node,
    keyId,
    state: expired && run.state === "offered" ? "expired" : run.state,
    ...(run.progress === undefined ? {} : { progress: run.progress }),
    ...(run.error === undefined ? {} : { error: run.error }),
    updatedAt: run.updatedAt,
    resultReady: run.result !== undefined,
  }));
}
