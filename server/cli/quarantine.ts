import { FlamencoError } from "@flamenco/policies/errors";
import { loadNodeConfig, nodeDirectoryOf } from "../config/index.js";
import { type CrashedPackage, Quarantine } from "../jobs/index.js";
import { lockDirectory, openDatabase } from "../storage/index.js";

export interface QuarantineCommandOptions {
  readonly dataDir: string;
  readonly json: boolean;
}

/** Use the quarantine of a node that does not run. @throws FLM_CONFIG, FLM_DATA_DIR_LOCKED, FLM_DATABASE */
async function withQuarantine<T>(
  dataDir: string,
  environment: NodeJS.ProcessEnv,
  use: (quarantine: Quarantine) => Promise<T>,
): Promise<T> {
  const directory = nodeDirectoryOf(dataDir);
  const { name: nodeName } = await loadNodeConfig(directory);
  const now = () => new Date();
  const lock = await lockDirectory(directory.lock);
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

/** `flamenco-node quarantine lift ID` @throws FLM_NOT_FOUND */
export async function liftQuarantine(
  id: string,
  { dataDir, json }: QuarantineCommandOptions,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const lifted = await withQuarantine(dataDir, environment, (quarantine) => quarantine.lift(id));
  if (!lifted) throw new FlamencoError("FLM_NOT_FOUND", "No package of that id has crashed a sealed worker here.");
  process.stdout.write(
    json ? `${JSON.stringify({ event: "lifted", id })}\n` : `Lifted. Studies may use ${id} again.\n`,
  );
}
