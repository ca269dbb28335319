import { translateNfdumpLines } from "./nfdump-lines.js";
import { openProgram } from "./program-output.js";

/** A file format that is read through a program that the operator has installed. */
export interface Converter {
  readonly name: string;
  readonly title: string;
  readonly program: string;
  /** Debian package that brings the program. */
  readonly debianPackage: string;
  readonly recognizes: (head: Buffer) => boolean;
  /** Arguments of the program. @param path absolute, so that it is no option whatever it is called */
  readonly argumentsFor: (path: string) => readonly string[];
  /** What the program prints, in a form that an import reads; the output itself where it is one. */
  readonly translate: (output: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;
}

const NFCAPD_MAGIC = 0xa50c;
const WARTS_MAGIC = 0x1205;

/** Every format that is read through a program. */
export const converters: readonly Converter[] = Object.freeze([
  {
    name: "nfcapd",
    title: "nfcapd files of nfdump 1.6 and 1.7",
    program: "nfdump",
    debianPackage: "nfdump",
    // Written in the byte order of the machine.
    recognizes: (head: Buffer) =>
      head.length >= 4 && (head.readUInt16LE(0) === NFCAPD_MAGIC || head.readUInt16BE(0) === NFCAPD_MAGIC),
    // -q no heading and no summary, -6 addresses in full, -N numbers in full.
    argumentsFor: (path: string) => [
      "-r",
      path,
      "-q",
      "-6",
      "-N",
      "-o",
      "fmt:%tsr,%td,%sa,%da,%sp,%dp,%it,%ic,%pr,%flg,%ipkt,%ibyt,%opkt,%obyt",
    ],
    translate: translateNfdumpLines,
  },
  {
    name: "warts",
    title: "scamper's warts files",
    program: "sc_warts2json",
    debianPackage: "scamper",
    recognizes: (head: Buffer) => head.length >= 8 && head.readUInt16BE(0) === WARTS_MAGIC,
    argumentsFor: (path: string) => [path],
    translate: (output: AsyncIterable<Buffer>) => output,
  },
]);

/**
 * The converter of a file, or null when none is needed or known.
 * @param head the first bytes of the decompressed file
 */
export function findConverter(head: Buffer): Converter | null {
  return converters.find((converter) => converter.recognizes(head)) ?? null;
}

/**
 * What a converter makes of a file: CSV of the dialect `flamenco`, or scamper's JSON lines. Nothing of the file goes through a
 * shell. The program is killed when the signal aborts, when the reader stops early, and when it says nothing for long.
 * @throws FLM_PROGRAM_MISSING when the program is not installed; FLM_CONVERSION when it fails or complains of the file
 */
export async function* openConverted(converter: Converter, path: string, signal: AbortSignal): AsyncIterable<Buffer> {
  const { program, debianPackage } = converter;
  yield* converter.translate(openProgram(program, converter.argumentsFor, { path, debianPackage, signal }));
}
