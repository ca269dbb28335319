import { FlamencoError } from "@flamenco/policies/errors";
import { parseLiftAnswer, parseQuarantineAnswer } from "../http/index.js";
import type { Quarantine } from "../jobs/index.js";
import { limits } from "../limits.js";
import { authorizationOf, readAccess } from "../operator/index.js";

/** What the operator does with the quarantine, whoever holds the database. */
export type QuarantineDesk = Pick<Quarantine, "list" | "lift">;

/**
 * The quarantine of a node that runs, which holds its database: asked for through the node itself.
 * @param accessPath the node's access file
 * @returns undefined when no node offers itself there
 */
export async function reachRunningQuarantine(accessPath: string): Promise<QuarantineDesk | undefined> {
  const access = await readAccess(accessPath);
  if (access === undefined) return undefined;
  const ask = async (method: string, path: string): Promise<unknown> => {
    const response = await fetch(access.url + path, {
      method,
      headers: { authorization: authorizationOf(access.token) },
      redirect: "error",
      signal: AbortSignal.timeout(limits.requestTimeoutMs),
    }).catch((cause: unknown) => {
      throw unanswered(cause);
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw unanswered(answer);
    return answer;
  };
  return {
    list: async () => parseQuarantineAnswer(await ask("GET", "/quarantine")),
    lift: async (id) => parseLiftAnswer(await ask("DELETE", `/quarantine/${encodeURIComponent(id)}`)),
  };
}

const unanswered = (cause: unknown): FlamencoError =>
  new FlamencoError(
    "FLM_DATA_DIR_LOCKED",
    "Another process uses this node's directory and does not answer: it may be starting or stopping. Try again in a moment.",
    { cause },
  );
