import { columnStatistics, type LfRow } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import { type DatasetStatistics, type Field, fieldOf, type Kind } from "@flamenco/policies/wire";
import { trialLimits } from "./limits.js";

type Value = LfRow[string];

/** Rows on this machine, of the fields that are read alone; by column, numbers as doubles (NaN is missing). */
export interface Table {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, Float64Array | readonly Value[]>;
  /** Line of the file in which a row begins; of made-up rows there is none. */
  readonly lines?: Float64Array;
  /** Index of the author's label of each row, -1 where there is none. */
  readonly truth?: Int8Array;
  readonly statistics: DatasetStatistics;
  /** Columns of the file that are no field of the kind. */
  readonly leftOut: readonly string[];
}

const firstCapacity = 1024;

/** A column of doubles that grows; a million of them as an array of boxed values would take several times the room. */
class Doubles {
  #values = new Float64Array(firstCapacity);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const wider = new Float64Array(2 * this.#length);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  finish(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}

/** Collects rows into a table. @throws FLM_TOO_LARGE beyond the ceiling of rows, FLM_FIELD_MISSING as `tableFields` */
export class TableBuilder {
  readonly #numbers = new Map<string, Doubles>();
  readonly #others = new Map<string, Value[]>();
  readonly #lines = new Doubles();
  readonly #truth: number[] = [];
  #rows = 0;

  constructor(fields: readonly Field[]) {
    for (const { name, type } of fields) {
      if (type === "number" || type === "integer") this.#numbers.set(name, new Doubles());
      else this.#others.set(name, []);
    }
  }

  add(row: LfRow, line?: number, truth?: number): void {
    if (this.#rows >= trialLimits.rows) {
      throw new FlamencoError("FLM_TOO_LARGE", `There are more than ${trialLimits.rows} rows. Try a part of them.`);
    }
    for (const [name, doubles] of this.#numbers) {
      const value = row[name];
      doubles.push(typeof value === "number" ? value : Number.NaN);
    }
    for (const [name, values] of this.#others) values.push(row[name] ?? null);
    if (line !== undefined) this.#lines.push(line);
    if (truth !== undefined) this.#truth.push(truth);
    this.#rows += 1;
  }

  finish(given: DatasetStatistics | undefined, leftOut: readonly string[] = []): Table {
    const numbers = [...this.#numbers].map(([name, doubles]) => [name, doubles.finish()] as const);
    const lines = this.#lines.finish();
    return {
      rows: this.#rows,
      columns: new Map<string, Float64Array | readonly Value[]>([...numbers, ...this.#others]),
      ...(lines.length > 0 ? { lines } : {}),
      ...(this.#truth.length > 0 ? { truth: Int8Array.from(this.#truth) } : {}),
      leftOut,
      statistics: given ?? Object.fromEntries(numbers.map(([name, values]) => [name, columnStatistics(values)])),
    };
  }
}

/** One row, as an LF reads it. */
export function rowAt(table: Table, row: number): LfRow {
  return Object.fromEntries([...table.columns].map(([name, values]) => [name, values[row] ?? null]));
}

/** The fields with these names, of those that the data has. @throws FLM_FIELD_MISSING naming all that it lacks */
export function tableFields(
  kind: Kind,
  names: ReadonlySet<string>,
  has: (name: string) => boolean,
  source: string,
): Field[] {
  const lacking = [...names].filter((name) => !has(name)).sort();
  if (lacking.length > 0) {
    const message = `${source} lacks what the labeling functions read: ${lacking.join(", ")}.`;
    throw new FlamencoError("FLM_FIELD_MISSING", message);
  }
  return [...names].map((name) => fieldOf(kind, name)).filter((field) => field !== undefined);
}
