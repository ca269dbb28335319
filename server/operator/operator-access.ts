import { randomBytes, timingSafeEqual } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { FlamencoError } from "@flamenco/policies/errors";
import { sha256 } from "@flamenco/policies/trust";
import { closed, parseDocument } from "@flamenco/policies/wire";
import { type Static, Type } from "@sinclair/typebox";

const TOKEN_BYTES = 32;

/**
 * How the operator's commands reach the node that runs: its address, and a token that only who may read the node's directory
 * can know. A web page cannot, and cannot send the header either without asking first (CORS), which is never granted.
 */
const OperatorAccess = Type.Object(
  {
    url: Type.String({ pattern: "^http://127\\.0\\.0\\.1:[0-9]{1,5}$" }),
    token: Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" }),
  },
  closed,
);
export type OperatorAccess = Static<typeof OperatorAccess>;

/** A token for one start of the node; the next start has another. */
export function makeOperatorToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/** Write the access file (0600), whole or not at all. @returns removes it */
export async function publishAccess(path: string, access: OperatorAccess): Promise<() => Promise<void>> {
  const draft = `${path}.new`;
  await rm(draft, { force: true });
  await writeFile(draft, `${JSON.stringify(access)}\n`, { flag: "wx", mode: 0o600 });
  await rename(draft, path);
  return () => rm(path, { force: true });
}

/** The access file of a node, or undefined when there is none that can be read. */
export async function readAccess(path: string): Promise<OperatorAccess | undefined> {
  try {
    return parseDocument(OperatorAccess, JSON.parse(await readFile(path, "utf8")), "operator's access");
  } catch {
    return undefined;
  }
}

/** The header that shows a token. */
export const authorizationOf = (token: string): string => `Bearer ${token}`;

/** @throws FLM_OPERATOR_ONLY unless the header shows the token; how long that takes says nothing of the token */
export function assertOperator(header: string | undefined, token: string): void {
  const digest = (text: string) => Buffer.from(sha256(text), "hex");
  if (timingSafeEqual(digest(header ?? ""), digest(authorizationOf(token)))) return;
  throw new FlamencoError(
    "FLM_OPERATOR_ONLY",
    "Only the node's operator may do this: use `flamenco node` as the user who runs the node.",
  );
}
