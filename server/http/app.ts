import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { Count, closed, Digest, Health, KindName, Name, parseDocument } from "@flamenco/policies/wire";
import { type TSchema, Type } from "@sinclair/typebox";
import Fastify, { type FastifyBaseLogger, type FastifySchemaCompiler, LogController } from "fastify";
import { limits } from "../limits.js";
import { software } from "../software.js";
import { addAuditRoutes } from "./audit-routes.js";
import { installErrorAnswers, sendError } from "./error-answers.js";
import { addEventRoute } from "./event-route.js";
import { refuseForeignHosts } from "./local-requests.js";
import { addQuarantineRoutes } from "./quarantine-routes.js";
import { addRequestRoutes } from "./request-routes.js";
import type { App, RouteContext } from "./route-context.js";
import { addRunRoutes } from "./run-routes.js";

const DatasetsAnswer = Type.Object(
  { datasets: Type.Array(Type.Object({ name: Name, kind: KindName, version: Digest, rows: Count }, closed)) },
  closed,
);

const compileValidator: FastifySchemaCompiler<TSchema> =
  ({ schema }) =>
  (input: unknown) => {
    try {
      return { value: parseDocument(schema, input, "request") };
    } catch (error) {
      return { error: error as Error };
    }
  };

/** The node's own HTTP interface, for its operator on the same machine. It says how runs stand; orders need the operator's token. */
export function buildApp(context: RouteContext, logger: FastifyBaseLogger): App {
  const app: App = Fastify({
    loggerInstance: logger,
    // What matters is logged where it happens.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.requestBodyBytes,
    forceCloseConnections: true,
    frameworkErrors: (error, request, reply) => {
      sendError(error, request, reply);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(compileValidator);
  // The response schemas give types; what is sent was described by the functions that return it.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  installErrorAnswers(app);
  refuseForeignHosts(app);

  app.get("/health", { schema: { response: { 200: Health } } }, async () => ({
    service: "node" as const,
    name: context.nodeName,
    software,
  }));
  app.get("/datasets", { schema: { response: { 200: DatasetsAnswer } } }, async () => ({
    datasets: await context.listDatasets(),
  }));
  addRunRoutes(app, context);
  addQuarantineRoutes(app, context);
  addRequestRoutes(app, context);
  addAuditRoutes(app, context);
  addEventRoute(app, context);
  return app;
}
