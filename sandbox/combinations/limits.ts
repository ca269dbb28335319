/** Ceilings of combinations of LFs, with their units in their names. */
export const combinationLimits = Object.freeze({
  /** LFs whose pairs are all evaluated; of more, those that do best alone on validation rows. */
  pairedLfs: 64,
  /** LFs of a set that is grown. */
  setSize: 16,
  /** LFs tried at each step of growing: of more, those that go best with one of the set. */
  triedLfs: 16,
  /** What may be added next. */
  nextLfs: 64,
  /** Characters of one reason, as in the schema. */
  reasonCharacters: 500,
});
