import { Count, closed, Digest, Instant, PackageName, parseDocument, Text, Version } from "@flamenco/policies/wire";
import { type Static, Type } from "@sinclair/typebox";
import type { CrashedPackage } from "../jobs/index.js";
import { assertOperator } from "../operator/index.js";
import type { App, RouteContext } from "./route-context.js";

const CrashedPackageView = Type.Object(
  {
    id: Digest,
    name: PackageName,
    version: Version,
    crashes: Count,
    lastCode: Text(64),
    lastAt: Instant,
    quarantined: Type.Boolean(),
  },
  closed,
);
const QuarantineAnswer = Type.Object({ packages: Type.Array(CrashedPackageView) }, closed);
const LiftAnswer = Type.Object({ lifted: Type.Boolean() }, closed);

const describeCrashed = ({ lastAt, ...crashed }: CrashedPackage): Static<typeof CrashedPackageView> => ({
  ...crashed,
  lastAt: lastAt.toISOString(),
});

/** GET /quarantine; DELETE /quarantine/:id, the one order that the interface takes, from the operator alone. */
export function addQuarantineRoutes(app: App, { quarantine, operatorToken }: RouteContext): void {
  app.get("/quarantine", { schema: { response: { 200: QuarantineAnswer } } }, async () => ({
    packages: (await quarantine.list()).map(describeCrashed),
  }));
  app.delete(
    "/quarantine/:id",
    { schema: { params: Type.Object({ id: Digest }, closed), response: { 200: LiftAnswer } } },
    async ({ headers, params }) => {
      assertOperator(headers.authorization, operatorToken);
      return { lifted: await quarantine.lift(params.id) };
    },
  );
}

/** What GET /quarantine answered. @throws FLM_SCHEMA */
export function parseQuarantineAnswer(answer: unknown): CrashedPackage[] {
  return parseDocument(QuarantineAnswer, answer, "node's answer").packages.map((one) => ({
    ...one,
    lastAt: new Date(one.lastAt),
  }));
}

/** What DELETE /quarantine/:id answered. @throws FLM_SCHEMA */
export function parseLiftAnswer(answer: unknown): boolean {
  return parseDocument(LiftAnswer, answer, "node's answer").lifted;
}
