import { unlink, writeFile } from "node:fs/promises";
import type { Test } from "tap";

const rounds = 50;
const starters = 20;

/**
 * Let many starters at once find a stale lock, again and again: each time one gets it, and the others are told so.
 * @param stale text of a lock whose holder is dead, distinct for each round
 */
export async function raceForStaleLock(
  t: Test,
  path: string,
  stale: (round: number) => string,
  take: () => Promise<unknown>,
  code: string,
): Promise<void> {
  const winners: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await writeFile(path, stale(round));
    const attempts = await Promise.allSettled(Array.from({ length: starters }, take));
    winners.push(attempts.filter(({ status }) => status === "fulfilled").length);
    const reasons = attempts.flatMap((attempt) => (attempt.status === "rejected" ? [attempt.reason.code] : []));
    t.ok(
      reasons.every((reason) => reason === code),
      `round ${round}: ${code}`,
    );
    await unlink(path);
  }
  t.strictSame(winners, Array(rounds).fill(1));
}
