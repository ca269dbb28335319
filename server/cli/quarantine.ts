import { FlamencoError } from "@flamenco/policies/errors";
import { parseLiftAnswer, parseQuarantineAnswer } from "../http/index.js";
import { type CrashedPackage, Quarantine } from "../jobs/index.js";
import { type PartAccess, withNodePart } from "./running-node.js";

export interface QuarantineCommandOptions {
  readonly dataDir: string;
  readonly json: boolean;
}

/** What the operator does with the quarantine, whoever holds the database. */
const quarantineOf: PartAccess<Pick<Quarantine, "list" | "lift">> = {
  running: (ask) => ({
    list: async () => parseQuarantineAnswer(await ask("GET", "/quarantine")),
    lift: async (id) => parseLiftAnswer(await ask("DELETE", `/quarantine/${encodeURIComponent(id)}`)),
  }),
  stopped: (database) => new Quarantine(database, () => new Date()),
};

const describePackage = ({ id, name, version, crashes, lastCode, quarantined }: CrashedPackage): string =>
  `${quarantined ? "quarantined" : "watched    "} ${name}@${version}  ${crashes} crashes, last ${lastCode}\n            ${id}`;

/** `flamenco-node quarantine list` */
export async function listQuarantine(
  { dataDir, json }: QuarantineCommandOptions,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const packages = await withNodePart(dataDir, environment, quarantineOf, (quarantine) => quarantine.list());
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
  const id = await withNodePart(dataDir, environment, quarantineOf, async (quarantine) => {
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
