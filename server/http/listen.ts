import type { AddressInfo } from "node:net";
import { FlamencoError } from "@flamenco/policies/errors";
import type { App } from "./route-context.js";

const HOST = "127.0.0.1";

/**
 * Listen on this machine alone: nodes only call out, nobody has to reach them.
 * @param port 0 for any free one.
 * @returns the address.
 * @throws FLM_PORT_TAKEN, FLM_CONFIG
 */
export async function listenLocally(app: App, port: number): Promise<string> {
  try {
    await app.listen({ host: HOST, port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EADDRINUSE")
      throw new FlamencoError("FLM_PORT_TAKEN", `Port ${port} of ${HOST} is taken.`, { cause });
    throw new FlamencoError("FLM_CONFIG", `Cannot listen on port ${port} of ${HOST} (${code ?? "unknown reason"}).`, {
      cause,
    });
  }
  return `http://${HOST}:${(app.server.address() as AddressInfo).port}`;
}
