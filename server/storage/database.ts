/** Values that both backends bind and return alike. JSON is kept as text: what is stored is what was signed or shown. */
export type SqlValue = string | number | boolean | Date | null;

export interface Queryable {
  /** Run one SQL statement with `$1…` parameters. */
  query<Row extends object>(sql: string, values?: readonly SqlValue[]): Promise<Row[]>;
}

/** The one storage port. Two backends stand behind it, one SQL, one test suite. */
export interface Database extends Queryable {
  readonly backend: "pglite" | "postgresql";
  /** Commit when `work` resolves, roll back when it rejects. Inside, use the argument and nothing else. */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
  /** Resolves when all that was confirmed would outlast a cut of the power. */
  flush(): Promise<void>;
  close(): Promise<void>;
  /** Resolves when the database is lost for this process (its exclusive lock went): the node must stop. */
  readonly lost: Promise<Error>;
}
