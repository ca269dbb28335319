import { FlamencoError } from "@flamenco/policies/errors";
import type { FastifyInstance } from "fastify";

const localHosts: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Answer only requests that were addressed to this machine by a local name. The interface has no login; without this a web
 * page could point its own name at 127.0.0.1 and read the answers (DNS rebinding).
 */
export function refuseForeignHosts(app: FastifyInstance): void {
  app.addHook("onRequest", async ({ headers: { host } }) => {
    const name = (host ?? "").replace(/:[0-9]+$/, "");
    if (!localHosts.has(name)) {
      throw new FlamencoError("FLM_NOT_FOUND", "This interface answers to 127.0.0.1 and localhost alone.");
    }
  });
}
