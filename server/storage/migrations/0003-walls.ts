/** Walls that stood around the sealed worker of a run, as JSON: how far to trust a run is seen when the run is looked at. */
export const wallsMigration = {
  id: "0003-walls",
  statements: ["ALTER TABLE runs ADD COLUMN walls text"],
} as const;
