import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import type { Envelope, ReleaseProof, Result } from "@flamenco/policies/wire";
import { renderResultCharts } from "./result-charts.js";

/** What of a verified result is written down: the signed bytes prove the rest. */
export interface WrittenResult {
  readonly result: Result;
  readonly envelope: Envelope;
  /** That the release stands in its node's audit log; null when none came. */
  readonly proof: ReleaseProof | null;
}

/**
 * Write results into a folder: `result-NODE.json` (the signed envelope), `result-NODE.proof.json` (its log
 * proof), `tree-NODE.svg`, `exact-tree-NODE.svg`, `weights.svg`, `f1.svg`. Node
 * names are file names safe (wire's `Name`).
 * @param positive the task's positive label
 * @returns the file names
 * @throws FLM_DISK_FULL, FLM_FILE_UNREADABLE
 */
export async function writeResultFiles(
  folder: string,
  results: readonly WrittenResult[],
  positive: string,
): Promise<string[]> {
  const files = renderResultCharts(
    results.map(({ result }) => result),
    positive,
  );
  for (const { result, envelope, proof } of results) {
    files.set(`result-${result.node}.json`, `${JSON.stringify(envelope, null, 2)}\n`);
    if (proof !== null) files.set(`result-${result.node}.proof.json`, `${JSON.stringify(proof, null, 2)}\n`);
  }
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, text] of files) await writeFile(join(folder, name), text);
  } catch (cause) {
    const full = cause instanceof Error && "code" in cause && cause.code === "ENOSPC";
    throw new FlamencoError(full ? "FLM_DISK_FULL" : "FLM_FILE_UNREADABLE", `The folder ${folder} cannot be written.`, {
      cause,
    });
  }
  return [...files.keys()].sort();
}
