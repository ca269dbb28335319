import { setTimeout as pause } from "node:timers/promises";
import { FlamencoError } from "@flamenco/policies/errors";
import type { NodeAnnouncement } from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import { RegistryClient } from "../sdk/index.js";
import { type KeptService, keepService, type ProcessSupervisor } from "../services/index.js";
import { DATASET } from "./cast.js";
import type { DemoFolder } from "./demo-folder.js";

/** The CIC files call everything that is not BENIGN by the name of its attack. */
const LABELS = "benign=BENIGN,attack=*";

/** How the demo runs its services: each with its own data directory, log and process. */
export interface Network {
  readonly startRegistry: () => Promise<{ service: KeptService; client: RegistryClient }>;
  /** Make a node that trusts these keys and import its rows. */
  readonly prepareNode: (
    node: { name: string; file: string },
    registryUrl: string,
    trusted: readonly { name: string; keyId: string }[],
  ) => Promise<void>;
  readonly startNode: (name: string) => Promise<KeptService>;
}

export interface NetworkOptions {
  readonly folder: DemoFolder;
  readonly supervisor: ProcessSupervisor;
  readonly onRestart: (name: string, reason: string) => void;
  readonly onLost: (error: FlamencoError) => void;
}

export function openNetwork({ folder, supervisor, onRestart, onLost }: NetworkOptions): Network {
  const start = (program: "flamenco-registry" | "flamenco-node", name: string) =>
    keepService({
      supervisor,
      command: (port) => ({
        program,
        args: [
          "start",
          "--data-dir",
          folder.state(name),
          "--port",
          String(program === "flamenco-registry" ? port : 0),
          "--json",
          "--stop-with-parent",
        ],
        logFile: folder.log(name),
      }),
      onRestart: (reason) => onRestart(name, reason),
      onLost,
    });
  const runNodeCommand = (name: string, args: readonly string[]) =>
    supervisor.run({
      program: "flamenco-node",
      args: [...args, "--data-dir", folder.state(name), "--json"],
      logFile: folder.log(name),
    });
  return {
    async startRegistry() {
      const service = await start("flamenco-registry", "registry");
      return { service, client: new RegistryClient({ url: service.ready.url }) };
    },
    async prepareNode({ name, file }, registryUrl, trusted) {
      const trust = trusted.flatMap((key) => ["--trust", `${key.keyId}=${key.name}`]);
      // The example rows are public: they leave exact, and the demo runs on a machine whose kernel grants no namespaces, too.
      const asPublic = ["--preset", "open", "--sandbox", "any"];
      await runNodeCommand(name, [
        "init",
        "--name",
        name,
        "--registry",
        registryUrl,
        "--port",
        "0",
        ...asPublic,
        ...trust,
      ]);
      await runNodeCommand(name, ["dataset", "add", DATASET, file, "--labels", LABELS]);
    },
    startNode: (name) => start("flamenco-node", name),
  };
}

/** Wait until every node has announced its dataset to the registry. @throws FLM_DEMO_FAILED, FLM_INTERRUPTED */
export async function waitForNodes(
  registry: RegistryClient,
  names: readonly string[],
  signal: AbortSignal,
): Promise<NodeAnnouncement[]> {
  const giveUpAt = performance.now() + limits.announceMs;
  while (performance.now() < giveUpAt) {
    const announced = await registry.listNodes();
    const ready = names.every((name) =>
      announced.some((node) => node.name === name && node.datasets.some((dataset) => dataset.name === DATASET)),
    );
    if (ready) return announced;
    await pause(limits.announcePollMs, undefined, { signal }).catch((cause: unknown) => {
      throw new FlamencoError("FLM_INTERRUPTED", "The demo was interrupted.", { cause });
    });
  }
  throw new FlamencoError("FLM_DEMO_FAILED", "The nodes did not announce themselves to the registry.");
}
