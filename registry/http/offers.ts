import { Count, closed, KeyId, OffersAnswer, registryPaths } from "@flamenco/policies/wire";
import { Type } from "@sinclair/typebox";
import { type App, goneSignal, type RouteContext } from "./route-context.js";

const OffersParams = Type.Object({ keyId: KeyId }, closed);
const OffersQuery = Type.Object({ wait: Type.Optional(Count), after: Type.Optional(Count) }, closed);

/** GET /exchange/offers/:keyId */
export function addOfferRoute(app: App, { service }: RouteContext): void {
  app.get(
    registryPaths.offers,
    { schema: { params: OffersParams, querystring: OffersQuery, response: { 200: OffersAnswer } } },
    ({ params, query }, reply) =>
      service.waitForOffers(params.keyId, query.after ?? 0, { seconds: query.wait ?? 0, gone: goneSignal(reply) }),
  );
}
