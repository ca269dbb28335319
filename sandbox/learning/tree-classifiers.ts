import type { ClassifierSpec } from "@flamenco/policies/wire";
import { SeededRandom } from "../preprocess/index.js";
import type { Classifier, FitOptions, Samples } from "./classifier.js";
import { type FittedTree, fitTree } from "./decision-tree.js";
import { binTable } from "./feature-table.js";
import { type LabelWeights, selectLabels } from "./label-weights.js";
import { learningLimits } from "./limits.js";
import { type FittedForest, growTrees, predictForest } from "./random-forest.js";
import { columnsOf, countUp } from "./sample-columns.js";
import { WorkPause } from "./work-pause.js";

/** A decision tree: one tree on all rows and all features. */
export function fitTreeClassifier(
  spec: Extract<ClassifierSpec, { model: "tree" }>,
  samples: Samples,
  labels: LabelWeights,
  rows: Int32Array,
  { seed }: FitOptions,
): Classifier {
  const { depth = null, leafRows = 1, classWeights = "none" } = spec;
  const table = binTable(columnsOf(samples, rows));
  const tree = fitTree(table, selectLabels(labels, rows), countUp(rows.length), {
    depth: depth ?? learningLimits.treeDepth,
    leafRows,
    random: new SeededRandom(seed),
  });
  const forest = { labelCount: labels.labelCount, features: table.features, trees: [tree] };
  return classifierOf("tree", forest, { depth, leafRows, classWeights });
}

/** A random forest. @throws FLM_INTERRUPTED */
export async function fitForestClassifier(
  spec: Extract<ClassifierSpec, { model: "forest" }>,
  samples: Samples,
  labels: LabelWeights,
  rows: Int32Array,
  options: FitOptions,
): Promise<Classifier> {
  const { trees = 100, depth = null, leafRows = 1, bootstrap = true, classWeights = "none" } = spec;
  const squareRoot = Math.max(1, Math.round(Math.sqrt(samples.features.length)));
  const featuresPerSplit = Math.min(spec.featuresPerSplit ?? squareRoot, samples.features.length);
  const table = binTable(columnsOf(samples, rows));
  const grown: FittedTree[] = [];
  const pause = new WorkPause(options);
  const growing = growTrees(table, selectLabels(labels, rows), countUp(rows.length), {
    trees,
    depth: depth ?? learningLimits.treeDepth,
    leafRows,
    featuresPerSplit,
    bootstrap,
    random: new SeededRandom(options.seed),
  });
  for (const tree of growing) {
    grown.push(tree);
    await pause.after(grown.length / trees);
  }
  const forest = { labelCount: labels.labelCount, features: table.features, trees: grown };
  return classifierOf("forest", forest, { trees, depth, leafRows, featuresPerSplit, bootstrap, classWeights });
}

function classifierOf(
  model: "tree" | "forest",
  forest: FittedForest,
  parameters: Readonly<Record<string, unknown>>,
): Classifier {
  return {
    model,
    labelCount: forest.labelCount,
    parameters,
    backend: "own",
    predict(samples, rows) {
      const { cells } = binTable(columnsOf(samples, rows), forest.features);
      return predictForest(forest, cells, countUp(rows.length));
    },
    dispose() {},
  };
}
