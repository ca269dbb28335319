import type { Side } from "./gate-crossings.js";

/** A place of the gate at which a process is killed. */
export interface GatePoint {
  /** The crossing's name. */
  readonly at: string;
  readonly sides: readonly Side[];
  /** What is on the disk from its end on. */
  readonly leaves?: string;
  /** Only on the way of a study whose functions compare with a statistic. */
  readonly catalogue?: true;
}

type Extras = Omit<GatePoint, "at" | "sides">;
/**
 * A step of the gate, or a step inside one. A process is killed after it: between two steps the gate does nothing to the
 * world, so that this is the place before the next one too.
 */
const step = (at: string, extras: Extras = {}): GatePoint => ({ at, sides: ["after"], ...extras });
/** A step that leaves nothing which the place of another has not: a look, or the end of one that is the end of another. */
const passed = (at: string, extras: Extras = {}): GatePoint => ({ at, sides: [], ...extras });

/** The statements of the one transaction that charges. What they leave is there when it ends. */
const charging: readonly GatePoint[] = [
  passed("reserve: transaction", { leaves: "charged" }),
  step("reserve: INSERT reservations"),
  passed("reserve: INSERT reservations #2", { catalogue: true }),
  passed("reserve: INSERT reservations #3", { catalogue: true }),
  passed("reserve: INSERT budget_accounts"),
  passed("reserve: UPDATE budget_accounts"),
  passed("reserve: INSERT budget_accounts #2"),
  step("reserve: UPDATE budget_accounts #2"),
];

/** An entry of the audit log. It counts once it lies whole behind the others: the next start signs it. */
const recording: readonly GatePoint[] = [
  step("record"),
  { at: "record: append entries", sides: ["within", "after"], leaves: "logged" },
  { at: "record: append hashes", sides: ["within"] },
  passed("record: replace checkpoint"),
];

/** The same for a column: the code is the same too. */
const recordingColumn = (column: string): GatePoint[] => [
  step(`record ${column}`, catalogue),
  passed(`record ${column}: append entries`, { leaves: `logged ${column}`, ...catalogue }),
  passed(`record ${column}: append hashes`, catalogue),
  passed(`record ${column}: replace checkpoint`, catalogue),
];

const drawing = (what: string, extras: Extras = {}): GatePoint[] => [
  step(`drawOnce ${what}`, extras),
  step(`drawOnce ${what}: INSERT draws`, { leaves: `${what} begun`, ...extras }),
  step(`drawOnce ${what}: draw`, extras),
  // Halfway: one draw stands for the others.
  { at: `drawOnce ${what}: bytes`, sides: what === "votes" ? ["after"] : [], ...extras },
  passed(`drawOnce ${what}: UPDATE draws`, { leaves: `${what} kept`, ...extras }),
];

const catalogue: Extras = { catalogue: true };
const [first, second] = ["averagePacketSize", "srcPort"] as const;

/**
 * Everything that the gate does to the world, in its order, for a study whose functions compare with statistics of two columns.
 * The test holds this list to the gate: a call that is not in it fails.
 */
export const gatePoints: readonly GatePoint[] = [
  // 1: an identical request
  { at: "findRelease", sides: ["before", "after"] },
  // 2: the budget, and the audit log's record of it
  step("reserve"),
  ...charging,
  passed("readReservation"),
  ...recording,
  passed(`readReservation ${first}`, catalogue),
  ...recordingColumn(first),
  passed(`readReservation ${second}`, catalogue),
  ...recordingColumn(second),
  // 3: the statistics catalogue
  passed("inTurn", catalogue),
  passed(`findDrawn ${first}`, catalogue),
  passed(`findDrawn ${second}`, catalogue),
  step("countColumns", catalogue),
  ...drawing(first, catalogue),
  ...drawing(second, catalogue),
  // 3: the noisy vote table
  passed("findDrawn votes"),
  step("countVotes"),
  ...drawing("votes"),
  // 4, 5, 6: what follows from it
  passed("findDrawn counts"),
  step("countPredictions"),
  ...drawing("counts"),
  step("keepRelease"),
  passed("keepRelease: UPDATE reservations", { leaves: "answer" }),
  passed("readReservation #2"),
  { at: "secretKey", sides: ["before"] },
  // 7: the clock
  { at: "waitForTick", sides: ["before", "after"] },
  step("released"),
];

/** Places of the gate on the way of a study. */
export const pointsOf = (study: "plain" | "catalogue"): GatePoint[] =>
  gatePoints.filter((point) => study === "catalogue" || point.catalogue !== true);

/** What is on the disk when a process dies, as `leaves` names it. @param events of a whole run, in order */
export function leftAt(points: readonly GatePoint[], events: readonly string[], at: string, side: Side): string[] {
  const moment = events.indexOf(side === "within" ? `before ${at}` : `${side} ${at}`);
  const ended = new Set(events.slice(0, moment + 1));
  return points.flatMap((point) =>
    point.leaves !== undefined && ended.has(`after ${point.at}`) ? [point.leaves] : [],
  );
}
