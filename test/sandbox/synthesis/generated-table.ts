import { columnStatistics } from "@flamenco/language";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import type { SynthesisTable } from "@flamenco/sandbox/synthesis";

export type Column = (label: number, random: SeededRandom) => number;

/** A sum of twelve uniform numbers: near enough to a normal one. */
export function normal(random: SeededRandom): number {
  let sum = -6;
  for (let draw = 0; draw < 12; draw++) sum += random.nextFloat();
  return sum;
}

export interface TableOptions {
  readonly validation?: number;
  readonly train?: number;
  readonly seed?: number;
  /** Label of a row; even by default. */
  readonly label?: (random: SeededRandom, split: "validation" | "train") => number;
}

/** A table of made-up columns; `train` truth is known, for scores. */
export function makeTable(columns: Readonly<Record<string, Column>>, options: TableOptions = {}): SynthesisTable {
  const { validation = 200, train = 400, seed = 1, label = (random) => (random.nextFloat() < 0.5 ? 0 : 1) } = options;
  const random = new SeededRandom(seed);
  const names = Object.keys(columns);
  const makeRows = (rows: number, split: "validation" | "train") => {
    const truth = new Int8Array(rows);
    const values = names.map(() => new Float64Array(rows));
    for (let row = 0; row < rows; row++) {
      truth[row] = label(random, split);
      for (const [index, name] of names.entries()) values[index]![row] = columns[name]!(truth[row]!, random);
    }
    return { columns: values, truth };
  };
  const splits = { validation: makeRows(validation, "validation"), train: makeRows(train, "train") };
  return {
    ...splits,
    features: names.map((name, index) => {
      const all = Float64Array.from([...splits.validation.columns[index]!, ...splits.train.columns[index]!]);
      const sorted = all.filter((value) => !Number.isNaN(value)).sort();
      return { name, universal: false, statistics: columnStatistics(all), sorted };
    }),
    task: { id: "made-up", labels: ["benign", "attack"], positive: "attack" },
  };
}

export const plainOptions = { cardinality: 1, rounds: 23, keepFirst: 3, keep: 1, seed: 1 } as const;
