import { closed, Digest, parseDocument } from "@flamenco/policies/wire";
import { type Static, Type } from "@sinclair/typebox";
import { ApprovalOrder, ApprovalRequest, Dossier } from "../approvals/index.js";
import { assertOperator } from "../operator/index.js";
import type { App, RouteContext } from "./route-context.js";

const RequestParams = Type.Object({ study: Digest }, closed);
const RequestsAnswer = Type.Object({ requests: Type.Array(ApprovalRequest) }, closed);
const DossierAnswer = Type.Object({ request: ApprovalRequest, dossier: Dossier }, closed);
const DecidedAnswer = Type.Object({ request: ApprovalRequest }, closed);

/**
 * GET /requests, /requests/:study; POST /requests/:study. From the operator alone, reading too: a dossier holds sources and
 * policies, which are nobody else's on this machine. The token travels in a header that no web page can send here.
 */
export function addRequestRoutes(app: App, { approvals, operatorToken }: RouteContext): void {
  app.get("/requests", { schema: { response: { 200: RequestsAnswer } } }, async ({ headers }) => {
    assertOperator(headers.authorization, operatorToken);
    return { requests: await approvals.list() };
  });
  app.get(
    "/requests/:study",
    { schema: { params: RequestParams, response: { 200: DossierAnswer } } },
    async ({ headers, params }) => {
      assertOperator(headers.authorization, operatorToken);
      return approvals.show(params.study);
    },
  );
  app.post(
    "/requests/:study",
    { schema: { params: RequestParams, body: ApprovalOrder, response: { 200: DecidedAnswer } } },
    async ({ headers, params, body }) => {
      assertOperator(headers.authorization, operatorToken);
      return { request: await approvals.decide(params.study, body) };
    },
  );
}

/** What GET /requests answered. @throws FLM_SCHEMA */
export function parseRequestsAnswer(answer: unknown): ApprovalRequest[] {
  return parseDocument(RequestsAnswer, answer, "node's answer").requests;
}

/** What GET /requests/:study answered. @throws FLM_SCHEMA */
export function parseDossierAnswer(answer: unknown): Static<typeof DossierAnswer> {
  return parseDocument(DossierAnswer, answer, "node's answer");
}

/** What POST /requests/:study answered. @throws FLM_SCHEMA */
export function parseRequestAnswer(answer: unknown): ApprovalRequest {
  return parseDocument(DecidedAnswer, answer, "node's answer").request;
}
