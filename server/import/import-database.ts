import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { FlamencoError } from "@flamenco/policies/errors";
import { isDiskFull } from "../datasets/index.js";
import { importLimits } from "./limits.js";
import { sqlText } from "./sql.js";

/** A value that a query of the import may return: everything is asked for as a number, text, a list of numbers or null. */
export type Cell = number | string | null | readonly number[];

/**
 * DuckDB in memory for one import. It may touch nothing but the staging folder, spills there, and loads no extension.
 */
export class ImportDatabase {
  readonly #instance: DuckDBInstance;
  readonly #connections: readonly DuckDBConnection[];

  private constructor(instance: DuckDBInstance, connections: readonly DuckDBConnection[]) {
    this.#instance = instance;
    this.#connections = connections;
  }

  /** @param folders the only ones whose files it may read and write; it spills into the first. */
  static async open(folders: readonly [string, ...string[]]): Promise<ImportDatabase> {
    const lanes = Math.min(importLimits.lanes, availableParallelism());
    const instance = await DuckDBInstance.create(":memory:", {
      memory_limit: `${importLimits.memoryMegabytes}MB`,
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const connections: DuckDBConnection[] = [];
    while (connections.length < lanes) connections.push(await instance.connect());
    const database = new ImportDatabase(instance, connections);
    await database.run(`SET temp_directory = ${sqlText(join(folders[0], "spill"))}`);
    await database.run(`SET allowed_directories = [${folders.map((folder) => sqlText(`${folder}/`)).join(", ")}]`);
    await database.run("SET enable_external_access = false");
    return database;
  }

  /** How many statements may run at once, each in a lane of its own. */
  get lanes(): number {
    return this.#connections.length;
  }

  /** @returns the number of rows that a statement changed. */
  async run(sql: string, lane = 0): Promise<number> {
    return (await explainFailure(() => this.#connection(lane).run(sql))).rowsChanged;
  }

  /** Rows of a query whose columns are DOUBLE, VARCHAR or DOUBLE[]. */
  async query(sql: string, lane = 0): Promise<Cell[][]> {
    const reader = await explainFailure(() => this.#connection(lane).runAndReadAll(sql));
    return reader.getRowsJS() as Cell[][];
  }

  /** The one number that a statement answers: a query's only cell, the rows that a COPY wrote. */
  async number(sql: string, lane = 0): Promise<number> {
    return Number((await this.query(sql, lane))[0]?.[0]);
  }

  #connection(lane: number): DuckDBConnection {
    const connection = this.#connections[lane];
    if (connection === undefined) throw new RangeError("no such lane");
    return connection;
  }

  /** Run queries whose sums must not depend on how work was divided. */
  async withOneThread<T>(work: () => Promise<T>): Promise<T> {
    await this.run("SET threads = 1");
    try {
      return await work();
    } finally {
      await this.run("RESET threads");
    }
  }

  close(): void {
    for (const connection of this.#connections) connection.closeSync();
    this.#instance.closeSync();
  }
}

/** DuckDB's messages may quote cells: only the cause carries them, and a full disk passes as it is for its own code. */
async function explainFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isDiskFull(cause)) throw cause;
    throw new FlamencoError(
      "FLM_INTERNAL",
      "The database engine failed during the import. The dataset is as it was before.",
      { cause },
    );
  }
}
