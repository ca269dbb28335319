export { buildApp, type LogTarget } from "./app.js";
