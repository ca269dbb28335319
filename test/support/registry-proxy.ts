import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createRegistry } from "@flamenco/registry";
import type { Test } from "tap";

/** One request that a node made, before the registry has seen it. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly response: ServerResponse;
}

/** Answers in the registry's place and returns true, or lets the request pass (perhaps later). */
export type Intercept = (passing: Passing) => boolean | Promise<boolean>;

/**
 * A real registry, and in front of it a gate that tests use to watch, hold, lose or replace what passes between it and a
 * node.
 */
export interface ProxiedRegistry {
  /** Address of the gate: what a node is told. */
  readonly url: string;
  /** Address of the registry itself: what researchers use in tests. */
  readonly direct: string;
  /** Undefined lets everything pass. */
  intercept: Intercept | undefined;
  /** Every request so far, `METHOD path`. */
  readonly passed: string[];
}

async function readText(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

export async function startProxiedRegistry(t: Test, dataDir: string): Promise<ProxiedRegistry> {
  const registry = await createRegistry({ dataDir });
  const direct = await registry.app.listen({ host: "127.0.0.1", port: 0 });
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "GET", url: path = "/", headers } = incoming;
    const body = await readText(incoming);
    proxied.passed.push(`${method} ${path}`);
    if (await proxied.intercept?.({ method, path, body, response })) return;
    const onward = request(direct + path, { method, headers: { ...headers, host: new URL(direct).host } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    response.on("close", () => onward.destroy());
    onward.on("error", () => response.destroy());
    onward.end(body);
  };
  const gate = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(gate.address() as AddressInfo).port}`;
  const proxied: ProxiedRegistry = { url, direct, intercept: undefined, passed: [] };
  t.teardown(async () => {
    gate.close();
    gate.closeAllConnections();
    await registry.close();
  });
  return proxied;
}
