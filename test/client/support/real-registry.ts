import type { AddressInfo } from "node:net";
import { createRegistry } from "@flamenco/registry";

/** The real registry, listening on a free port. */
export async function startRegistry(
  dataDir: string,
  port = 0,
): Promise<{ url: string; port: number; close: () => Promise<void> }> {
  const registry = await createRegistry({ dataDir });
  await registry.app.listen({ host: "127.0.0.1", port });
  const address = registry.app.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    async close() {
      // Connections that a client opened and never used would keep it open.
      const closed = registry.close();
      registry.app.server.closeAllConnections();
      await closed;
    },
  };
}
