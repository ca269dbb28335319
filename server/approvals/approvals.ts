import { FlamencoError } from "@flamenco/policies/errors";
import { digestOf } from "@flamenco/policies/trust";
import { parseDocument, type RunState } from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import type { Database } from "../storage/index.js";
import { ApprovalOrder, type ApprovalRequest, type Verdict } from "./approval-request.js";
import type { Dossier } from "./dossier.js";

interface ApprovalRow {
  readonly study: string;
  readonly shown: string;
  readonly title: string;
  readonly author: string;
  readonly dataset: string;
  readonly state: RunState;
  readonly first_asked_at: Date;
  readonly expires_at: Date;
  readonly verdict: Verdict | null;
  readonly decided_by: string | null;
  readonly decided_at: Date | null;
  readonly reason: string | null;
}

/** The latest request of each run; older ones were asked about what has changed since. */
const CURRENT = `SELECT DISTINCT ON (a.study) a.id, a.study, a.shown, a.first_asked_at, a.expires_at,
    a.verdict, a.decided_by, a.decided_at, a.reason, r.state, r.title, r.author, r.dataset
  FROM approvals a JOIN runs r ON r.study = a.study ORDER BY a.study, a.last_asked_at DESC, a.id DESC`;

function requestOf(row: ApprovalRow): ApprovalRequest {
  const { verdict, decided_by: by, decided_at: at, reason } = row;
  return {
    study: row.study,
    shown: row.shown,
    title: row.title,
    author: row.author,
    dataset: row.dataset,
    state: row.state,
    askedAt: row.first_asked_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    decision:
      verdict === null || by === null || at === null
        ? null
        : { verdict, by, at: at.toISOString(), reason: reason ?? "" },
  };
}

const unknownRequest = (): FlamencoError =>
  new FlamencoError("FLM_APPROVAL_NONE", "Nobody's approval was ever asked for this study.");

const changed = (): FlamencoError =>
  new FlamencoError("FLM_APPROVAL_CHANGED", "What waits for approval is not what you looked at. Look again.");

/**
 * Requests for a person's approval and what was said, in the database alone: whatever kills the node, a request stays asked
 * and a word stays given. What a word leads to is the run executor's business.
 */
export class Approvals {
  readonly #database: Database;
  readonly #now: () => Date;
  readonly #onDecision: (request: ApprovalRequest) => void;

  /** @param onDecision told after a word is on the disk */
  constructor(database: Database, now: () => Date, onDecision: (request: ApprovalRequest) => void = () => {}) {
    this.#database = database;
    this.#now = now;
    this.#onDecision = onDecision;
  }

  /**
   * Ask for approval of exactly what the dossier shows, or find what was said of it. The same dossier is one request however
   * often it is asked; another dossier of the same run takes the older one's place.
   * @returns digest of the dossier, and the word that was given on it, null while there is none.
   */
  async ask(dossier: Dossier): Promise<{ shown: string; verdict: Verdict | null; by: string | null }> {
    const shown = digestOf(dossier);
    const [row] = await this.#database.query<Pick<ApprovalRow, "verdict" | "decided_by">>(
      `INSERT INTO approvals (study, shown, dossier, first_asked_at, last_asked_at, expires_at)
       VALUES ($1, $2, $3, $4, $4, $5)
       ON CONFLICT (study, shown) DO UPDATE SET last_asked_at = $4 RETURNING verdict, decided_by`,
      [dossier.study, shown, JSON.stringify(dossier), this.#now(), new Date(dossier.expiresAt)],
    );
    return { shown, verdict: row?.verdict ?? null, by: row?.decided_by ?? null };
  }

  /** The latest request of each run, those that wait first, then the newest. */
  async list(): Promise<ApprovalRequest[]> {
    const rows = await this.#database.query<ApprovalRow>(
      `SELECT * FROM (${CURRENT}) AS latest
       ORDER BY state <> 'awaiting-approval', first_asked_at DESC, id DESC LIMIT $1`,
      [limits.approvalsListed],
    );
    return rows.map(requestOf);
  }

  /** A run's latest request, and what a person is shown. @throws FLM_APPROVAL_NONE */
  async show(study: string): Promise<{ request: ApprovalRequest; dossier: Dossier }> {
    const request = await this.#current(study);
    const [row] = await this.#database.query<{ dossier: string }>(
      "SELECT dossier FROM approvals WHERE study = $1 AND shown = $2",
      [study, request.shown],
    );
    if (row === undefined) throw unknownRequest();
    // Only `ask` writes this column.
    return { request, dossier: JSON.parse(row.dossier) as Dossier };
  }

  /**
   * Keep a person's word on a run's latest request.
   * @throws FLM_SCHEMA; FLM_APPROVAL_NONE when the run does not wait, FLM_APPROVAL_DECIDED when somebody was faster,
   * FLM_APPROVAL_CHANGED when it is about something else than `order.shown`, FLM_STUDY_EXPIRED
   */
  async decide(study: string, input: unknown): Promise<ApprovalRequest> {
    const order = parseDocument(ApprovalOrder, input, "approval");
    const request = await this.#current(study);
    this.#assertOpen(request, order);
    const { verdict, by, reason } = order;
    const updated = await this.#database.query(
      `UPDATE approvals SET verdict = $3, decided_by = $4, decided_at = $5, reason = $6
       WHERE study = $1 AND shown = $2 AND verdict IS NULL RETURNING id`,
      [study, request.shown, verdict, by, this.#now(), reason],
    );
    const decided = await this.#current(study);
    if (updated.length === 0) {
      this.#assertOpen(decided, order);
      throw changed();
    }
    this.#onDecision(decided);
    return decided;
  }

  async #current(study: string): Promise<ApprovalRequest> {
    const [row] = await this.#database.query<ApprovalRow>(`SELECT * FROM (${CURRENT}) AS latest WHERE study = $1`, [
      study,
    ]);
    if (row === undefined) throw unknownRequest();
    return requestOf(row);
  }

  #assertOpen({ decision, expiresAt, shown, state }: ApprovalRequest, order: ApprovalOrder): void {
    if (decision !== null) {
      throw new FlamencoError("FLM_APPROVAL_DECIDED", `The run was ${decision.verdict} at ${decision.at}.`);
    }
    if (Date.parse(expiresAt) <= this.#now().getTime()) {
      throw new FlamencoError("FLM_STUDY_EXPIRED", `The study expired at ${expiresAt}; nothing can be said of it now.`);
    }
    if (state !== "awaiting-approval") {
      throw new FlamencoError("FLM_APPROVAL_NONE", `The run is ${state}: it waits for nobody's approval.`);
    }
    if (order.shown !== undefined && order.shown !== shown) {
      throw changed();
    }
  }

  /** Studies of runs that waited and wait no longer: a word was given, or their time is over. */
  async listDue(): Promise<string[]> {
    const rows = await this.#database.query<{ study: string }>(
      `SELECT study FROM (${CURRENT}) AS latest
       WHERE state = 'awaiting-approval' AND (verdict IS NOT NULL OR expires_at <= $1)`,
      [this.#now()],
    );
    return rows.map(({ study }) => study);
  }
}
