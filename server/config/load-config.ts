import { readFile, stat } from "node:fs/promises";
import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import { parseKeyFile, type SigningKey } from "@flamenco/policies/trust";
import { parseDocument } from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import { NodeConfig } from "./node-config.js";
import type { NodeDirectory } from "./node-directory.js";
import { assertReleaseConfig } from "./release-config.js";

function freezeDeep<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(freezeDeep);
    Object.freeze(value);
  }
  return value;
}

async function readConfigText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > limits.configFileBytes) {
      throw new FlamencoError("FLM_CONFIG", `${path} is larger than ${limits.configFileBytes} bytes.`);
    }
    return await readFile(path, "utf8");
  } catch (cause) {
    if (isFlamencoError(cause)) throw cause;
    throw new FlamencoError("FLM_CONFIG", `${path} cannot be read. Make a node with \`flamenco node init\`.`, {
      cause,
    });
  }
}

/** Researchers listed twice would have two names, and policies would see whichever came last. */
function assertDistinctResearchers(path: string, config: NodeConfig): void {
  const seen = new Set<string>();
  const details = config.researchers.flatMap(({ keyId }, index) => {
    if (!seen.has(keyId)) {
      seen.add(keyId);
      return [];
    }
    return [{ at: `/researchers/${index}/keyId`, message: "This key is listed already." }];
  });
  if (details.length > 0) {
    throw new FlamencoError("FLM_CONFIG", `${path} lists a researcher twice.`, { details });
  }
}

/**
 * Read `node.json` once; what comes back is frozen.
 * @throws FLM_CONFIG with every bad path. Nothing has been started by then.
 */
export async function loadNodeConfig(directory: NodeDirectory): Promise<NodeConfig> {
  const text = await readConfigText(directory.config);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FlamencoError("FLM_CONFIG", `${directory.config} is not JSON.`, { cause });
  }
  let config: NodeConfig;
  try {
    config = parseDocument(NodeConfig, value, "node configuration");
  } catch (cause) {
    if (!isFlamencoError(cause)) throw cause;
    const paths = cause.details.map(({ at }) => at).join(", ");
    throw new FlamencoError("FLM_CONFIG", `${directory.config} is wrong at ${paths}.`, {
      details: cause.details,
      cause,
    });
  }
  assertDistinctResearchers(directory.config, config);
  if (config.release !== undefined) assertReleaseConfig(directory.config, config.release);
  return freezeDeep(config);
}

/**
 * Read the node's signing key.
 * @throws FLM_KEY_UNREADABLE when it is missing, not a key, not this node's, or readable by others.
 */
export async function loadNodeKey(directory: NodeDirectory, nodeName: string): Promise<SigningKey> {
  let text: string;
  try {
    const { mode } = await stat(directory.key);
    if ((mode & 0o077) !== 0) {
      throw new FlamencoError(
        "FLM_KEY_UNREADABLE",
        `${directory.key} is readable by others. Run: chmod 600 ${directory.key}`,
      );
    }
    text = await readFile(directory.key, "utf8");
  } catch (cause) {
    if (isFlamencoError(cause)) throw cause;
    throw new FlamencoError("FLM_KEY_UNREADABLE", `${directory.key} cannot be read.`, { cause });
  }
  const key = parseKeyFile(text);
  if (key.name !== nodeName) {
    throw new FlamencoError("FLM_KEY_UNREADABLE", `${directory.key} is the key of ${key.name}, not of ${nodeName}.`);
  }
  return key;
}
