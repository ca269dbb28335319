import { PostAnswer, registryPaths } from "@flamenco/policies/wire";
import type { App, RouteContext } from "./route-context.js";

/** POST /exchange/runs */
export function addRunRoute(app: App, { service }: RouteContext): void {
  app.post(registryPaths.runs, { schema: { response: { 200: PostAnswer } } }, ({ body }) => service.postReport(body));
}
