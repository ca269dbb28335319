import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import { loadNodeConfig, nodeDirectoryOf } from "../config/index.js";
import { type CrashedPackage, Quarantine } from "../jobs/index.js";
import { openDatabase } from "../storage/index.js";
import { type DirectoryLock, lockDirectory } from "../support/index.js";
import { type QuarantineDesk, reachRunningQuarantine } from "./running-quarantine.js";

export interface QuarantineCommandOptions {
  readonly dataDir: string;
  readonly json: boolean;
}

/** Use the quarantine of a node: through the node while it runs, else in its database. @throws FLM_CONFIG, FLM_DATA_DIR_LOCKED, FLM_DATABASE */
async function withQuarantine<T>(
  dataDir: string,
  environment: NodeJS.ProcessEnv,
  use: (quarantine: QuarantineDesk) => Promise<T>,
): Promise<T> {
  const directory = nodeDirectoryOf(dataDir);
  const { name: nodeName } = await loadNodeConfig(directory);
  const now = () => new Date();
  let lock: DirectoryLock;
  try {
    lock = await lockDirectory(directory.lock);
  } catch (error) {
    const running = isFlamencoError(error, "FLM_DATA_DIR_LOCKED")
      ? await reachRunningQuarantine(directory.operator)
      : undefined;
    if (running === undefined) throw error;
    return use(running);
  }
  try {
    const databaseUrl = environment.DATABASE_URL || undefined;
    const database = await openDatabase({ databaseUrl, directory: directory.database, nodeName }, now);
    try {
      return await use(new Quarantine(database, now));
    } finally {
      await database.close();
    }
  } finally {
    await lock.release();
  }
}

const describePackage = ({ id, name, version, crashes, lastCode, quarantined }: CrashedPackage): string =>
  `${quarantined ? "quarantined" : "watched    "} ${name}@${version}  ${crashes} crashes, last ${lastCode}\n            ${id}`;

/** `flamenco-node quarantine list` */
export async function listQuarantine(
  { dataDir, json }: QuarantineCommandOptions,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const packages = await withQuarantine(dataDir, environment, (quarantine) => quarantine.list());
  const lines =
    packages.length === 0 ? "No package has crashed a sealed worker." : packages.map(describePackage).join("\n");
  process.stdout.write(json ? `${JSON.stringify({ event: "quarantine", packages })}\n` : `${lines}\n`);
}

/** `flamenco-node quarantine lift PACKAGE`, by id or as NAME@VERSION. @throws FLM_NOT_FOUND, FLM_USAGE */
export async function liftQuarantine(
  wanted: string,
  { dataDir, json }: QuarantineCommandOptions,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const id = await withQuarantine(dataDir, environment, async (quarantine) => {
    const found = findPackage(await quarantine.list(), wanted);
    await quarantine.lift(found);
    return found;
  });
  process.stdout.write(
    json ? `${JSON.stringify({ event: "lifted", id })}\n` : `Lifted. Studies may use ${wanted} again.\n`,
  );
}

function findPackage(packages: readonly CrashedPackage[], wanted: string): string {
  const found = packages.filter(({ id, name, version }) => id === wanted || `${name}@${version}` === wanted);
  if (found.length > 1)
    throw new FlamencoError("FLM_USAGE", "Several packages have that name and version: give the id.");
  if (found[0] === undefined) {
    throw new FlamencoError("FLM_NOT_FOUND", "No package of that id or name@version has crashed a sealed worker here.");
  }
  return found[0].id;
}
