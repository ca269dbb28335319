import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify, { type FastifyInstance, LogController } from "fastify";
import { limits } from "../limits.js";
import { answerBrokenRequest, installErrorAnswers, sendError } from "./error-answers.js";
import { addHealthRoute } from "./health.js";
import { addNodeRoutes } from "./nodes.js";
import { addOfferRoute } from "./offers.js";
import { addPackageRoutes } from "./packages.js";
import { addProofRoutes } from "./proofs.js";
import { addResultRoutes } from "./results.js";
import type { RouteContext } from "./route-context.js";
import { addRunRoute } from "./runs.js";
import { addStudyRoutes } from "./studies.js";
import { compileValidator } from "./validation.js";

/** Where the log goes, one JSON line an event; nowhere when absent. */
export type LogTarget = { write(line: string): void } | undefined;

/** The registry's HTTP interface (see `policies/wire/registry-api`). Closing it closes the service. */
export function buildApp(context: RouteContext, log: LogTarget): FastifyInstance {
  const app = Fastify({
    logger: log === undefined ? false : { level: "info", stream: log },
    // Polls would fill the log; what matters is logged where it happens.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.otherBodyBytes,
    requestTimeout: limits.requestSeconds * 1000,
    // A request that arrives while the service stops is answered like any other: what it asks is still true.
    return503OnClosing: false,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => {
      sendError(error, request, reply);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.removeContentTypeParser("text/plain");
  app.setValidatorCompiler(compileValidator);
  // The response schemas give types; the answers are what the service says, and nothing is dropped on the way.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  installErrorAnswers(app);
  for (const addRoutes of [
    addHealthRoute,
    addPackageRoutes,
    addNodeRoutes,
    addStudyRoutes,
    addOfferRoute,
    addRunRoute,
    addResultRoutes,
    addProofRoutes,
  ]) {
    addRoutes(app, context);
  }

  app.addHook("preClose", async () => context.service.releaseWaiting());
  app.addHook("onClose", () => context.service.close());
  return app;
}
