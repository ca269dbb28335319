import { FlamencoError } from "@flamenco/policies/errors";
import { assertRunTransition, type ErrorDocument, type Progress, type RunState } from "@flamenco/policies/wire";
import type { Database, Queryable } from "../storage/index.js";
import type { PendingReport, Run, RunChange, RunEvent } from "./run.js";

interface RunRow {
  readonly study: string;
  readonly state: RunState;
  readonly title: string | null;
  readonly author: string | null;
  readonly dataset: string | null;
  readonly sequence: number;
  readonly attempts: number;
  readonly walls: string | null;
  readonly policy_set: string | null;
  readonly progress: string | null;
  readonly error: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly started_at: Date | null;
}

const RUN_COLUMNS =
  "study, state, title, author, dataset, sequence, attempts, walls, policy_set, progress, error, created_at, updated_at, started_at";

/** Only this class writes these columns, from documents that were parsed when they entered. */
const parseStored = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T));

const runOf = (row: RunRow): Run => ({
  study: row.study,
  state: row.state,
  title: row.title,
  author: row.author,
  dataset: row.dataset,
  sequence: row.sequence,
  attempts: row.attempts,
  walls: parseStored<string[]>(row.walls),
  policySet: row.policy_set,
  progress: parseStored<Progress>(row.progress),
  error: parseStored<ErrorDocument>(row.error),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  startedAt: row.started_at,
});

export interface RunStoreOptions {
  readonly database: Database;
  readonly now: () => Date;
  /** Signs the report of a run's present state; stored in the same transaction that makes the state true. */
  readonly signReport: (run: Run) => string;
  /** Told after the commit. */
  readonly onChange: (run: Run) => void;
}

/**
 * Runs in the database. Every change of state is one transaction: compare-and-set on the present state, the event, and the
 * report that the registry will get. Killing the process at any instruction leaves all three or none.
 */
export class RunStore {
  readonly #database: Database;
  readonly #now: () => Date;
  readonly #signReport: (run: Run) => string;
  readonly #onChange: (run: Run) => void;

  constructor(options: RunStoreOptions) {
    this.#database = options.database;
    this.#now = options.now;
    this.#signReport = options.signReport;
    this.#onChange = options.onChange;
  }

