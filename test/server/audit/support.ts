import type { SigningKey } from "@flamenco/policies/trust";
import type { AuditEntry, AuditRecord } from "@flamenco/policies/wire";
import { AuditLog, type LogFiles, openLogFiles, replayLog } from "@flamenco/server/audit";
import { makeKey } from "../../support/signed-documents.js";

export const north: SigningKey = makeKey("north");
export const now = (): Date => new Date("2026-11-22T09:00:00.000Z");

/** 64 hexadecimal digits that a number makes. */
export const digestOfNumber = (value: number): string => value.toString(16).padStart(64, "0");

/** The nth reservation: entries of one shape that differ. */
export const reservation = (value: number, microRho = 100): AuditEntry => ({
  type: "reservation",
  request: digestOfNumber(value),
  study: digestOfNumber(value),
  collaborator: north.keyId,
  dataset: { name: "flows", version: digestOfNumber(7) },
  microRho,
});

export const openLog = (folder: string, files: LogFiles = openLogFiles(folder)): Promise<AuditLog> =>
  AuditLog.open({ files, key: north, now });

/** Every record of the log in a folder. @throws what the log's divergence says */
export async function readLog(folder: string): Promise<AuditRecord[]> {
  const records: AuditRecord[] = [];
  const found = await replayLog(openLogFiles(folder), {
    keyId: north.keyId,
    onRecord: (record) => void records.push(record),
  });
  if (found !== undefined && "why" in found) throw new Error(`${found.index}: ${found.why}`);
  return records;
}

/** The process is gone: whatever it does after this has no effect. */
export class Killed extends Error {}

/**
 * Files of a process that is killed at its nth step: the step itself leaves a part of what it was to do, those after it
 * nothing.
 * @param part share of the bytes that an append leaves behind
 */
export function killedAt(files: LogFiles, step: number, part: number): { files: LogFiles; steps: () => number } {
  let steps = 0;
  const guard = async (work: () => Promise<void>, torn?: () => Promise<void>): Promise<void> => {
    steps += 1;
    if (steps > step) throw new Killed();
    if (steps < step) return work();
    await torn?.();
    throw new Killed();
  };
  return {
    steps: () => steps,
    files: {
      read: (path, maximum) => files.read(path, maximum),
      append: (path, bytes) =>
        guard(
          () => files.append(path, bytes),
          () => files.append(path, bytes.subarray(0, Math.floor(bytes.length * part))),
        ),
      cut: (path, bytes) => guard(() => files.cut(path, bytes)),
      // Whole files arrive by renaming: a half of one has another name, which nobody reads.
      replace: (path, bytes) =>
        guard(() => files.replace(path, bytes), part === 1 ? () => files.replace(path, bytes) : undefined),
      move: (from, to) => guard(() => files.move(from, to), part === 1 ? () => files.move(from, to) : undefined),
    },
  };
}
