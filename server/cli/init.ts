import type { PresetName } from "@flamenco/policies/wire";
import type { WallRequirement } from "@flamenco/sandbox/worker";
import { initNode, nodeDirectoryOf } from "../config/index.js";

export interface InitCommandOptions {
  readonly name: string;
  readonly registry: string;
  readonly trust: readonly string[];
  readonly port: number;
  readonly sandbox: WallRequirement;
  readonly preset: PresetName;
  readonly dataDir: string;
  readonly json: boolean;
}

function parseTrust(text: string): { keyId: string; name?: string } {
  const separator = text.indexOf("=");
  return separator < 0 ? { keyId: text } : { keyId: text.slice(0, separator), name: text.slice(separator + 1) };
}

/** `flamenco-node init` */
export async function runInit({
  name,
  registry,
  trust,
  port,
  sandbox,
  preset,
  dataDir,
  json,
}: InitCommandOptions): Promise<void> {
  const directory = nodeDirectoryOf(dataDir);
  const keyId = await initNode(directory, {
    name,
    registry,
    researchers: trust.map(parseTrust),
    port,
    sandbox,
    preset,
  });
  process.stdout.write(
    json
      ? `${JSON.stringify({ event: "initialized", name, keyId, directory: directory.root })}\n`
      : `Node ${name} was made in ${directory.root}\n  key       ${keyId}\n  policies  ${directory.policies}\nStart it with: flamenco node start\n`,
  );
}
