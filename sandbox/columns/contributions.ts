import { FlamencoError } from "@flamenco/policies/errors";
import { fieldOf, kindOf, truthColumn } from "@flamenco/policies/wire";
import { sandboxLimits } from "../limits.js";
import type { DatasetVersion } from "./dataset-version.js";
import { openSealedDuckdb, sqlFile, sqlText } from "./sealed-duckdb.js";

/** What a protected release protects as one: all rows that agree in these columns, on one day. */
export interface ContributionUnit {
  /** Columns that tell units apart; none, and no day: every row is a unit. Missing values are one value. */
  readonly columns: readonly string[];
  /** Column of the time whose day (UTC) tells units apart, or null. */
  readonly day: string | null;
}

export interface ContributionRequest {
  readonly unit: ContributionUnit;
  /** Rows of a unit that count. */
  readonly rowsPerUnit: number;
  /** The node's secret for this dataset version: whoever does not have it cannot tell which rows count. */
  readonly key: string;
}

/** Bits of a row's number: whole in a double. */
const CHOICE_BITS = 52;

/** SQL of the day of a column in milliseconds, a number. */
const dayOf = (column: string): string => `floor("${column}" / 86400000)`;

/**
 * Choose the rows that count: of each privacy unit the `rowsPerUnit` whose keyed hash is smallest.
 *
 * Adding or removing all rows of one unit changes the choice among that unit's rows and no other: whether a row counts, and
 * its number, follow from its own content, its own unit and the key, never from its place among other units' rows. This is
 * what the sensitivity of every count rests on.
 * @returns for each row, in the version's order, a number from 1 to 2^52 that follows from its content and the key; 0 for a
 * row that does not count
 * @throws FLM_FIELD_MISSING for a unit of columns that the version does not have, FLM_DATASET_CORRUPT
 */
export async function chooseContributions(
  version: DatasetVersion,
  { unit, rowsPerUnit, key }: ContributionRequest,
): Promise<Float64Array> {
  const { manifest } = version;
  for (const name of [...unit.columns, ...(unit.day === null ? [] : [unit.day])]) {
    if (fieldOf(kindOf(manifest.kind), name) === undefined || !manifest.columns.includes(name)) {
      throw new FlamencoError("FLM_FIELD_MISSING", `The dataset has no column ${name}, which its privacy unit needs.`);
    }
  }
  const chosen = new Float64Array(manifest.rows);
  const duckdb = await openSealedDuckdb(version.directory);
  try {
    // A unit is whole in one bucket, so that memory is bounded however many rows there are.
    const buckets = Math.ceil(manifest.rows / sandboxLimits.contributionRows);
    for (let bucket = 0; bucket < buckets; bucket++) {
      const sql = choiceSql(version, unit, { rowsPerUnit, key, bucket, buckets });
      const result = await duckdb.connection.stream(sql);
      for (let chunk = await result.fetchChunk(); chunk?.rowCount; chunk = await result.fetchChunk()) {
        const [rows, numbers] = [chunk.getColumnVector(0), chunk.getColumnVector(1)];
        for (let index = 0; index < chunk.rowCount; index++) {
          chosen[rows.getItem(index) as number] = numbers.getItem(index) as number;
        }
      }
    }
  } catch {
    // DuckDB's messages may quote a value.
    throw new FlamencoError("FLM_DATASET_CORRUPT", "The rows of the dataset version cannot be told apart by unit.");
  } finally {
    duckdb.close();
  }
  return chosen;
}

function choiceSql(
  { manifest, partitions }: DatasetVersion,
  { columns, day }: ContributionUnit,
  choice: { rowsPerUnit: number; key: string; bucket: number; buckets: number },
): string {
  // What was computed from other rows (segment, split, synthetic) says nothing of the row itself.
  const content = [...manifest.columns, ...(manifest.truth === null ? [] : [truthColumn])];
  const named = content.map((name) => `"${name}"`).join(", ");
  const parts = [...columns.map((name) => `"${name}"`), ...(day === null ? [] : [dayOf(day)])];
  // Units are told apart by their values: were they by a hash, two that collide would share their K rows.
  const units = parts.map((part, index) => `${part} AS unit${index}`);
  const unitNames = parts.map((_, index) => `unit${index}`).join(", ");
  let first = 0;
  const rows = partitions.map((path, index) => {
    const selected = [`${first} + file_row_number AS position`, `hash(${named}) AS content`, ...units].join(", ");
    const from = `SELECT ${selected} FROM read_parquet(${sqlFile(path)}, file_row_number = true)`;
    first += manifest.partitions[index]!.rows;
    return from;
  });
  const digits = CHOICE_BITS / 4;
  const number = `('0x' || substr(sha256(${sqlText(`${choice.key}:`)} || content), 1, ${digits}))::BIGINT + 1`;
  const bucketed = `SELECT * FROM (${rows.join(" UNION ALL ")}) WHERE hash(${unitNames || "content"}) % ${choice.buckets} = ${choice.bucket}`;
  if (parts.length === 0) return `SELECT position::DOUBLE, (${number})::DOUBLE FROM (${bucketed})`;
  return `SELECT position::DOUBLE, number::DOUBLE FROM (
    SELECT position, number, row_number() OVER (PARTITION BY ${unitNames} ORDER BY number, position) AS place
    FROM (SELECT *, ${number} AS number FROM (${bucketed}))
  ) WHERE place <= ${choice.rowsPerUnit}`;
}
