export { buildApp } from "./app.js";
export { parseLedgerAnswer } from "./audit-routes.js";
export { listenLocally } from "./listen.js";
export { parseLiftAnswer, parseQuarantineAnswer } from "./quarantine-routes.js";
export { parseDossierAnswer, parseRequestAnswer, parseRequestsAnswer } from "./request-routes.js";
export type { DatasetView } from "./route-context.js";
