/**
 * The privacy budget: what is spent of it, for which request, and what was drawn for that request. Amounts are millionths of
 * rho (zCDP), whole. No statement of this program lowers `spent`, and the database refuses one that would.
 */
export const budgetMigration = {
  id: "0004-budget",
  statements: [
    // Collaborator '' is everybody, version '' every version: the account of the dataset as a whole.
    `CREATE TABLE budget_accounts (
      dataset text NOT NULL,
      version text NOT NULL,
      collaborator text NOT NULL,
      spent integer NOT NULL DEFAULT 0 CHECK (spent >= 0),
      PRIMARY KEY (dataset, version, collaborator)
    )`,
    `CREATE FUNCTION refuse_refund() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'budget is never given back'; END $$`,
    `CREATE TRIGGER never_refunded BEFORE UPDATE ON budget_accounts
      FOR EACH ROW WHEN (NEW.spent < OLD.spent) EXECUTE FUNCTION refuse_refund()`,
    `CREATE TRIGGER never_forgotten BEFORE DELETE ON budget_accounts
      FOR EACH ROW EXECUTE FUNCTION refuse_refund()`,
    `CREATE TABLE reservations (
      request text PRIMARY KEY,
      dataset text NOT NULL,
      version text NOT NULL,
      collaborator text NOT NULL,
      study text NOT NULL,
      micro_rho integer NOT NULL CHECK (micro_rho > 0),
      reserved_at timestamptz NOT NULL,
      release text,
      released_at timestamptz
    )`,
    "CREATE INDEX reservations_by_dataset ON reservations (dataset, reserved_at)",
    // A row without text: noise was, or may have been, drawn and is lost. It is not drawn again.
    `CREATE TABLE draws (
      request text NOT NULL REFERENCES reservations (request),
      part text NOT NULL,
      noisy text,
      begun_at timestamptz NOT NULL,
      PRIMARY KEY (request, part)
    )`,
  ],
} as const;
