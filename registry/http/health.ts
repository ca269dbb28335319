import { Health, registryPaths } from "@flamenco/policies/wire";
import { software } from "../software.js";
import type { App, RouteContext } from "./route-context.js";

/** GET /health */
export function addHealthRoute(app: App, { name }: RouteContext): void {
  app.get(registryPaths.health, { schema: { response: { 200: Health } } }, () => ({
    service: "registry" as const,
    name,
    software,
  }));
}
