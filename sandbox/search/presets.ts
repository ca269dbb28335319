import { FlamencoError } from "@flamenco/policies/errors";
import type { ClassifierName } from "@flamenco/policies/wire";
import type { SearchSpace } from "./search-space.js";

/** How rows are held out: k folds with the mix of labels, k blocks in time order, or the split's validation rows. */
export const foldKinds = ["stratified", "time", "validation"] as const;
export type FoldKind = (typeof foldKinds)[number];

/** A search to start from. */
export interface SearchPreset {
  readonly name: string;
  readonly model: ClassifierName;
  /** Section of the paper that the values are from; `null`: ours. */
  readonly paper: string | null;
  readonly search: "grid" | "random";
  readonly folds: FoldKind;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly vary: SearchSpace["vary"];
}

const learningRates = [0.0001, 0.0003, 0.0005, 0.0008, 0.001, 0.003, 0.005, 0.008, 0.01, 0.03, 0.05];
/** The paper gives the range only. */
const fromTwoToSixTenths = [0.2, 0.3, 0.4, 0.5, 0.6];

const lstm = (
  name: string,
  paper: string,
  settings: SearchPreset["settings"],
  own: { readonly units: number[]; readonly batch: number[]; readonly epochs: number[] },
): SearchPreset => ({
  name,
  model: "lstm",
  paper,
  search: "random",
  folds: "validation",
  settings,
  vary: { ...own, learningRate: learningRates, dropout: fromTwoToSixTenths, l2: fromTwoToSixTenths },
});

const small = (model: ClassifierName, vary: SearchSpace["vary"]): SearchPreset => ({
  name: "small",
  model,
  paper: null,
  search: "grid",
  folds: "stratified",
  settings: {},
  vary,
});

/** The paper's searches, and a small one of ours for every model. */
export const searchPresets: readonly SearchPreset[] = Object.freeze([
  {
    name: "atlas",
    model: "forest",
    paper: "4.2",
    search: "random",
    folds: "time",
    settings: {},
    vary: { trees: [50, 100, 150, 200], depth: [2, 5, 10, null], bootstrap: [true, false] },
  } satisfies SearchPreset,
  lstm(
    "ark",
    "4.1",
    { patience: 2, minDelta: 0.01 },
    { units: [32, 64, 128], batch: [32, 64, 128, 256], epochs: [20, 25, 30] },
  ),
  lstm(
    "cic-ddos",
    "4.3",
    { classWeights: "balanced", patience: null },
    { units: [128, 256], batch: [64, 128, 256], epochs: [20, 30, 50] },
  ),
  lstm(
    "worf",
    "4.4",
    { patience: null },
    { units: [16, 32, 64, 128, 256], batch: [64, 128, 256], epochs: [20, 30, 50] },
  ),
  small("lstm", { units: [16, 32, 64], learningRate: [0.001, 0.003, 0.01] }),
  small("mlp", { hidden: [[16], [64], [64, 32]], learningRate: [0.001, 0.01], l2: [0, 0.0001] }),
  small("logistic", { c: [0.01, 0.1, 1, 10, 100] }),
  small("forest", { trees: [50, 200], depth: [5, 10, null], leafRows: [1, 5] }),
  small("tree", { depth: [2, 4, 8, null], leafRows: [1, 5, 20] }),
  small("knn", { neighbors: [1, 3, 5, 11, 21], vote: ["uniform", "distance"] }),
]);

/** @throws FLM_USAGE naming the presets of the model */
export function findPreset(name: string, model: ClassifierName): SearchPreset {
  const own = searchPresets.filter((preset) => preset.model === model);
  const found = own.find((preset) => preset.name === name);
  if (found !== undefined) return found;
  const names = own.map((preset) => preset.name).join(", ");
  throw new FlamencoError("FLM_USAGE", `${model} has no search preset ${name}; it has ${names}.`);
}
