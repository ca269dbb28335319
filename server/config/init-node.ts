import { randomBytes } from "node:crypto";
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { presetPolicyUrls } from "@flamenco/policies/access";
import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import { formatKeyFile, parseKeyFile, publicKeyOf, sodiumReady } from "@flamenco/policies/trust";
import { type PresetName, parseDocument } from "@flamenco/policies/wire";
import { defaultRequirement, type WallRequirement } from "@flamenco/sandbox/worker";
import { limits } from "../limits.js";
import { type ListedResearcher, NodeConfig } from "./node-config.js";
import type { NodeDirectory } from "./node-directory.js";

export interface InitOptions {
  readonly name: string;
  readonly registry: string;
  readonly researchers: readonly ListedResearcher[];
  readonly port: number;
  /** Policies to start from, and release rules of every dataset. */
  readonly preset: PresetName;
  /** Walls that the sealed worker must have; `namespaces` when absent. */
  readonly sandbox?: WallRequirement;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function writeNew(path: string, text: string, mode: number): Promise<void> {
  try {
    await writeFile(path, text, { flag: "wx", mode });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EEXIST")
      throw new FlamencoError("FLM_FILE_EXISTS", `${path} exists; it is not overwritten.`, { cause });
    if (code === "ENOSPC")
      throw new FlamencoError("FLM_DISK_FULL", `The disk is full: ${path} was not written.`, { cause });
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${path} cannot be written.`, { cause });
  }
}

function describeConfig(options: InitOptions): NodeConfig {
  const config = {
    schema: "flamenco-node-config/1",
    name: options.name,
    registry: options.registry.replace(/\/+$/, ""),
    http: { port: options.port },
    researchers: options.researchers,
    limits: {
      workers: limits.workersDefault,
      memoryMegabytes: limits.memoryMegabytesDefault,
      deadlineSeconds: limits.deadlineSecondsDefault,
    },
    sandbox: { require: options.sandbox ?? defaultRequirement },
    release: { preset: options.preset },
  };
  try {
    for (const { keyId } of options.researchers) publicKeyOf(keyId);
    return parseDocument(NodeConfig, config, "node configuration");
  } catch (cause) {
    if (!isFlamencoError(cause)) throw cause;
    throw new FlamencoError("FLM_USAGE", `The node cannot be made: ${cause.message}`, {
      details: cause.details,
      cause,
    });
  }
}

/**
 * Make a node: directory (0700), a new key (0600), the policies of a preset, and `node.json` last, so that an
 * interrupted `init` leaves no half node that starts.
 * @returns the node's key id.
 * @throws FLM_USAGE for a bad name, address or key; FLM_FILE_EXISTS rather than overwrite anything.
 */
export async function initNode(directory: NodeDirectory, options: InitOptions): Promise<string> {
  await sodiumReady;
  const config = describeConfig(options);
  for (const path of [directory.config, directory.key]) {
    if (await exists(path)) throw new FlamencoError("FLM_FILE_EXISTS", `${path} exists; a node is there already.`);
  }
  const { preset } = options;
  try {
    await mkdir(directory.policies, { recursive: true, mode: 0o700 });
    await mkdir(directory.datasets, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${directory.root} cannot be made.`, { cause });
  }
  const policyPath = join(directory.policies, `${preset}.cedar`);
  if (!(await exists(policyPath))) await writeNew(policyPath, await readFile(presetPolicyUrls[preset], "utf8"), 0o600);
  const keyText = formatKeyFile(config.name, randomBytes(32));
  await writeNew(directory.key, keyText, 0o600);
  await writeNew(directory.config, `${JSON.stringify(config, null, 2)}\n`, 0o600);
  return parseKeyFile(keyText).keyId;
}
