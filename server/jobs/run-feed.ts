import type { Run } from "./run.js";

/** Tells whoever watches a run of its changes, in this process, after they are committed. */
export class RunFeed {
  readonly #watchers = new Map<string, Set<(run: Run) => void>>();

  publish(run: Run): void {
    for (const watcher of this.#watchers.get(run.study) ?? []) watcher(run);
  }

  /** @returns how to stop watching. */
  watch(study: string, watcher: (run: Run) => void): () => void {
    const watchers = this.#watchers.get(study) ?? new Set();
    watchers.add(watcher);
    this.#watchers.set(study, watchers);
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(study) === watchers) this.#watchers.delete(study);
    };
  }
}
