/** Crashes of sealed workers by package: a package that crashed too often is in quarantine until the operator lifts it. */
export const quarantineMigration = {
  id: "0002-quarantine",
  statements: [
    `CREATE TABLE package_crashes (
      id text PRIMARY KEY,
      name text NOT NULL,
      version text NOT NULL,
      crashes integer NOT NULL,
      last_code text NOT NULL,
      last_at timestamptz NOT NULL
    )`,
  ],
} as const;
