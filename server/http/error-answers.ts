import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** The coded error for anything that was thrown. What is not foreseen becomes FLM_INTERNAL and says nothing of itself. */
function toFlamencoError(error: unknown): FlamencoError {
  if (isFlamencoError(error)) return error;
  const { statusCode } = error as Partial<FastifyError>;
  if (statusCode === 413) return new FlamencoError("FLM_TOO_LARGE", "The request is larger than this address takes.");
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    // The framework's own message may repeat what was sent.
    return new FlamencoError("FLM_SCHEMA", "The request is not well formed.", { cause: error });
  }
  return new FlamencoError("FLM_INTERNAL", "The node failed to answer. Its log says more.", { cause: error });
}

/** Answer with an `ErrorDocument` and the status of its code. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const coded = toFlamencoError(error);
  if (coded.status >= 500) request.log.error({ code: coded.code, err: coded.cause ?? coded }, coded.message);
  return reply.code(coded.status).type("application/json").send(coded.toDocument());
}

/** Make every answer that is not a success an `ErrorDocument`. */
export function installErrorAnswers(app: FastifyInstance): void {
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((request, reply) =>
    sendError(new FlamencoError("FLM_NOT_FOUND", "The node has no such address or method."), request, reply),
  );
}
