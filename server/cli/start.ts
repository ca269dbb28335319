import { FlamencoError } from "@flamenco/policies/errors";
import pino from "pino";
import { limits } from "../limits.js";
import { type RunningNode, startNode } from "../service/index.js";
import { waitForStop } from "./stop-request.js";

export interface StartCommandOptions {
  readonly port?: number;
  readonly dataDir: string;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly stopWithParent: boolean;
}

/** Start, say so, serve until asked to stop, stop cleanly. @throws what `startNode` throws, FLM_DATABASE */
export async function runStart(options: StartCommandOptions, environment: NodeJS.ProcessEnv): Promise<void> {
  const stopRequested = waitForStop({ withParent: options.stopWithParent });
  const level = options.verbose ? "debug" : options.json ? "warn" : "info";
  const log = pino({ name: "flamenco-node", level }, pino.destination({ fd: 2, sync: true }));
  const node = await startNode({
    dataDirectory: options.dataDir,
    port: options.port,
    databaseUrl: environment.DATABASE_URL || undefined,
    log,
    now: () => new Date(),
    random: Math.random,
  });
  let lost: Error | undefined;
  try {
    announceReady(node, options);
    lost = await Promise.race([stopRequested.then(() => undefined), node.lost]);
  } finally {
    await stopWithin(node, limits.stopGraceMs);
  }
  if (lost !== undefined) {
    throw new FlamencoError(
      "FLM_DATABASE",
      "The node lost its database and stopped; runs are taken up at the next start.",
      {
        cause: lost,
      },
    );
  }
}

function announceReady({ name, keyId, url }: RunningNode, { json, dataDir }: StartCommandOptions): void {
  process.stdout.write(
    json
      ? `${JSON.stringify({ event: "ready", url, name, keyId })}\n`
      : `Node ${name} is ready at ${url}\n  key   ${keyId}\n  data  ${dataDir}\nStop it with Ctrl-C.\n`,
  );
}

/** Whatever hangs while stopping is cut off: every state is in the database already. */
async function stopWithin(node: RunningNode, milliseconds: number): Promise<void> {
  const cut = setTimeout(() => process.exit(process.exitCode ?? 0), milliseconds);
  try {
    await node.stop();
  } finally {
    clearTimeout(cut);
  }
}
