import { type ChildProcessByStdio, spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { FlamencoError } from "@flamenco/policies/errors";

/** A program that reads a file and prints nothing for so long has hung. */
const SILENCE_MS = 120_000;
/** Of what a program complains of, the part that is kept. */
const COMPLAINT_CHARACTERS = 300;

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** How a program is run on a file. */
export interface ProgramRun {
  readonly path: string;
  readonly debianPackage: string;
  readonly signal: AbortSignal;
}

/**
 * What an installed program prints of a file, in chunks, as they are asked for: the program waits while nobody reads.
 * @throws FLM_FILE_UNREADABLE for a compressed file, which the programs do not read
 * @throws FLM_PROGRAM_MISSING
 * @throws FLM_CONVERSION when the program fails, complains or is silent for too long
 */
export async function* openProgram(
  program: string,
  argumentsFor: (path: string) => readonly string[],
  { path, debianPackage, signal }: ProgramRun,
): AsyncIterable<Buffer> {
  signal.throwIfAborted();
  const absolute = resolve(path);
  await refuseGzip(path);
  // UTC, so that a time of the output is a time of the file; the language of messages is fixed, too.
  const env = { PATH: process.env.PATH ?? "", TZ: "UTC", LC_ALL: "C" };
  const child = spawn(program, argumentsFor(absolute), { stdio: ["ignore", "pipe", "pipe"], env, signal });
  const ended = endOf(child, program, debianPackage);
  // Awaited below, unless the reader stops before; then nobody is to be told.
  ended.catch(() => undefined);
  try {
    yield* chunksOf(child, program, path);
    const { code, complaint } = await ended;
    if (code !== 0 || complaint !== "") {
      const why = complaint === "" ? `it ended with ${code}` : complaint;
      throw new FlamencoError("FLM_CONVERSION", `${program} could not read ${path}: ${why}.`);
    }
  } finally {
    child.kill("SIGKILL");
  }
  signal.throwIfAborted();
}

async function* chunksOf(child: Child, program: string, path: string): AsyncIterable<Buffer> {
  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    let isSilent = false;
    // Runs only while a chunk is awaited: a reader that takes its time is no silence of the program.
    const timer = setTimeout(() => {
      isSilent = true;
      child.kill("SIGKILL");
    }, SILENCE_MS);
    const next = await chunks.next().finally(() => clearTimeout(timer));
    if (isSilent) {
      const seconds = SILENCE_MS / 1000;
      throw new FlamencoError("FLM_CONVERSION", `${program} said nothing of ${path} for ${seconds} s and was ended.`);
    }
    if (next.done === true) return;
    yield next.value;
  }
}

/** Settles when the program has ended. nfdump ends with 0 when it gives a damaged file up: what it complains of counts. */
function endOf(
  child: Child,
  program: string,
  debianPackage: string,
): Promise<{ code: number | string; complaint: string }> {
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(0, COMPLAINT_CHARACTERS);
  });
  return new Promise((settle, fail) => {
    child.once("close", (code, name) => {
      settle({ code: code ?? String(name), complaint: complaint.trim().replaceAll(/\s+/g, " ") });
    });
    child.once("error", (cause: NodeJS.ErrnoException) => {
      if (cause.code !== "ENOENT") fail(cause);
      else {
        const message = `This file is read through ${program}, which is not installed here. Debian has it in the package ${debianPackage}.`;
        fail(new FlamencoError("FLM_PROGRAM_MISSING", message, { cause }));
      }
    });
  });
}

async function refuseGzip(path: string): Promise<void> {
  const handle = await open(path, "r").catch((cause: NodeJS.ErrnoException) => {
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${path} cannot be read: the system says ${cause.code}.`, { cause });
  });
  try {
    const magic = Buffer.alloc(2);
    await handle.read(magic, 0, 2, 0);
    if (magic[0] !== 0x1f || magic[1] !== 0x8b) return;
  } finally {
    await handle.close();
  }
  throw new FlamencoError(
    "FLM_FILE_UNREADABLE",
    `${path} cannot be read: it is gzip; the program that reads it wants it unpacked.`,
  );
}
