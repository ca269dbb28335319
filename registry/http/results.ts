import { Readable } from "node:stream";
import { closed, Digest, PostAnswer, registryPaths } from "@flamenco/policies/wire";
import { Type } from "@sinclair/typebox";
import { limits } from "../limits.js";
import type { App, RouteContext } from "./route-context.js";

const ResultsParams = Type.Object({ digest: Digest }, closed);

/** POST /exchange/results, GET /studies/:digest/results */
export function addResultRoutes(app: App, { service }: RouteContext): void {
  app.post(
    registryPaths.postResults,
    { bodyLimit: limits.resultBodyBytes, schema: { response: { 200: PostAnswer } } },
    async (request) => {
      const answer = await service.postResult(request.body);
      request.log.info("result received");
      return answer;
    },
  );

  app.get(registryPaths.results, { schema: { params: ResultsParams } }, ({ params }, reply) => {
    const objects = service.board.resultObjects(params.digest);
    return reply
      .type("application/json")
      .send(Readable.from(writeResults(objects, (digest) => service.readObject(digest))));
  });
}

/** A `ResultsAnswer`, one result in memory at a time: many nodes' results together may be large. */
async function* writeResults(
  objects: readonly string[],
  read: (digest: string) => Promise<Buffer>,
): AsyncGenerator<Buffer | string> {
  yield '{"results":[';
  for (const [index, object] of objects.entries()) {
    if (index > 0) yield ",";
    yield await read(object);
  }
  yield "]}";
}
