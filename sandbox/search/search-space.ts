import { FlamencoError } from "@flamenco/policies/errors";
import { type ClassifierName, type ClassifierSpec, classifierSchemas, parseDocument } from "@flamenco/policies/wire";
import { SeededRandom } from "../preprocess/index.js";
import { searchLimits } from "./limits.js";

/** Settings to try: every combination of one value of each list is a candidate. */
export interface SearchSpace {
  /** The model, and settings that all candidates share. */
  readonly fixed: Readonly<Record<string, unknown>> & { readonly model: ClassifierName };
  /** Values to try by setting, such as `{ depth: [2, 5, null] }`. */
  readonly vary: Readonly<Record<string, readonly unknown[]>>;
}

/** What one candidate takes of the lists, and all its settings. */
export interface Candidate {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly spec: ClassifierSpec;
}

/** Settings that a model has, by name. */
export function settingsOf(model: ClassifierName): string[] {
  return Object.keys(classifierSchemas[model].properties).filter((name) => name !== "model");
}

/** Check settings of a model. @throws FLM_USAGE naming the setting */
export function readSpec(settings: SearchSpace["fixed"]): ClassifierSpec {
  const { model } = settings;
  const known = settingsOf(model);
  const unknown = Object.keys(settings).find((name) => name !== "model" && !known.includes(name));
  if (unknown !== undefined) {
    throw new FlamencoError("FLM_USAGE", `${model} has no setting ${unknown}; it has ${known.join(", ")}.`);
  }
  try {
    return parseDocument(classifierSchemas[model], settings, "classifier");
  } catch (cause) {
    if (!(cause instanceof FlamencoError)) throw cause;
    const { at = "/", message = "" } = cause.details[0] ?? {};
    throw new FlamencoError("FLM_USAGE", `${model} cannot have this ${at.split("/")[1]}: ${message}.`, { cause });
  }
}

/** How many candidates a space has. */
export function sizeOfSpace({ vary }: SearchSpace): number {
  return Object.values(vary).reduce((size, values) => size * values.length, 1);
}

/**
 * Every candidate of a space, the last setting varying fastest.
 * @throws FLM_USAGE for a value that its setting cannot have, FLM_TOO_LARGE for more candidates than their ceiling
 */
export function listGrid(space: SearchSpace): Candidate[] {
  assertLists(space);
  const size = sizeOfSpace(space);
  if (size > searchLimits.candidates) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `The search space has ${size} candidates; a grid search takes at most ${searchLimits.candidates}. Draw some at random instead.`,
    );
  }
  return Array.from({ length: size }, (_, index) => candidateAt(space, index));
}

/**
 * Candidates drawn from a space without repetition, each equally likely; all of them where it has no more. Equal seeds draw
 * the same.
 * @throws FLM_USAGE, FLM_TOO_LARGE
 */
export function drawCandidates(space: SearchSpace, count: number, seed: number): Candidate[] {
  assertLists(space);
  if (sizeOfSpace(space) <= count) return listGrid(space);
  if (count > searchLimits.candidates) {
    throw new FlamencoError("FLM_TOO_LARGE", `A search takes at most ${searchLimits.candidates} candidates.`);
  }
  const random = new SeededRandom(seed);
  const lists = Object.values(space.vary);
  // A draw that was seen is drawn again: more than half of the space still lies open, or else it is shuffled whole.
  const drawn = new Map<string, readonly number[]>();
  if (sizeOfSpace(space) <= 2 * count) {
    const order = Int32Array.from({ length: sizeOfSpace(space) }, (_, index) => index);
    random.shuffle(order);
    return Array.from(order.subarray(0, count), (index) => candidateAt(space, index));
  }
  while (drawn.size < count) {
    const places = lists.map(({ length }) => random.nextBelow(length));
    drawn.set(places.join(","), places);
  }
  return Array.from(drawn.values(), (places) => makeCandidate(space, places));
}

function assertLists({ vary, fixed }: SearchSpace): void {
  for (const [name, values] of Object.entries(vary)) {
    if (values.length === 0) throw new FlamencoError("FLM_USAGE", `No value of ${name} is given.`);
    if (values.length > searchLimits.valuesPerSetting) {
      throw new FlamencoError("FLM_TOO_LARGE", `${name} has more than ${searchLimits.valuesPerSetting} values.`);
    }
    if (new Set(values.map((value) => JSON.stringify(value))).size < values.length) {
      throw new FlamencoError("FLM_USAGE", `${name} has the same value twice.`);
    }
    // Each value alone, so that one that cannot be is found whether it would be drawn or not.
    for (const value of values) readSpec({ ...fixed, [name]: value });
  }
}

function candidateAt(space: SearchSpace, index: number): Candidate {
  const places: number[] = [];
  let rest = index;
  for (const { length } of Object.values(space.vary).reverse()) {
    places.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return makeCandidate(space, places);
}

function makeCandidate({ fixed, vary }: SearchSpace, places: readonly number[]): Candidate {
  const settings = Object.fromEntries(
    Object.entries(vary).map(([name, values], index) => [name, values[places[index]!]]),
  );
  return { settings, spec: readSpec({ ...fixed, ...settings }) };
}
