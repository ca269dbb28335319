import { constants } from "node:fs";
import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { accessSchemaUrl, loadPolicySet, type PolicyFile, type PolicySet } from "@flamenco/policies/access";
import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import { limits } from "../limits.js";

const refuse = (message: string, cause?: unknown): FlamencoError =>
  new FlamencoError("FLM_POLICY_INVALID", message, { cause });

/**
 * Text of a file beside an operator's policies.
 * @throws FLM_POLICY_INVALID for what is no plain file of UTF-8 text, or too large; a link is followed, a loop of them is not.
 */
export async function readPolicyText(path: string): Promise<string> {
  try {
    // Without O_NONBLOCK to open a pipe would wait for somebody to write to it.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = await file.stat();
      if (!status.isFile()) throw refuse(`${path} is not a plain file.`);
      if (status.size > limits.policyFileBytes) {
        throw refuse(`${path} is larger than ${limits.policyFileBytes} bytes.`);
      }
      return new TextDecoder("utf-8", { fatal: true }).decode(await file.readFile());
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (isFlamencoError(cause)) throw cause;
    if (cause instanceof TypeError) throw refuse(`${path} is not UTF-8 text.`, cause);
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === "ELOOP" ? "its symbolic links form a loop" : (code ?? "unknown reason");
    throw refuse(`${path} cannot be read (${why}).`, cause);
  }
}

/**
 * Files of a folder whose names have an ending, sorted, with their texts.
 * @throws FLM_POLICY_INVALID
 */
export async function readPolicyFolder(folder: string, ending: string): Promise<PolicyFile[]> {
  let names: string[];
  try {
    names = (await readdir(folder)).filter((name) => name.endsWith(ending)).sort();
  } catch (cause) {
    throw refuse(`The policy folder ${folder} cannot be read.`, cause);
  }
  if (names.length > limits.policyFiles) throw refuse(`${folder} holds more than ${limits.policyFiles} files.`);
  const files: PolicyFile[] = [];
  for (const name of names) files.push({ name, text: await readPolicyText(join(folder, name)) });
  return files;
}

/**
 * Read an operator's Cedar files, all that there are and nothing else: what the folder does not permit is refused. `init`
 * puts a preset there to start from.
 * @throws FLM_POLICY_INVALID listing every wrong `file:line`.
 */
export async function loadPolicies(folder: string): Promise<PolicySet> {
  const files = await readPolicyFolder(folder, ".cedar");
  return loadPolicySet(await readFile(accessSchemaUrl, "utf8"), files);
}
