import { basename } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { atlasFormat } from "../measurements/index.js";
import { readInput } from "../records/index.js";
import { missingData } from "./study-data.js";
import type { StudyTable } from "./study-input.js";

/** Answered probes of one source-destination pair, in the order of time. */
export interface RttSeries {
  readonly name: string;
  readonly rttMs: Float64Array;
  /** 1 at a change point that a person marked; absent where nobody looked. */
  readonly changes?: Uint8Array;
}

/**
 * A series `epoch;rtt;cp` in the order of time; a round-trip time of zero or less is a lost probe, which is left out. A change that was
 * marked at a lost probe is that of the next answered one.
 * @throws FLM_FIELD_MISSING, FLM_SCHEMA for cells that are no numbers or marks other than 0 and 1
 */
export function readMarkedSeries(path: string, table: StudyTable): RttSeries {
  const name = basename(path, ".csv");
  const [rtt, marks] = [table.numbers("rtt"), table.numbers("cp")];
  const values: number[] = [];
  const changes: number[] = [];
  let pending = 0;
  for (let row = 0; row < table.rows; row++) {
    // Rows after the last one that was looked at have no mark.
    const mark = Number.isNaN(marks[row]!) ? 0 : marks[row]!;
    if (mark !== 0 && mark !== 1) {
      throw new FlamencoError("FLM_SCHEMA", `Row ${row + 1} of series ${name}: a change point is marked by 0 or 1.`);
    }
    pending = Math.max(pending, mark);
    if (!(rtt[row]! > 0) || !Number.isFinite(rtt[row]!)) continue;
    values.push(rtt[row]!);
    changes.push(pending);
    pending = 0;
  }
  return { name, rttMs: Float64Array.from(values), changes: Uint8Array.from(changes) };
}

/** Reads RIPE Atlas pings into one series a source-destination pair, those of the most answers first, then by name. */
export async function readAtlasPairs(path: string, signal: AbortSignal): Promise<RttSeries[]> {
  const cell = (name: string) => atlasFormat.fields.indexOf(name);
  const [time, source, destination, rtt] = ["timeMs", "source", "destination", "rttMs"].map(cell) as [
    number,
    number,
    number,
    number,
  ];
  const pairs = new Map<string, { timeMs: number; rttMs: number }[]>();
  const decoder = atlasFormat.open({
    row: (_record, cells) => {
      const rttMs = cells[rtt];
      if (typeof rttMs !== "number" || !(rttMs > 0)) return;
      const key = `${cells[source]} ${cells[destination]}`;
      const probe = { timeMs: Number(cells[time]), rttMs };
      const known = pairs.get(key);
      if (known === undefined) pairs.set(key, [probe]);
      else known.push(probe);
    },
    drop: () => undefined,
    note: () => undefined,
  });
  await readInput(path, async (chunk) => decoder.push(chunk), { onRead: () => undefined, signal });
  decoder.finish();
  if (pairs.size === 0) throw missingData("atlas", "it holds no ping that was answered");
  return [...pairs]
    .sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1))
    .map(([, probes], index) => ({
      // Addresses stay out of reports.
      name: `pair ${index + 1}`,
      rttMs: Float64Array.from(
        probes.sort((a, b) => a.timeMs - b.timeMs),
        ({ rttMs }) => rttMs,
      ),
    }));
}
