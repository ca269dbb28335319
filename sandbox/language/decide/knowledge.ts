import type { Fact } from "./facts.js";

/** What is known of a row on one path of a tree, beside the answers that follow. Immutable; every list is sorted. */
export interface Knowledge {
  /** Answers of predicates. */
  readonly facts: readonly Fact[];
  /** Loads (`LoadTable`) whose values are there. */
  readonly present: readonly number[];
  /** Groups of loads of which at least one is missing; no group holds another. */
  readonly lacking: readonly (readonly number[])[];
}

export const nothingKnown: Knowledge = Object.freeze({ facts: [], present: [], lacking: [] });

const isSubset = (part: readonly number[], whole: readonly number[]): boolean =>
  part.every((load) => whole.includes(load));

const sortNumbers = (values: Iterable<number>): number[] => [...new Set(values)].sort((a, b) => a - b);

/** After a predicate was answered yes or no, for which `loads` had to be there. */
export function addFact(known: Knowledge, fact: Fact, loads: readonly number[]): Knowledge {
  const facts = [...known.facts, fact].sort((a, b) => a.predicate - b.predicate);
  const present = sortNumbers([...known.present, ...loads]);
  const lacking = known.lacking.map((group) => group.filter((load) => !loads.includes(load)));
  return { facts, present, lacking: minimizeGroups(lacking) };
}

/** After a predicate met a missing value: at least one of `loads` is missing. */
export function addLack(known: Knowledge, loads: readonly number[]): Knowledge {
  const group = loads.filter((load) => !known.present.includes(load));
  return { ...known, lacking: minimizeGroups([...known.lacking, group]) };
}

/** True when a predicate that needs all of `loads` cannot be answered. */
export function isLacking({ lacking }: Knowledge, loads: readonly number[]): boolean {
  return lacking.some((group) => isSubset(group, loads));
}

/** Groups without those that say less than another, in one order. */
function minimizeGroups(groups: readonly (readonly number[])[]): (readonly number[])[] {
  const distinct = [...new Map(groups.map((group) => [group.join(), group])).entries()].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return distinct
    .filter(([key, group]) => !distinct.some(([other, smaller]) => other !== key && isSubset(smaller, group)))
    .map(([, group]) => group);
}

/** Equal for equal knowledge. */
export function keyOf({ facts, present, lacking }: Knowledge): string {
  const answers = facts.map(({ predicate, answer }) => `${predicate}${answer ? "y" : "n"}`);
  return `${answers.join()}|${present.join()}|${lacking.map((group) => group.join("+")).join()}`;
}
