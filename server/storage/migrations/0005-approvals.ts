/**
 * What a person was asked to approve, and what that person said. A word once given is never taken back. And the policy set
 * that a run was decided with.
 */
export const approvalsMigration = {
  id: "0005-approvals",
  statements: [
    `CREATE TABLE approvals (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      study text NOT NULL REFERENCES runs (study),
      shown text NOT NULL,
      dossier text NOT NULL,
      first_asked_at timestamptz NOT NULL,
      last_asked_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      verdict text CHECK (verdict IN ('approved', 'denied')),
      decided_by text,
      decided_at timestamptz,
      reason text,
      UNIQUE (study, shown),
      CHECK ((verdict IS NULL) = (decided_by IS NULL) AND (verdict IS NULL) = (decided_at IS NULL))
    )`,
    "ALTER TABLE runs ADD COLUMN policy_set text",
  ],
} as const;
