import type { WorkPause } from "../learning/index.js";
import type { SeededRandom } from "../preprocess/index.js";
import { type Ellipse, fitEllipse, measureDistances, type Points } from "./ellipse.js";

/** As in the paper: starts in all, those that go on, rows of a group, groups at most, steps of a start. */
const STARTS = 500;
const KEPT_STARTS = 10;
const GROUP_ROWS = 300;
const GROUPS = 5;
const FIRST_STEPS = 2;
/** Most steps of a start that goes on until it stays; ten are rarely needed. */
const LAST_STEPS = 100;
/** Rows times starts that go on over all rows: with many rows fewer starts do, which then hardly differ. */
const LAST_ROWS = 50_000;

/**
 * The half of the rows whose covariance has the least determinant, nearly always, by FAST-MCD (Rousseeuw & Van Driessen 1999,
 * section 3): concentration steps from many small random starts, first in groups of rows where there are many.
 * @throws FLM_INTERRUPTED
 * @returns rows of the half: (rows + width + 1) / 2 of them
 */
export async function findDensestHalf(points: Points, random: SeededRandom, pause: WorkPause): Promise<Int32Array> {
  const count = points.values.length / points.width;
  const all = Int32Array.from({ length: count }, (_, row) => row);
  const groups = divide(all, random);
  const perGroup = Math.floor(STARTS / groups.length);
  let candidates: Candidate[] = [];
  for (const [index, group] of groups.entries()) {
    let found: Candidate[] = [];
    for (let start = 0; start < perGroup; start++) {
      found = keepBest([...found, concentrate(points, group, drawStart(points, group, random), FIRST_STEPS)]);
      await pause.after((index + start / perGroup) / (groups.length + 1));
    }
    candidates.push(...found);
  }
  if (groups.length > 1) {
    const merged = joinRows(groups);
    candidates = keepBest(candidates.map(({ ellipse }) => concentrate(points, merged, ellipse, FIRST_STEPS)));
  }
  const last = candidates.slice(0, Math.max(1, Math.floor(LAST_ROWS / count)));
  return keepBest(last.map(({ ellipse }) => concentrate(points, all, ellipse, LAST_STEPS)))[0]!.half;
}

interface Candidate {
  readonly half: Int32Array;
  readonly ellipse: Ellipse;
}

/** One group of few rows; of many at most five groups of 300, drawn without repetition. */
function divide(rows: Int32Array, random: SeededRandom): Int32Array[] {
  if (rows.length < 2 * GROUP_ROWS) return [rows];
  const shuffled = rows.slice();
  random.shuffle(shuffled);
  const groups = Math.min(GROUPS, Math.floor(rows.length / GROUP_ROWS));
  const size = Math.min(GROUP_ROWS, Math.floor(rows.length / groups));
  return Array.from({ length: groups }, (_, group) => shuffled.slice(group * size, (group + 1) * size));
}

/** The ellipse of width + 1 random rows. */
function drawStart(points: Points, rows: Int32Array, random: SeededRandom): Ellipse {
  const drawn = new Set<number>();
  while (drawn.size < Math.min(points.width + 1, rows.length)) drawn.add(rows[random.nextBelow(rows.length)]!);
  return fitEllipse(points, Int32Array.from(drawn));
}

/** C-steps: the rows nearest to an ellipse make the next one, whose determinant is no greater (theorem 1). */
function concentrate(points: Points, rows: Int32Array, start: Ellipse, steps: number): Candidate {
  let candidate = stepFrom(points, rows, start);
  for (let step = 1; step < steps; step++) {
    const next = stepFrom(points, rows, candidate.ellipse);
    if (next.ellipse.logDeterminant >= candidate.ellipse.logDeterminant) break;
    candidate = next;
  }
  return candidate;
}

function stepFrom(points: Points, rows: Int32Array, ellipse: Ellipse): Candidate {
  const half = Math.min(rows.length, Math.floor((rows.length + points.width + 1) / 2));
  const distances = measureDistances(points, rows, ellipse);
  const cut = distances.slice().sort()[half - 1]!;
  const chosen = new Int32Array(half);
  let size = 0;
  for (let place = 0; place < rows.length; place++) if (distances[place]! < cut) chosen[size++] = rows[place]!;
  for (let place = 0; size < half; place++) if (distances[place] === cut) chosen[size++] = rows[place]!;
  return { half: chosen, ellipse: fitEllipse(points, chosen) };
}

function keepBest(candidates: readonly Candidate[]): Candidate[] {
  return [...candidates]
    .sort((one, other) => one.ellipse.logDeterminant - other.ellipse.logDeterminant)
    .slice(0, KEPT_STARTS);
}

function joinRows(groups: readonly Int32Array[]): Int32Array {
  return Int32Array.from(groups.flatMap((group) => [...group]));
}