  /** Keep a study that was offered. @returns false when it is known already: a study is run once. */
  async addOffered(study: string, envelope: string): Promise<boolean> {
    const now = this.#now();
    const added = await this.#database.transaction(async (transaction) => {
      const [row] = await transaction.query<RunRow>(
        `INSERT INTO runs (study, state, envelope, created_at, updated_at) VALUES ($1, 'offered', $2, $3, $3)
         ON CONFLICT (study) DO NOTHING RETURNING ${RUN_COLUMNS}`,
        [study, envelope, now],
      );
      if (row === undefined) return undefined;
      await this.#addEvent(transaction, runOf(row));
      return runOf(row);
    });
    if (added !== undefined) this.#onChange(added);
    return added !== undefined;
  }

  /**
   * Take a run from the state that it was seen in to the next one, and store the signed report of it.
   * @throws FLM_RUN_TRANSITION when the table has no such step, or the run has moved on meanwhile.
   */
  async transition(run: Pick<Run, "study" | "state">, to: RunState, change: RunChange = {}): Promise<Run> {
    assertRunTransition(run.state, to);
    const changed = await this.#database.transaction(async (transaction) => {
      const [row] = await transaction.query<RunRow>(
        `UPDATE runs SET state = $3, sequence = sequence + 1, updated_at = $4, progress = NULL,
           title = COALESCE($5, title), author = COALESCE($6, author), dataset = COALESCE($7, dataset),
           attempts = COALESCE($8, attempts), started_at = COALESCE($9, started_at), error = $10,
           result = COALESCE($11, result), walls = COALESCE($12, walls),
           policy_set = COALESCE($13, policy_set)
         WHERE study = $1 AND state = $2 RETURNING ${RUN_COLUMNS}`,
        [
          run.study,
          run.state,
          to,
          this.#now(),
          change.title ?? null,
          change.author ?? null,
          change.dataset ?? null,
          change.attempts ?? null,
          change.startedAt ?? null,
          change.error === undefined ? null : JSON.stringify(change.error),
          change.result ?? null,
          change.walls === undefined ? null : JSON.stringify(change.walls),
          change.policySet ?? null,
        ],
      );
      if (row === undefined) {
        throw new FlamencoError("FLM_RUN_TRANSITION", `The run of study ${run.study} is not ${run.state} any more.`);
      }
      const moved = runOf(row);
      await this.#addEvent(transaction, moved);
      await transaction.query("INSERT INTO outbox (study, sequence, body) VALUES ($1, $2, $3)", [
        moved.study,
        moved.sequence,
        this.#signReport(moved),
      ]);
      return moved;
    });
    this.#onChange(changed);
    return changed;
  }

  /** Keep the latest progress of a run. @returns undefined when it is not running any more. */
  async recordProgress(study: string, progress: Progress): Promise<Run | undefined> {
    const [row] = await this.#database.query<RunRow>(
      `UPDATE runs SET sequence = sequence + 1, progress = $2, updated_at = $3
       WHERE study = $1 AND state = 'running' RETURNING ${RUN_COLUMNS}`,
      [study, JSON.stringify(progress), this.#now()],
    );
    if (row === undefined) return undefined;
    const run = runOf(row);
    this.#onChange(run);
    return run;
  }

  /** Give an attempt back: the node was stopped in order, the run did nothing wrong. */
  async returnAttempt(study: string): Promise<void> {
    await this.#database.query(
      "UPDATE runs SET attempts = attempts - 1 WHERE study = $1 AND state = 'running' AND attempts > 0",
      [study],
    );
  }

  async find(study: string): Promise<Run | undefined> {
    const [row] = await this.#database.query<RunRow>(`SELECT ${RUN_COLUMNS} FROM runs WHERE study = $1`, [study]);
    return row === undefined ? undefined : runOf(row);
  }

  /** Runs, newest first. */
  async list(maximum: number): Promise<Run[]> {
    const rows = await this.#database.query<RunRow>(
      `SELECT ${RUN_COLUMNS} FROM runs ORDER BY created_at DESC, study LIMIT $1`,
      [maximum],
    );
    return rows.map(runOf);
  }

  /** Runs in one state, oldest first. */
  async listInState(state: RunState): Promise<Run[]> {
    const rows = await this.#database.query<RunRow>(
      `SELECT ${RUN_COLUMNS} FROM runs WHERE state = $1 ORDER BY created_at, study`,
      [state],
    );
    return rows.map(runOf);
  }

  /** States that a run reached, in order. */
  async listEvents(study: string): Promise<RunEvent[]> {
    const rows = await this.#database.query<Omit<RunEvent, "error"> & { error: string | null }>(
      "SELECT study, sequence, state, at, error FROM events WHERE study = $1 ORDER BY sequence",
      [study],
    );
    return rows.map((row) => ({ ...row, error: parseStored<ErrorDocument>(row.error) }));
  }

  /** The study's signed envelope, as it was offered. */
  async readEnvelope(study: string): Promise<string> {
    const [row] = await this.#database.query<{ envelope: string }>("SELECT envelope FROM runs WHERE study = $1", [
      study,
    ]);
    if (row === undefined) throw new FlamencoError("FLM_STUDY_UNKNOWN", `No study ${study} is known here.`);
    return row.envelope;
  }

  /** Text of the signed release, or null before there is one. */
  async readResult(study: string): Promise<string | null> {
    const [row] = await this.#database.query<{ result: string | null }>("SELECT result FROM runs WHERE study = $1", [
      study,
    ]);
    return row?.result ?? null;
  }

  /** Reports that the registry has not acknowledged, in the order in which they were made. */
  async listPendingReports(maximum: number): Promise<PendingReport[]> {
    return this.#database.query<PendingReport>("SELECT id, study, body FROM outbox ORDER BY id LIMIT $1", [maximum]);
  }

  async acknowledgeReport(id: number): Promise<void> {
    await this.#database.query("DELETE FROM outbox WHERE id = $1", [id]);
  }

  async #addEvent(transaction: Queryable, run: Run): Promise<void> {
    await transaction.query("INSERT INTO events (study, sequence, state, at, error) VALUES ($1, $2, $3, $4, $5)", [
      run.study,
      run.sequence,
      run.state,
      run.updatedAt,
      run.error === null ? null : JSON.stringify(run.error),
    ]);
  }
}
