export { buildApp } from "./app.js";
export { parseLedgerAnswer } from "./audit-routes.js";
export { listenLocally } from "./listen.js";
export { parseLiftAnswer, parseQuarantineAnswer } from "./quarantine-routes.js";
export { parseRequestAnswer, parseRequestsAnswer, parseReviewAnswer } from "./request-routes.js";
export type { DatasetView } from "./route-context.js";
