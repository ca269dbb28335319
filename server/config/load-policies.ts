import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { accessSchemaUrl, loadPolicySet, type PolicySet } from "@flamenco/policies/access";
import { FlamencoError } from "@flamenco/policies/errors";
import { limits } from "../limits.js";
import type { NodeDirectory } from "./node-directory.js";

async function readPolicyFile(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > limits.policyFileBytes) {
    throw new FlamencoError("FLM_POLICY_INVALID", `${path} is larger than ${limits.policyFileBytes} bytes.`);
  }
  return readFile(path, "utf8");
}

async function listPolicyFiles(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).filter((name) => name.endsWith(".cedar")).sort();
  } catch (cause) {
    throw new FlamencoError("FLM_POLICY_INVALID", `The policy folder ${directory} cannot be read.`, { cause });
  }
}

/**
 * Read the operator's Cedar files, all that there are and nothing else: what the folder does not permit is refused. `init`
 * puts a preset there to start from.
 * @throws FLM_POLICY_INVALID listing every wrong `file:line`.
 */
export async function loadPolicies(directory: NodeDirectory): Promise<PolicySet> {
  const names = await listPolicyFiles(directory.policies);
  if (names.length > limits.policyFiles) {
    throw new FlamencoError("FLM_POLICY_INVALID", `${directory.policies} holds more than ${limits.policyFiles} files.`);
  }
  const files = await Promise.all(
    names.map(async (name) => ({ name, text: await readPolicyFile(join(directory.policies, name)) })),
  );
  return loadPolicySet(await readFile(accessSchemaUrl, "utf8"), files);
}
