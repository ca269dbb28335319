import { parseDocument } from "@flamenco/policies/wire";
import { LedgerTables } from "../audit/index.js";
import { assertOperator } from "../operator/index.js";
import type { App, RouteContext } from "./route-context.js";

/** GET /ledger: the budget ledger as the database has it, for the operator who holds the audit log against it. */
export function addAuditRoutes(app: App, { readLedger, operatorToken }: RouteContext): void {
  app.get("/ledger", { schema: { response: { 200: LedgerTables } } }, async ({ headers }) => {
    assertOperator(headers.authorization, operatorToken);
    return readLedger();
  });
}

/** What GET /ledger answered. @throws FLM_SCHEMA */
export function parseLedgerAnswer(answer: unknown): LedgerTables {
  return parseDocument(LedgerTables, answer, "node's answer");
}
