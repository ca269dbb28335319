import { isFlamencoError } from "@flamenco/policies/errors";
import type { Approvals } from "../approvals/index.js";
import { limits } from "../limits.js";
import { Backoff, Bell, type Log, pause } from "../support/index.js";
import type { Run } from "./run.js";
import type { RunExecutor } from "./run-executor.js";
import type { RunStore } from "./run-store.js";

export interface SchedulerOptions {
  readonly store: RunStore;
  readonly executor: RunExecutor;
  readonly approvals: Pick<Approvals, "listDue">;
  /** Sealed workers at a time. */
  readonly workers: number;
  readonly random: () => number;
  readonly log: Log;
}

/**
 * Two loops over what the database says is to be done; nothing is only in memory. Whatever a killed process left
 * unfinished is therefore found again at the next start, by the same query that finds new work.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #offers = new Bell();
  readonly #work = new Bell();
  readonly #active = new Map<string, Promise<void>>();
  /** Runs that wait for a person and were not looked at since the start: policies and data may be others than before. */
  #unvisited: Set<string> | undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** A study was offered. */
  noteOffer(): void {
    this.#offers.ring();
  }

  /** A run can be worked on. */
  noteWork(): void {
    this.#work.ring();
  }

  /** Work until the signal aborts, then until what is under way has stopped. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#admitLoop(signal), this.#executeLoop(signal)]);
    await Promise.all(this.#active.values());
  }

  async #admitLoop(signal: AbortSignal): Promise<void> {
    const { store, executor } = this.#options;
    const backoff = new Backoff(this.#options.random);
    while (!signal.aborted) {
      let unfinished = 0;
      const listed = await this.#guard(async () => {
        for (const run of await store.listInState("offered")) {
          // One study whose packages cannot be fetched must not keep the others waiting.
          if (!(await this.#guard(() => executor.admit(run, signal), signal))) unfinished += 1;
        }
      }, signal);
      const complete = listed && unfinished === 0;
      if (complete) backoff.reset();
      await this.#offers.wait(signal, complete ? undefined : backoff.next());
    }
  }

  async #executeLoop(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(this.#options.random);
    while (!signal.aborted) {
      const complete = await this.#guard(() => this.#fillWorkers(signal), signal);
      if (complete) backoff.reset();
      await this.#work.wait(signal, complete ? limits.approvalCheckMs : backoff.next());
    }
  }

  /** Start runs while workers are free: interrupted ones first, then in the order in which they came. */
  async #fillWorkers(signal: AbortSignal): Promise<void> {
    const { store, workers } = this.#options;
    const waiting = [
      ...(await store.listInState("running")),
      ...(await this.#listDecided()),
      ...(await store.listInState("fetched")),
    ];
    for (const run of waiting) {
      if (this.#active.size >= workers || signal.aborted) return;
      if (this.#active.has(run.study)) continue;
      this.#unvisited?.delete(run.study);
      this.#active.set(run.study, this.#execute(run, signal));
    }
  }

  /** Runs that waited for a person: those on which a word was given, those whose time is over, all of them after a start. */
  async #listDecided(): Promise<Run[]> {
    const { store, approvals } = this.#options;
    const awaiting = await store.listInState("awaiting-approval");
    this.#unvisited ??= new Set(awaiting.map(({ study }) => study));
    const due = new Set([...this.#unvisited, ...(await approvals.listDue())]);
    return awaiting.filter(({ study }) => due.has(study));
  }

  async #execute(run: Run, signal: AbortSignal): Promise<void> {
    const finished = await this.#guard(() => this.#options.executor.execute(run, signal), signal);
    // The link or the database failed: the run keeps its place, and is looked at again in a while.
    if (!finished) await pause(limits.runRetryMs, signal);
    this.#active.delete(run.study);
    this.#work.ring();
  }

  /** @returns false when `step` threw: logged, to be tried again. */
  async #guard(step: () => Promise<void>, signal: AbortSignal): Promise<boolean> {
    try {
      await step();
      return true;
    } catch (error) {
      if (!signal.aborted) {
        const code = isFlamencoError(error) ? error.code : "FLM_INTERNAL";
        this.#options.log.warn(
          { code, err: isFlamencoError(error) ? undefined : error },
          "A step is tried again later.",
        );
      }
      return false;
    }
  }
}
