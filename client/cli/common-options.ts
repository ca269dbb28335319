import { FlamencoError } from "@flamenco/policies/errors";
import type { SigningKey } from "@flamenco/policies/trust";
import type { Command } from "commander";
import { listKeys, loadKey } from "../keys/index.js";
import { RegistryClient } from "../sdk/index.js";

export interface RegistryOption {
  readonly registry?: string;
}

export interface KeyOption {
  readonly key?: string;
}

const DEFAULT_REGISTRY = "http://127.0.0.1:7610";

export function addRegistryOption(command: Command): Command {
  return command.option(
    "--registry <url>",
    `address of the registry (default: $FLAMENCO_REGISTRY or ${DEFAULT_REGISTRY})`,
  );
}

export function addKeyOption(command: Command): Command {
  return command.option("--key <name>", "key to sign with (default: your only one)");
}

export function openRegistry({ registry }: RegistryOption): RegistryClient {
  return new RegistryClient({ url: registry ?? (process.env.FLAMENCO_REGISTRY || DEFAULT_REGISTRY) });
}

/** @throws FLM_USAGE when no key is named and there is not exactly one; otherwise as `loadKey` */
export async function openKey({ key }: KeyOption, dataDir: string): Promise<SigningKey> {
  if (key !== undefined) return loadKey(dataDir, key);
  const { keys, unusable } = await listKeys(dataDir);
  const [only] = keys;
  if (only !== undefined && keys.length === 1) return loadKey(dataDir, only.name);
  if (keys.length > 1)
    throw new FlamencoError("FLM_USAGE", `Name the key with --key: ${keys.map(({ name }) => name).join(", ")}.`);
  if (unusable[0] !== undefined) throw unusable[0].error;
  throw new FlamencoError(
    "FLM_KEY_UNREADABLE",
    `There is no key in ${dataDir} yet. Make one with: flamenco keys new NAME`,
  );
}

/** Key id of the key that is named or, if there is only one, of that; undefined where none is named and there is not one. */
export async function findKeyId({ key }: KeyOption, dataDir: string): Promise<string | undefined> {
  if (key !== undefined) return (await loadKey(dataDir, key)).keyId;
  const { keys } = await listKeys(dataDir);
  return keys.length === 1 ? keys[0]?.keyId : undefined;
}

/** `a,b` and repeated options alike, without blanks; refuses an empty list. */
export function splitList(text: string): string[] {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.some((part) => part === ""))
    throw new FlamencoError("FLM_USAGE", `${JSON.stringify(text)} is not a list like a,b.`);
  return parts;
}
