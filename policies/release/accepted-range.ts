import { FlamencoError } from "../errors/index.js";

/** Smallest and largest accepted value, both included. */
export interface AcceptedRange {
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * Refuse what is no number, or is outside its range, before anything else looks at it.
 * @param name as the person who wrote it knows it, for example `epsilon.release`.
 * @throws FLM_RELEASE_RANGE naming the range; never repeats the value.
 */
export function assertWithin(value: unknown, name: string, { minimum, maximum }: AcceptedRange): number {
  if (typeof value === "number" && value >= minimum && value <= maximum) return value;
  throw new FlamencoError("FLM_RELEASE_RANGE", `${name} must be a number from ${minimum} to ${maximum}.`);
}

/** As `assertWithin`, for whole numbers. */
export function assertWholeWithin(value: unknown, name: string, range: AcceptedRange): number {
  const number = assertWithin(value, name, range);
  if (Number.isInteger(number)) return number;
  throw new FlamencoError(
    "FLM_RELEASE_RANGE",
    `${name} must be a whole number from ${range.minimum} to ${range.maximum}.`,
  );
}
