import { binTable, fitForest, type LabelWeights, permutationImportance } from "../learning/index.js";
import { type FeatureRanking, type RowLabels, rankFeatures, SeededRandom } from "../preprocess/index.js";

export interface ImportanceInput {
  /** Values of each field, one a row; NaN is missing, categories are codes. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly labels: RowLabels;
  /** Part of each row: 0 train, 1 validation, 2 test. Test rows are not read. */
  readonly parts: Uint8Array;
  readonly seed: number;
}

/** The forest, and the rows that it takes; more are drawn from at random. */
const settings = Object.freeze({
  trees: 50,
  depth: 10,
  leafRows: 10,
  rowsPerTree: 6000,
  trainingRows: 20_000,
  validationRows: 4000,
  repeats: 1,
  /** Fewer rows than these, or of any label, tell a forest nothing. */
  fewestTrainingRows: 100,
  fewestValidationRows: 30,
  fewestRowsOfLabel: 5,
});

/**
 * Importance of each field: permutation importance, on validation rows, of a random forest fitted on training rows (paper,
 * §3.3.4), against the ground truth or, without any, soft labels. Where no forest can be fitted it is mutual information, and
 * the method says why. Sorted by falling importance, then name; conforms to `TreeOutput.importance`.
 */
export function measureImportance({ columns, labels, parts, seed }: ImportanceInput): FeatureRanking {
  const random = new SeededRandom(seed);
  const weights = weighLabels(labels);
  const train = drawRows(parts, 0, weights, settings.trainingRows, random);
  const validation = drawRows(parts, 1, weights, settings.validationRows, random);
  const obstacle = findObstacle(columns, weights, train, validation);
  if (obstacle !== null) {
    const ranking = rankFeatures({ columns, labels, rowMask: parts.map((part) => (part === 0 ? 1 : 0)) });
    return { ...ranking, method: `${ranking.method}; no forest: ${obstacle}` };
  }
  const table = binTable(columns);
  const forest = fitForest(table, weights, train, { ...settings, random });
  const rises = permutationImportance(forest, table, weights, validation, { repeats: settings.repeats, random });
  const features = table.features.map(({ feature }, index) => ({ field: feature, importance: rises[index]! }));
  features.sort((a, b) => b.importance - a.importance || (a.field < b.field ? -1 : 1));
  const source = "truth" in labels ? "ground truth" : "soft labels";
  return {
    method: `permutation importance (Brier score, ${validation.length} validation rows) of a random forest: ${settings.trees} trees, ${train.length} training rows with ${source}, seed ${seed}`,
    features,
  };
}

function weighLabels(labels: RowLabels): LabelWeights {
  if ("truth" in labels) {
    const { truth, labelCount } = labels;
    const weights = new Float64Array(truth.length * labelCount);
    for (let row = 0; row < truth.length; row++) if (truth[row]! >= 0) weights[row * labelCount + truth[row]!] = 1;
    return { labelCount, weights };
  }
  const { patternOfRow, soft } = labels;
  const { labelCount } = soft;
  const weights = new Float64Array(patternOfRow.length * labelCount);
  for (let row = 0; row < patternOfRow.length; row++) {
    const from = patternOfRow[row]! * labelCount;
    weights.set(soft.probabilities.subarray(from, from + labelCount), row * labelCount);
  }
  return { labelCount, weights };
}

/** Rows of a part that have a label, as they stand; at random when they are too many. */
function drawRows(
  parts: Uint8Array,
  part: number,
  { labelCount, weights }: LabelWeights,
  most: number,
  random: SeededRandom,
): Int32Array {
  const rows = Int32Array.from(parts.keys()).filter(
    (row) =>
      parts[row] === part && weights.subarray(row * labelCount, (row + 1) * labelCount).some((share) => share > 0),
  );
  if (rows.length <= most) return rows;
  random.shuffle(rows);
  return rows.slice(0, most).sort();
}

/** Why no forest can be fitted, in a few words; null when one can. */
function findObstacle(
  columns: ReadonlyMap<string, Float64Array>,
  { labelCount, weights }: LabelWeights,
  train: Int32Array,
  validation: Int32Array,
): string | null {
  if (columns.size === 0) return "no field is read";
  if (train.length < settings.fewestTrainingRows) return `only ${train.length} labeled training rows`;
  if (validation.length < settings.fewestValidationRows) return `only ${validation.length} labeled validation rows`;
  for (const [rows, name] of [
    [train, "training"],
    [validation, "validation"],
  ] as const) {
    const totals = new Float64Array(labelCount);
    for (const row of rows) {
      for (let label = 0; label < labelCount; label++) totals[label]! += weights[row * labelCount + label]!;
    }
    const frequent = totals.filter((total) => total >= settings.fewestRowsOfLabel).length;
    if (frequent < 2) return `the ${name} rows have one label`;
  }
  return null;
}
