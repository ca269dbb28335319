export { buildApp } from "./app.js";
export { listenLocally } from "./listen.js";
export type { DatasetView } from "./route-context.js";
