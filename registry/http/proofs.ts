import { closed, Digest, PostAnswer, ProofsAnswer, registryPaths } from "@flamenco/policies/wire";
import { Type } from "@sinclair/typebox";
import type { App, RouteContext } from "./route-context.js";

const ProofsParams = Type.Object({ digest: Digest }, closed);

/** POST /exchange/proofs, GET /studies/:digest/proofs */
export function addProofRoutes(app: App, { service }: RouteContext): void {
  app.post(registryPaths.postProofs, { schema: { response: { 200: PostAnswer } } }, ({ body }) =>
    service.postProof(body),
  );
  app.get(
    registryPaths.proofs,
    { schema: { params: ProofsParams, response: { 200: ProofsAnswer } } },
    async ({ params }) => ({ proofs: service.board.listProofs(params.digest) }),
  );
}
