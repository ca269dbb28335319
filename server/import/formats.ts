import { FlamencoError } from "@flamenco/policies/errors";
import { pcapFormat } from "@flamenco/sandbox/capture";
import { atlasFormat, scamperFormat } from "@flamenco/sandbox/measurements";
import { netflowCaptureFormat, netflowFormat } from "@flamenco/sandbox/netflow";
import type { RecordFormat } from "@flamenco/sandbox/records";
import { type Converter, converters } from "./converters.js";
import { type Dialect, dialectNames, dialects, zeekJsonFormat } from "./dialects/index.js";

/** Formats with a decoder of their own, in the order in which they are looked for. */
const recordFormats: readonly RecordFormat[] = Object.freeze([
  pcapFormat,
  netflowFormat,
  netflowCaptureFormat,
  atlasFormat,
  scamperFormat,
  zeekJsonFormat,
]);

const PARQUET = "parquet";
const PARQUET_MAGIC = Buffer.from("PAR1");

/** Which files an import takes. */
export interface InputFormats {
  readonly dialects: readonly Dialect[];
  readonly records: readonly RecordFormat[];
  readonly converters: readonly Converter[];
  readonly parquet: boolean;
}

const all: InputFormats = Object.freeze({ dialects, records: recordFormats, converters, parquet: true });

/** Names that `--dialect` takes. */
export const inputFormatNames: readonly string[] = Object.freeze([
  ...dialectNames,
  ...[...recordFormats, ...converters].map(({ name }) => name),
  PARQUET,
]);

/**
 * What a `--dialect` value stands for: the dialects, formats and converters of that name, or all of them for `auto`.
 * @throws FLM_USAGE
 */
export function inputFormatsNamed(name: string): InputFormats {
  if (name === "auto") return all;
  if (!inputFormatNames.includes(name)) {
    throw new FlamencoError(
      "FLM_USAGE",
      `There is no dialect ${JSON.stringify(name)}. Known: ${inputFormatNames.join(", ")}.`,
    );
  }
  const isNamed = (one: { readonly name: string }) => one.name === name;
  return {
    dialects: dialects.filter(isNamed),
    records: recordFormats.filter(isNamed),
    converters: converters.filter(isNamed),
    parquet: name === PARQUET,
  };
}

/** What a converter's output may be: anything that needs no converter. */
export function withoutConverters(formats: InputFormats): InputFormats {
  const onlyConverters = formats.dialects.length === 0 && formats.records.length === 0 && !formats.parquet;
  return { ...(onlyConverters ? all : formats), converters: [], parquet: false };
}

/** What a file is, by its first bytes. */
export type Detected =
  | { readonly type: "table"; readonly dialects: readonly Dialect[] }
  | { readonly type: "records"; readonly format: RecordFormat }
  | { readonly type: "converted"; readonly converter: Converter }
  | { readonly type: "parquet" };

/**
 * Magic bytes first, then what is text. One format that was named is believed.
 * @param head the first bytes of the decompressed file
 * @throws FLM_IMPORT_DIALECT when it is nothing of what is taken
 */
export function detectFormat(head: Buffer, formats: InputFormats, file: string): Detected {
  if (formats.parquet && head.subarray(0, PARQUET_MAGIC.length).equals(PARQUET_MAGIC)) return { type: "parquet" };
  const converter = formats.converters.find((candidate) => candidate.recognizes(head));
  if (converter !== undefined) return { type: "converted", converter };
  const format = formats.records.find((candidate) => candidate.recognizes(head));
  if (format !== undefined) return { type: "records", format };
  if (formats.dialects.length > 0) return { type: "table", dialects: formats.dialects };
  if (formats.records[0] !== undefined) return { type: "records", format: formats.records[0] };
  throw new FlamencoError("FLM_IMPORT_DIALECT", `${file} is not of the format that --dialect names.`);
}
