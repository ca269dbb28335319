import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Paths inside a node's directory. */
export interface NodeDirectory {
  readonly root: string;
  readonly config: string;
  readonly key: string;
  readonly policies: string;
  readonly datasets: string;
  readonly database: string;
  /** The audit log. */
  readonly audit: string;
  readonly lock: string;
  /** How the operator's commands reach the node while it runs. */
  readonly operator: string;
}

/** `--data-dir`, else FLAMENCO_DATA_DIR, else `~/.flamenco`. */
export function resolveDataDirectory(option: string | undefined, environment: NodeJS.ProcessEnv): string {
  return resolve(option ?? environment.FLAMENCO_DATA_DIR ?? join(homedir(), ".flamenco"));
}

/** Layout of the node inside a data directory. */
export function nodeDirectoryOf(dataDirectory: string): NodeDirectory {
  const root = join(dataDirectory, "node");
  return Object.freeze({
    root,
    config: join(root, "node.json"),
    key: join(root, "node.key"),
    policies: join(root, "policies"),
    datasets: join(root, "datasets"),
    database: join(root, "database"),
    audit: join(root, "audit"),
    lock: join(root, "lock"),
    operator: join(root, "operator.json"),
  });
}
