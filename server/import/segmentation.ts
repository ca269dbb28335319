import { FlamencoError } from "@flamenco/policies/errors";
import { type DatasetSegments, type Field, maxSegments, segmentColumn } from "@flamenco/policies/wire";
import { detectModes } from "@flamenco/sandbox/preprocess";
import type { ImportDatabase } from "./import-database.js";
import { importLimits } from "./limits.js";
import { sqlName } from "./sql.js";

/** How the rows of a dataset are divided for statistics. */
export interface Segmentation {
  /** Rows that agree in these category fields belong together. */
  readonly by: readonly string[];
  /** Field whose modes divide them further (§3.3.1), or null. */
  readonly modality: string | null;
}

/** A segment before its statistics are known. */
export type SegmentName = Pick<DatasetSegments["segments"][number], "key" | "mode" | "rows">;

/** Delays of a path say nothing of another's, nor a detour's of the usual way's: `rtt/1` is divided by pair and mode. */
const segmentations: Readonly<Record<string, Segmentation>> = Object.freeze({
  "rtt/1": { by: ["source", "destination"], modality: "rttMs" },
});

/** The division of a kind's rows, over the fields that are there; null where the whole is the one segment. */
export function segmentationOf(kind: string, fields: readonly Field[]): Segmentation | null {
  const wanted = segmentations[kind];
  if (wanted === undefined) return null;
  const present = new Set(fields.map(({ name }) => name));
  const by = wanted.by.filter((name) => present.has(name));
  const modality = wanted.modality !== null && present.has(wanted.modality) ? wanted.modality : null;
  return by.length === 0 && modality === null ? null : { by, modality };
}

interface KeyedPart {
  readonly key: readonly (string | null)[];
  readonly rows: number;
  /** Rows that have a value of the modality field. */
  readonly values: number;
}

/**
 * Give every row of the view `rows` the number of its segment, in the column `__segment`. Numbers follow the keys' order and
 * rise with the mode. Rows without a value belong to the mode that has most.
 * @throws FLM_TOO_LARGE for more segments than a version may have
 */
export async function assignSegments(
  database: ImportDatabase,
  { by, modality }: Segmentation,
  signal: AbortSignal,
): Promise<SegmentName[]> {
  const keys = by.map((name, index) => `${sqlName(name)} AS k${index}`).join(", ");
  const values = modality === null ? "0" : `count(${sqlName(modality)})`;
  const columns = [...by.map((_, index) => `k${index}`)];
  await database.run(
    `CREATE OR REPLACE TABLE segment_keys AS SELECT row_number() OVER (${columns.length === 0 ? "" : `ORDER BY ${columns.join(", ")}`}) - 1 AS part, *
     FROM (SELECT ${[keys, "count(*) AS n", `${values} AS present`].filter((text) => text !== "").join(", ")} FROM rows ${by.length === 0 ? "" : "GROUP BY ALL"})`,
  );
  await assertFew(await database.number("SELECT count(*)::DOUBLE FROM segment_keys"));
  const parts = (
    await database.query(
      `SELECT ${[...columns, "n::DOUBLE", "present::DOUBLE"].join(", ")} FROM segment_keys ORDER BY part`,
    )
  ).map((cells): KeyedPart => {
    const key = cells.slice(0, by.length) as (string | null)[];
    return { key, rows: cells[by.length] as number, values: cells[by.length + 1] as number };
  });
  const ranges = modality === null ? null : await modesOfParts(database, by, modality, parts, signal);
  const names = await numberRows(database, by, modality, parts, ranges);
  await assertFew(names.length);
  await database.run("DROP TABLE segment_keys");
  return names;
}

