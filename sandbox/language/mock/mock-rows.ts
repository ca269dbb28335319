import { DatasetStatistics, type Field, type Kind, parseDocument } from "@flamenco/policies/wire";
import type { LfRow } from "../row.js";
import { reshape } from "./catalog-shape.js";
import { type MockCells, mockFlows } from "./mock-flow.js";
import { mockRtts } from "./mock-rtt.js";
import { type Random, seededRandom } from "./random.js";

export interface MockOptions {
  readonly kind: Kind;
  readonly rows: number;
  /** The same seed gives the same rows. */
  readonly seed: number;
  /** A node's released statistics; without them, values are plausible for the kind. */
  readonly statistics?: DatasetStatistics | undefined;
}

/** Share of an ordinary numeric field's values that are left out: real exports have holes. */
const missingShare = 0.01;

/** Medians of values about which nothing is known but their unit. */
const unitMedians: Readonly<Record<string, number>> = Object.freeze({ s: 1, ms: 30, B: 500, "1/s": 10, "B/s": 5000 });

const sources: Readonly<Record<string, (seed: number) => () => MockCells>> = Object.freeze({
  flow: mockFlows,
  mosaic: mockFlows,
  rtt: mockRtts,
});

/**
 * Made-up rows of a kind, one at a time, so that an author can try a labeling function without any access. Pure: seed and
 * options decide every value. With a node's statistics, each column that they describe follows them (percentiles exactly
 * in the limit, mean and standard deviation nearly), fields still move together as in the kind's own rows, ports and
 * protocols keep the kind's own values, and numeric columns that the statistics do not describe are missing, since that
 * dataset lacks them. Sums hold without statistics only; min <= mean <= max always. No row of anybody goes in.
 * @throws FLM_SCHEMA when `statistics` are not `DatasetStatistics`
 */
export function* mockRows({ kind, rows, seed, statistics }: MockOptions): Generator<LfRow, void, undefined> {
  const next = plainRows(kind, seed);
  if (statistics === undefined) {
    for (let row = 0; row < rows; row += 1) yield next();
    return;
  }
  const catalog = parseDocument(DatasetStatistics, statistics, "statistics");
  // Another stream than the rows themselves, so that ranks do not know the row that they rank.
  const shaped = reshape(kind, catalog, plainRows(kind, seed + 1), seededRandom(seed, 2));
  for (let row = 0; row < rows; row += 1) yield shaped(next());
}

function plainRows(kind: Kind, seed: number): () => LfRow {
  const stem = kind.name.split("/")[0] ?? "";
  const source = (Object.hasOwn(sources, stem) ? sources[stem] : undefined)?.(seed) ?? ((): MockCells => ({}));
  const random = seededRandom(seed, 1);
  return () => {
    const cells = source();
    return Object.fromEntries(
      kind.fields.map((field) => {
        const value = Object.hasOwn(cells, field.name) ? (cells[field.name] ?? null) : mockValue(field, random);
        return [field.name, isHole(field, random) ? null : value];
      }),
    );
  };
}

function isHole({ type, access }: Field, random: Random): boolean {
  return access === "ordinary" && (type === "number" || type === "integer") && random.chance(missingShare);
}

/** A value of a field that no source knows: by type and unit alone. */
function mockValue({ name, type, unit }: Field, random: Random): number | string | boolean {
  if (type === "category") return `${name}-${random.whole(1, 4)}`;
  if (type === "boolean") return random.chance(0.1);
  const value = random.logNormal(unitMedians[unit] ?? 10, 1);
  return type === "integer" ? Math.round(value) : value;
}
