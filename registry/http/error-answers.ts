import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/**
 * What the HTTP framework itself refuses, in our words: its own messages may repeat what was sent.
 * Keys are Fastify's error codes.
 */
const frameworkErrors: Readonly<Record<string, () => FlamencoError>> = Object.freeze({
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new FlamencoError("FLM_TOO_LARGE", "The request body is larger than this address takes."),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new FlamencoError("FLM_SCHEMA", "The request body must be application/json."),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => new FlamencoError("FLM_SCHEMA", "The request body is empty."),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new FlamencoError("FLM_SCHEMA", "The request body is not JSON."),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new FlamencoError("FLM_SCHEMA", "The request body is not as long as announced."),
  FST_ERR_BAD_URL: () => new FlamencoError("FLM_NOT_FOUND", "The address is not well formed."),
  FST_ERR_MAX_PARAM_LENGTH: () => new FlamencoError("FLM_NOT_FOUND", "The address is longer than any here."),
});

/** The coded error for anything that was thrown. What is not foreseen becomes FLM_INTERNAL and says nothing of itself. */
export function toFlamencoError(error: unknown): FlamencoError {
  if (isFlamencoError(error)) return error;
  const { code, statusCode } = error as Partial<FastifyError>;
  const known = code !== undefined && Object.hasOwn(frameworkErrors, code) ? frameworkErrors[code] : undefined;
  if (known !== undefined) return known();
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new FlamencoError("FLM_SCHEMA", "The request is not well formed.", { cause: error });
  }
  return new FlamencoError("FLM_INTERNAL", "The registry failed to answer. Its log says more.", { cause: error });
}

/** Answer with an `ErrorDocument` and the status of its code. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const coded = toFlamencoError(error);
  if (coded.status >= 500) request.log.error({ code: coded.code, err: coded.cause ?? coded }, coded.message);
  else request.log.info({ code: coded.code, method: request.method, route: request.routeOptions.url }, coded.message);
  return reply.code(coded.status).type("application/json").send(coded.toDocument());
}

/** Answer what is not HTTP, or came too slowly, in the same words as everything else, and hang up. */
export function answerBrokenRequest({ code }: NodeJS.ErrnoException, socket: Duplex): void {
  if (code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const error =
    code === "HPE_HEADER_OVERFLOW"
      ? new FlamencoError("FLM_TOO_LARGE", "The headers of the request are larger than the registry takes.")
      : new FlamencoError("FLM_SCHEMA", "The request is not well-formed HTTP, or did not arrive in time.");
  const body = JSON.stringify(error.toDocument());
  const head = `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\nContent-Type: application/json\r\n`;
  socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}

/** Make every answer that is not a success an `ErrorDocument`. */
export function installErrorAnswers(app: FastifyInstance): void {
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((request, reply) =>
    sendError(new FlamencoError("FLM_NOT_FOUND", "The registry has no such address or method."), request, reply),
  );
}
