import type { CaptureTally } from "./capture-meter.js";
import { type SkipReason, skipReasons } from "./packet.js";

/** What an operator should know of a capture that no flow shows, a sentence each: counts and places, no values. */
export function notesOf({ packets, flows }: CaptureTally): string[] {
  const notes: string[] = [];
  const note = (count: number, text: string) => {
    if (count > 0) notes.push(`${text}: ${count}.`);
  };
  const { damage, skipped } = packets;
  if (damage !== null) notes.push(`The capture was read up to byte ${damage.byte}: ${damage.why}.`);
  for (const [reason, meaning] of Object.entries(skipReasons))
    note(skipped[reason as SkipReason], `Skipped ${meaning}`);
  note(flows.withoutSyn, "TCP connections without a SYN, whose beginning was not captured");
  note(flows.clockBackwards, "Packets older than the one before them in their flow, counted at its time");
  note(flows.evicted, "Flows ended early, since too many were under way");
  return notes;
}
