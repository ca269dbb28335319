import { readFile, stat } from "node:fs/promises";
import {
  accessSchemaUrl,
  loadPolicySet,
  type PolicyFile,
  type PolicySet,
  presetPolicyUrls,
  presetTestUrls,
} from "@flamenco/policies/access";
import { FlamencoError } from "@flamenco/policies/errors";
import { type PresetName, presetNames } from "@flamenco/policies/wire";
import { readPolicyFolder, readPolicyText } from "../config/index.js";

/** Policies that an operator asks about, with the tests beside them. */
export interface PolicySource {
  /** What the operator called it: a folder, or a preset. */
  readonly name: string;
  readonly preset: PresetName | undefined;
  readonly policySet: PolicySet;
  /** Some of its Cedar files as a set of their own. @throws FLM_SCHEMA for a name that is not there */
  readonly selectFiles: (names: readonly string[]) => PolicySet;
  /** Reads `*.test.json`. @throws FLM_POLICY_INVALID */
  readonly readTests: () => Promise<PolicyFile[]>;
}

const isPreset = (name: string): name is PresetName => (presetNames as readonly string[]).includes(name);

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}

/**
 * Load a folder of policies as a node would at its start, or a shipped preset where no folder of that name is there.
 * @throws FLM_NOT_FOUND; FLM_POLICY_INVALID listing every wrong `file:line`
 */
export async function openPolicySource(name: string): Promise<PolicySource> {
  const schema = await readFile(accessSchemaUrl, "utf8");
  const source = (
    preset: PresetName | undefined,
    files: readonly PolicyFile[],
    readTests: PolicySource["readTests"],
  ): PolicySource => ({
    name,
    preset,
    policySet: loadPolicySet(schema, files),
    selectFiles: (names) => loadPolicySet(schema, selectByName(files, names)),
    readTests,
  });
  if (await isFolder(name)) {
    return source(undefined, await readPolicyFolder(name, ".cedar"), () => readPolicyFolder(name, ".test.json"));
  }
  if (!isPreset(name)) {
    throw new FlamencoError("FLM_NOT_FOUND", `${name} is neither a folder nor a preset (${presetNames.join(", ")}).`);
  }
  const files = [{ name: `${name}.cedar`, text: await readFile(presetPolicyUrls[name], "utf8") }];
  return source(name, files, async () => [
    { name: `${name}.test.json`, text: await readFile(presetTestUrls[name], "utf8") },
  ]);
}

function selectByName(files: readonly PolicyFile[], names: readonly string[]): PolicyFile[] {
  const missing = names.find((wanted) => !files.some(({ name }) => name === wanted));
  if (missing !== undefined) {
    throw new FlamencoError("FLM_SCHEMA", `policyFiles names ${missing}, and there is no such file beside it.`);
  }
  return files.filter(({ name }) => names.includes(name));
}

/** @throws FLM_SCHEMA naming the file, FLM_POLICY_INVALID when it cannot be read */
export async function readJsonFile(path: string): Promise<unknown> {
  return parseJson({ name: path, text: await readPolicyText(path) });
}

/** @throws FLM_SCHEMA naming the file */
export function parseJson({ name, text }: PolicyFile): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FlamencoError("FLM_SCHEMA", `${name} is not JSON.`, { cause });
  }
}
