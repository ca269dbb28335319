import { FlamencoError } from "@flamenco/policies/errors";
import { type ClassifierName, type ClassifierSpec, classifierSchemas, parseDocument } from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import { parseStrictJson } from "../signing/index.js";
import { readSmallFile } from "../trial/index.js";

/**
 * The end classifier of a command line: a model, and its settings from a file where there is one.
 * @param path of a JSON object
 * @throws FLM_USAGE, FLM_FILE_UNREADABLE, FLM_TOO_LARGE, FLM_SCHEMA naming the setting
 */
export async function readClassifier(
  model: ClassifierName | undefined,
  path: string | undefined,
): Promise<ClassifierSpec | undefined> {
  if (model === undefined) {
    if (path === undefined) return undefined;
    throw new FlamencoError("FLM_USAGE", "--classifier-settings goes with --classifier.");
  }
  const settings = path === undefined ? {} : parseStrictJson(await readSmallFile(path, limits.classifierBytes), path);
  if (typeof settings !== "object" || settings === null || Array.isArray(settings)) {
    throw new FlamencoError("FLM_SCHEMA", "The settings of an end classifier are a JSON object.");
  }
  return parseDocument(classifierSchemas[model], { ...settings, model }, `settings of ${model}`);
}
