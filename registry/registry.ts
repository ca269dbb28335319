import { join } from "node:path";
import { sodiumReady } from "@flamenco/policies/trust";
import { Name, parseDocument } from "@flamenco/policies/wire";
import type { FastifyInstance } from "fastify";
import { buildApp, type LogTarget } from "./http/index.js";
import { openIdentity } from "./identity.js";
import { RegistryService } from "./service.js";
import type { JournalRecovery } from "./storage/index.js";

export interface RegistryOptions {
  /** Flamenco's data directory; the registry keeps its files in the subfolder `registry`. */
  readonly dataDir: string;
  /** Name that `/health` shows; `registry` when absent. */
  readonly name?: string | undefined;
  /** Where JSON log lines go; nowhere when absent. */
  readonly log?: LogTarget;
  readonly now?: (() => Date) | undefined;
}

/** A registry that has replayed its journal and can answer requests (`app.inject`, `app.listen`). */
export interface Registry {
  readonly app: FastifyInstance;
  readonly name: string;
  readonly keyId: string;
  readonly recovery: JournalRecovery;
  /** Answer those who wait, finish what is being written, let the data directory go. */
  close(): Promise<void>;
}

/**
 * Open the registry of a data directory.
 * @throws FLM_SCHEMA for a wrong name, FLM_DATA_DIR_LOCKED, FLM_REGISTRY_CORRUPT, FLM_KEY_UNREADABLE, FLM_KEY_PERMISSIONS
 */
export async function createRegistry({
  dataDir,
  name = "registry",
  log,
  now = () => new Date(),
}: RegistryOptions): Promise<Registry> {
  await sodiumReady;
  parseDocument(Name, name, "registry's name");
  const directory = join(dataDir, "registry");
  const service = await RegistryService.open(directory, now);
  try {
    const { keyId } = await openIdentity(join(directory, "registry.key"), name);
    const app = buildApp({ service, name, now }, log);
    await app.ready();
    const { recovery } = service;
    if (recovery.tornBytes > 0) {
      app.log.warn(
        recovery,
        "the journal ended in a line that a crash had cut short; it was never acknowledged and is removed",
      );
    }
    return { app, name, keyId, recovery, close: () => app.close() };
  } catch (error) {
    await service.close();
    throw error;
  }
}
