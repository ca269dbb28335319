/** Runs, what happened to them, what is still to be told to the registry, and the packages that they need. */
export const runsMigration = {
  id: "0001-runs",
  statements: [
    `CREATE TABLE runs (
      study text PRIMARY KEY,
      state text NOT NULL,
      envelope text NOT NULL,
      title text,
      author text,
      dataset text,
      sequence integer NOT NULL DEFAULT 0,
      attempts integer NOT NULL DEFAULT 0,
      progress text,
      error text,
      result text,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL,
      started_at timestamptz,
      CHECK (state <> 'released' OR result IS NOT NULL),
      CHECK (state <> 'releasing' OR result IS NOT NULL)
    )`,
    "CREATE INDEX runs_by_state ON runs (state, created_at)",
    `CREATE TABLE events (
      study text NOT NULL REFERENCES runs (study),
      sequence integer NOT NULL,
      state text NOT NULL,
      at timestamptz NOT NULL,
      error text,
      PRIMARY KEY (study, sequence)
    )`,
    `CREATE TABLE outbox (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      study text NOT NULL REFERENCES runs (study),
      sequence integer NOT NULL,
      body text NOT NULL,
      UNIQUE (study, sequence)
    )`,
    `CREATE TABLE packages (
      id text PRIMARY KEY,
      bundle text NOT NULL,
      fetched_at timestamptz NOT NULL
    )`,
  ],
} as const;
