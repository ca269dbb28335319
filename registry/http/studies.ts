import {
  Count,
  closed,
  Digest,
  KeyId,
  registryPaths,
  StudiesAnswer,
  StudyAnswer,
  StudyStatus,
} from "@flamenco/policies/wire";
import { Type } from "@sinclair/typebox";
import { type App, goneSignal, type RouteContext } from "./route-context.js";

const StudiesQuery = Type.Object({ author: Type.Optional(KeyId) }, closed);
const StudyParams = Type.Object({ digest: Digest }, closed);
const StatusQuery = Type.Object({ wait: Type.Optional(Count), revision: Type.Optional(Count) }, closed);

/** GET /studies, POST /studies, GET /studies/:digest */
export function addStudyRoutes(app: App, { service, now }: RouteContext): void {
  app.get(
    registryPaths.studies,
    { schema: { querystring: StudiesQuery, response: { 200: StudiesAnswer } } },
    ({ query }) => ({
      studies: service.board.list(now(), query.author),
    }),
  );

  app.post(
    registryPaths.studies,
    { schema: { response: { 200: StudyAnswer, 201: StudyAnswer } } },
    async (request, reply) => {
      const answer = await service.postStudy(request.body);
      if (answer.new) request.log.info({ study: answer.study }, "study posted");
      return reply.code(answer.new ? 201 : 200).send(answer);
    },
  );

  app.get(
    registryPaths.study,
    { schema: { params: StudyParams, querystring: StatusQuery, response: { 200: StudyStatus } } },
    ({ params, query }, reply) =>
      service.waitForStatus(params.digest, query.revision, { seconds: query.wait ?? 0, gone: goneSignal(reply) }),
  );
}
