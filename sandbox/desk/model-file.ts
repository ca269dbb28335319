import { readFile, stat, writeFile } from "node:fs/promises";
import { FlamencoError } from "@flamenco/policies/errors";
import { closed, LabelModel, parseDocument, Text } from "@flamenco/policies/wire";
import { type Static, Type } from "@sinclair/typebox";
import { type FittedLabelModel, loadLabelModel } from "../labeling/index.js";
import { deskLimits } from "./limits.js";
import { toLine } from "./text-table.js";

const SCHEMA = "flamenco-label-model/1";

/** A label model on disk: its document, and the names of its labels in order. */
const ModelFile = Type.Object(
  {
    schema: Type.Literal(SCHEMA),
    labels: Type.Array(Text(64), { minItems: 2, maxItems: 8 }),
    labelModel: LabelModel,
  },
  closed,
);
type ModelFile = Static<typeof ModelFile>;

/**
 * Write a label model. An older model of that name is replaced, any other file is not.
 * @throws FLM_FILE_EXISTS, FLM_FILE_UNREADABLE
 */
export async function saveModel(path: string, labels: readonly string[], labelModel: LabelModel): Promise<void> {
  const file: ModelFile = { schema: SCHEMA, labels: [...labels], labelModel };
  if (await isOtherFile(path)) {
    throw new FlamencoError("FLM_FILE_EXISTS", `${toLine(path)} is there already and is no label model.`);
  }
  try {
    await writeFile(path, `${JSON.stringify(file, null, 1)}\n`);
  } catch (cause) {
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${toLine(path)} cannot be written.`, { cause });
  }
}

/**
 * Read a label model that `saveModel` wrote.
 * @throws FLM_FILE_UNREADABLE, FLM_TOO_LARGE, FLM_SCHEMA
 */
export async function readModel(path: string): Promise<{ labels: readonly string[]; model: FittedLabelModel }> {
  const file = parseDocument(ModelFile, await readJson(path), "label model");
  const model = loadLabelModel(file.labelModel);
  if (model.labelCount !== file.labels.length) {
    throw new FlamencoError(
      "FLM_SCHEMA",
      `${toLine(path)} names ${file.labels.length} labels and models ${model.labelCount}.`,
    );
  }
  return { labels: file.labels, model };
}

async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    const found = await stat(path);
    if (found.size > deskLimits.modelBytes) {
      throw new FlamencoError("FLM_TOO_LARGE", `${toLine(path)} has more than ${deskLimits.modelBytes} bytes.`);
    }
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof FlamencoError) throw cause;
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${toLine(path)} cannot be read.`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new FlamencoError("FLM_SCHEMA", `${toLine(path)} is not JSON.`);
  }
}

async function isOtherFile(path: string): Promise<boolean> {
  try {
    await readModel(path);
    return false;
  } catch (error) {
    return !(error instanceof FlamencoError && error.code === "FLM_FILE_UNREADABLE");
  }
}
