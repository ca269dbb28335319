import { readFile } from "node:fs/promises";
import { FlamencoError } from "@flamenco/policies/errors";
import { deskLimits } from "../limits.js";
import { toLine } from "../text-table.js";

/** Where settings of a classifier come from. */
export interface SettingsOptions {
  readonly settings?: string;
  readonly set?: readonly string[];
  readonly classWeights?: string;
}

/** Settings of a file, then those of the command line. @throws FLM_USAGE, FLM_FILE_UNREADABLE, FLM_TOO_LARGE, FLM_SCHEMA */
export async function readSettings({
  settings,
  set = [],
  classWeights,
}: SettingsOptions): Promise<Record<string, unknown>> {
  return {
    ...(settings === undefined ? {} : await readSettingsFile(settings)),
    ...Object.fromEntries(
      set.map((text) => {
        const [name, value] = readPair(text, "--set");
        return [name, readValue(value)];
      }),
    ),
    ...(classWeights === undefined ? {} : { classWeights: readValue(classWeights) }),
  };
}

async function readSettingsFile(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${toLine(path)} cannot be read.`, { cause });
  });
  if (text.length > deskLimits.settingsCharacters) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `${toLine(path)} has more than ${deskLimits.settingsCharacters} characters.`,
    );
  }
  let settings: unknown;
  try {
    settings = JSON.parse(text);
  } catch {
    settings = null;
  }
  if (typeof settings === "object" && settings !== null && !Array.isArray(settings)) return { ...settings };
  throw new FlamencoError("FLM_SCHEMA", `${toLine(path)} is not a JSON object of settings.`);
}

/** `depth=2,4,null` as a setting and the values to try. @throws FLM_USAGE */
export function readVaried(text: string): [string, unknown[]] {
  const [name, values] = readPair(text, "--vary");
  if (name === "steps") throw usage("--vary steps cannot be: sequences are built once. Compare runs of --steps.");
  const list = readValue(`[${values}]`);
  return [name, Array.isArray(list) ? list : values.split(",").map((value) => readValue(value.trim()))];
}

function readPair(text: string, option: string): [string, string] {
  const found = /^([A-Za-z0-9]+)=(.+)$/s.exec(text);
  if (found === null) throw usage(`${option} takes a setting, = and its value, for example depth=5.`);
  return [found[1]!, found[2]!];
}

/** JSON, or else a word. */
function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const usage = (message: string) => new FlamencoError("FLM_USAGE", message);
