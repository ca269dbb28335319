import { mockRows } from "@flamenco/language";
import { type DatasetStatistics, fieldOf, type Kind } from "@flamenco/policies/wire";
import { type Table, TableBuilder, tableFields } from "./table.js";

export interface MockTableOptions {
  readonly kind: Kind;
  readonly rows: number;
  readonly seed: number;
  /** Fields that the labeling functions read, themselves or as a statistic. */
  readonly fields: ReadonlySet<string>;
  /** A node's released statistics; the rows follow them and LFs are resolved against them. */
  readonly statistics?: DatasetStatistics | undefined;
}

/** Made-up rows as a table. @throws FLM_FIELD_MISSING when the statistics say that the dataset lacks a field */
export function mockTable({ kind, rows, seed, fields, statistics }: MockTableOptions): Table {
  const described = (name: string): boolean => {
    const type = fieldOf(kind, name)?.type;
    return statistics === undefined || (type !== "number" && type !== "integer") || Object.hasOwn(statistics, name);
  };
  const builder = new TableBuilder(tableFields(kind, fields, described, "The dataset that the statistics describe"));
  for (const row of mockRows({ kind, rows, seed, statistics })) builder.add(row);
  return builder.finish(statistics);
}
