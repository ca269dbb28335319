import { NodesAnswer, PostAnswer, registryPaths } from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import type { App, RouteContext } from "./route-context.js";

/** GET /nodes, POST /nodes */
export function addNodeRoutes(app: App, { service }: RouteContext): void {
  app.get(registryPaths.nodes, { schema: { response: { 200: NodesAnswer } } }, () => ({
    nodes: service.nodes.envelopes(),
  }));

  app.post(
    registryPaths.nodes,
    { bodyLimit: limits.announcementBodyBytes, schema: { response: { 200: PostAnswer } } },
    ({ body }) => service.announceNode(body),
  );
}