/** Split points of each part's modes; a part with few values has one mode. */
async function modesOfParts(
  database: ImportDatabase,
  by: readonly string[],
  modality: string,
  parts: readonly KeyedPart[],
  signal: AbortSignal,
): Promise<Float64Array[]> {
  const splits = parts.map((): Float64Array => new Float64Array(0));
  for (let first = 0; first < parts.length; ) {
    signal.throwIfAborted();
    let [end, values] = [first, 0];
    while (end < parts.length && (end === first || values + sampled(parts[end]) <= importLimits.modalityValues)) {
      values += sampled(parts[end]);
      end += 1;
    }
    const rows = await database.query(
      `SELECT part::DOUBLE, ${sqlName(modality)}::DOUBLE FROM rows JOIN segment_keys ON ${joinText(by)}
       WHERE part >= ${first} AND part < ${end} AND ${sqlName(modality)} IS NOT NULL
         AND place % greatest(1, ceil(present / ${importLimits.modalityValues})::BIGINT) = 0
       ORDER BY part, place`,
    );
    const valuesOf = new Map<number, number[]>();
    for (const [part, value] of rows) {
      const own = valuesOf.get(part as number);
      if (own === undefined) valuesOf.set(part as number, [value as number]);
      else own.push(value as number);
    }
    for (const [part, own] of valuesOf) {
      if (own.length >= importLimits.leastModalityValues) splits[part] = detectModes(Float64Array.from(own)).splits;
    }
    first = end;
  }
  return splits;
}

const sampled = (part: KeyedPart | undefined) => Math.min(part?.values ?? 0, importLimits.modalityValues);

const joinText = (by: readonly string[]) =>
  by.length === 0 ? "true" : by.map((name, index) => `${sqlName(name)} IS NOT DISTINCT FROM k${index}`).join(" AND ");

/** Write `__segment`, and count. Segments that a sample saw and no row is in keep their number, with no rows. */
async function numberRows(
  database: ImportDatabase,
  by: readonly string[],
  modality: string | null,
  parts: readonly KeyedPart[],
  splits: readonly Float64Array[] | null,
): Promise<SegmentName[]> {
  const bounds = parts.flatMap((_, part) => {
    const own = [...(splits?.[part] ?? [])];
    return [Number.NEGATIVE_INFINITY, ...own].map((low, mode) => ({ part, mode, low, high: own[mode] ?? Infinity }));
  });
  const rows = bounds.map(
    ({ part, low, high }, segment) => `(${part}, ${segment}, ${sqlDouble(low)}, ${sqlDouble(high)})`,
  );
  await database.run(
    `CREATE OR REPLACE TABLE segment_bounds AS SELECT * FROM (VALUES ${rows.join(", ")}) AS bounds(part, segment, low, high)`,
  );
  const within = modality === null ? "true" : `${sqlName(modality)} >= low AND ${sqlName(modality)} < high`;
  await database.run(
    `CREATE TABLE segmented AS SELECT rows.*, segment::INTEGER AS ${sqlName(segmentColumn)}
     FROM rows JOIN segment_keys ON ${joinText(by)}
     LEFT JOIN segment_bounds AS bounds ON bounds.part = segment_keys.part AND ${within}`,
  );
  if (modality !== null) {
    await database.run(
      `UPDATE segmented SET ${sqlName(segmentColumn)} = segment FROM segment_keys JOIN (
         SELECT part, coalesce(arg_max(segment, n), min(segment)) AS segment
         FROM segment_bounds LEFT JOIN (SELECT ${sqlName(segmentColumn)} AS segment, count(*) AS n FROM segmented GROUP BY ALL) USING (segment)
         GROUP BY part) USING (part)
       WHERE ${joinText(by)} AND ${sqlName(modality)} IS NULL`,
    );
  }
  const counts = new Map(
    (await database.query(
      `SELECT ${sqlName(segmentColumn)}::DOUBLE, count(*)::DOUBLE FROM segmented GROUP BY ALL`,
    )) as [number, number][],
  );
  await database.run("DROP TABLE segment_bounds");
  await database.run("CREATE OR REPLACE VIEW rows AS SELECT * FROM segmented");
  return bounds.map(({ part, mode }, segment) => ({
    key: [...(parts[part]?.key ?? [])],
    mode: modality === null ? null : mode,
    rows: counts.get(segment) ?? 0,
  }));
}

const sqlDouble = (value: number) => (Number.isFinite(value) ? `${value}::DOUBLE` : `'${value}'::DOUBLE`);

async function assertFew(count: number): Promise<void> {
  if (count <= maxSegments) return;
  throw new FlamencoError(
    "FLM_TOO_LARGE",
    `The rows have ${count} segments (pairs and modes); a dataset may have ${maxSegments}. Import it in parts.`,
  );
}
