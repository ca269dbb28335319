import { FlamencoError, isErrorCode, isFlamencoError } from "@flamenco/policies/errors";
import { ErrorDocument, parseDocument } from "@flamenco/policies/wire";
import { loadNodeConfig, nodeDirectoryOf } from "../config/index.js";
import { limits } from "../limits.js";
import { authorizationOf, readAccess } from "../operator/index.js";
import { type Database, openDatabase } from "../storage/index.js";
import { type DirectoryLock, lockDirectory } from "../support/index.js";

/** Ask the running node something, as its operator. @returns its JSON answer. @throws the node's coded error */
export type AskNode = (method: "GET" | "POST" | "DELETE", path: string, body?: object) => Promise<unknown>;

/** The same part of a node, through the node while it runs, or over its database while it does not. */
export interface PartAccess<Part> {
  readonly running: (ask: AskNode) => Part;
  readonly stopped: (database: Database) => Part;
}

/**
 * Use a part of a node's state, whoever holds the database (ADR 8).
 * @throws FLM_CONFIG, FLM_DATA_DIR_LOCKED, FLM_DATABASE
 */
export async function withNodePart<Part, T>(
  dataDir: string,
  environment: NodeJS.ProcessEnv,
  access: PartAccess<Part>,
  use: (part: Part) => Promise<T>,
): Promise<T> {
  const directory = nodeDirectoryOf(dataDir);
  const { name: nodeName } = await loadNodeConfig(directory);
  let lock: DirectoryLock;
  try {
    lock = await lockDirectory(directory.lock);
  } catch (error) {
    const ask = isFlamencoError(error, "FLM_DATA_DIR_LOCKED") ? await reachNode(directory.operator) : undefined;
    if (ask === undefined) throw error;
    return use(access.running(ask));
  }
  try {
    const databaseUrl = environment.DATABASE_URL || undefined;
    const location = { databaseUrl, directory: directory.database, nodeName };
    const database = await openDatabase(location, () => new Date());
    try {
      return await use(access.stopped(database));
    } finally {
      await database.close();
    }
  } finally {
    await lock.release();
  }
}

/** @returns undefined when no node offers itself in the access file */
async function reachNode(accessPath: string): Promise<AskNode | undefined> {
  const access = await readAccess(accessPath);
  if (access === undefined) return undefined;
  return async (method, path, body) => {
    const response = await fetch(access.url + path, {
      method,
      headers: {
        authorization: authorizationOf(access.token),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "error",
      signal: AbortSignal.timeout(limits.requestTimeoutMs),
    }).catch((cause: unknown) => {
      throw unanswered(cause);
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw refusalOf(answer);
    return answer;
  };
}

/** The node's own word on why not; whatever else answers there is not the node. */
function refusalOf(answer: unknown): FlamencoError {
  try {
    const { code, message, details } = parseDocument(ErrorDocument, answer, "node's answer");
    if (isErrorCode(code)) return new FlamencoError(code, message, { details });
  } catch {
    // not an error document: falls through
  }
  return unanswered(answer);
}

const unanswered = (cause: unknown): FlamencoError =>
  new FlamencoError(
    "FLM_DATA_DIR_LOCKED",
    "Another process uses this node's directory and does not answer: it may be starting or stopping. Try again in a moment.",
    { cause },
  );
