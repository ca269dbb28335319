import type { AddressInfo } from "node:net";
import { FlamencoError } from "@flamenco/policies/errors";
import { limits } from "../limits.js";
import { createRegistry, type Registry } from "../registry.js";
import { waitForStop } from "./stop-request.js";

export interface StartOptions {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly json: boolean;
  readonly stopWithParent: boolean;
}

/** Start, say so, serve until asked to stop, stop cleanly. @throws FLM_PORT_TAKEN, FLM_CONFIG, and what `createRegistry` throws */
export async function runStart(options: StartOptions): Promise<void> {
  const stopRequested = waitForStop({ withParent: options.stopWithParent });
  const registry = await createRegistry({ dataDir: options.dataDir, name: options.name, log: process.stderr });
  try {
    const url = await listen(registry, options);
    announceReady(registry, url, options);
    registry.app.log.info({ reason: await stopRequested }, "stopping");
  } finally {
    await closeWithin(registry, limits.stopGraceSeconds);
  }
}

async function listen(registry: Registry, { host, port }: StartOptions): Promise<string> {
  try {
    await registry.app.listen({ host, port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EADDRINUSE")
      throw new FlamencoError("FLM_PORT_TAKEN", `Port ${port} of ${host} is taken.`, { cause });
    throw new FlamencoError("FLM_CONFIG", `Cannot listen on port ${port} of ${host} (${code ?? "unknown reason"}).`, {
      cause,
    });
  }
  const address = registry.app.server.address() as AddressInfo;
  return `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`;
}

function announceReady({ name, keyId }: Registry, url: string, { json, dataDir }: StartOptions): void {
  process.stdout.write(
    json
      ? `${JSON.stringify({ event: "ready", url, name, keyId })}\n`
      : `Registry ${name} is ready at ${url}\n  key   ${keyId}\n  data  ${dataDir}\nStop it with Ctrl-C.\n`,
  );
}

/** Requests under way are answered; a client that will not read its answer must not keep the service from stopping. */
async function closeWithin({ app, close }: Registry, seconds: number): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), seconds * 1000);
  try {
    await close();
  } finally {
    clearTimeout(cut);
  }
}
