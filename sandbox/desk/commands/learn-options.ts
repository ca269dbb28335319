import { availableParallelism } from "node:os";
import { FlamencoError } from "@flamenco/policies/errors";
import type { ClassifierName, ClassifierSpec } from "@flamenco/policies/wire";
import {
  type Candidate,
  drawCandidates,
  type FoldKind,
  findPreset,
  listGrid,
  readSpec,
  type SearchMetric,
  type SearchSpace,
  searchLimits,
  sizeOfSpace,
} from "../../search/index.js";
import { toLine } from "../text-table.js";
import { readNumberOption, readSeed } from "./data-options.js";
import { readSettings, readVaried, type SettingsOptions } from "./learn-settings.js";

/** Options of `learn`, as commander has them. */
export interface LearnOptions extends SettingsOptions {
  readonly target: string;
  readonly model: ClassifierName;
  readonly split?: string;
  readonly features?: string;
  readonly positive?: string;
  readonly soft?: string;
  readonly missing: "refuse" | "median";
  readonly time?: string;
  readonly sequenceOf?: string;
  readonly steps?: string;
  readonly search?: "grid" | "random";
  readonly preset?: string;
  readonly vary?: readonly string[];
  readonly candidates?: string;
  readonly cv?: FoldKind;
  readonly folds: string;
  readonly metric: SearchMetric;
  readonly resume?: string;
  readonly threads?: string;
  readonly seed: string;
  readonly predictions?: string;
  readonly plot?: string;
  readonly json?: boolean;
}

/** A search to make. */
export interface SearchPlan {
  readonly kind: "grid" | "random";
  readonly preset: string | null;
  /** Values that are tried, by setting. */
  readonly vary: SearchSpace["vary"];
  /** Candidates of the whole space. */
  readonly size: number;
  readonly candidates: readonly Candidate[];
  readonly cv: FoldKind;
  readonly folds: number;
  readonly metric: SearchMetric;
}

export interface LearnPlan {
  /** Settings without a search, or those that all candidates share. */
  readonly spec: ClassifierSpec;
  readonly search: SearchPlan | null;
  /** Rows of a sample: 1 but for sequences. */
  readonly steps: number;
  readonly seed: number;
  readonly threads: number;
}

const DEFAULT_STEPS = 10;
const DEFAULT_CANDIDATES = 20;
const MOST_STEPS = 200;

/** What the options ask for. @throws FLM_USAGE, FLM_TOO_LARGE, FLM_FILE_UNREADABLE, FLM_SCHEMA */
export async function planLearning(options: LearnOptions): Promise<LearnPlan> {
  const seed = readSeed(options.seed);
  const settings = await readSettings(options);
  const steps = readSteps(options, settings);
  const own = { ...settings, model: options.model, ...(options.model === "lstm" ? { steps } : {}) };
  const threads =
    options.threads === undefined
      ? availableParallelism()
      : readNumberOption(options.threads, "--threads", { least: 1, most: searchLimits.threads, whole: true });
  const asksForSearch = options.search ?? options.preset ?? options.vary;
  if (asksForSearch === undefined) {
    for (const option of ["candidates", "cv", "resume"] as const) {
      if (options[option] !== undefined) throw usage(`--${option} goes with --search.`);
    }
    return { spec: readSpec(own), search: null, steps, seed, threads };
  }
  const { spec, search } = planSearch(options, own, seed);
  return { spec, search, steps, seed, threads };
}

function planSearch(
  options: LearnOptions,
  own: SearchSpace["fixed"],
  seed: number,
): { readonly spec: ClassifierSpec; readonly search: SearchPlan } {
  const chosen = Object.fromEntries((options.vary ?? []).map(readVaried));
  const preset =
    options.preset === undefined && options.vary !== undefined
      ? null
      : findPreset(options.preset ?? "small", own.model);
  const twice = Object.keys(chosen).find((name) => Object.hasOwn(own, name));
  if (twice !== undefined) throw usage(`The setting ${toLine(twice)} is both set and varied.`);
  const offered = Object.entries(preset?.vary ?? {}).filter(([name]) => !Object.hasOwn(own, name));
  const fixed = { ...preset?.settings, ...own };
  const space: SearchSpace = { fixed, vary: { ...Object.fromEntries(offered), ...chosen } };
  const kind = options.search ?? preset?.search ?? "grid";
  if (kind === "grid" && options.candidates !== undefined) throw usage("--candidates goes with --search random.");
  const count =
    options.candidates === undefined
      ? DEFAULT_CANDIDATES
      : readNumberOption(options.candidates, "--candidates", { least: 1, most: searchLimits.candidates, whole: true });
  return {
    spec: readSpec(fixed),
    search: {
      kind,
      preset: preset?.name ?? null,
      vary: space.vary,
      size: sizeOfSpace(space),
      candidates: kind === "grid" ? listGrid(space) : drawCandidates(space, count, seed),
      cv: options.cv ?? preset?.folds ?? "stratified",
      folds: readNumberOption(options.folds, "--folds", { least: 2, most: searchLimits.folds, whole: true }),
      metric: options.metric,
    },
  };
}

function readSteps({ model, steps, sequenceOf }: LearnOptions, settings: Record<string, unknown>): number {
  if (model !== "lstm") {
    if (steps === undefined && sequenceOf === undefined) return 1;
    throw usage("--steps and --sequence-of go with --model lstm: the other classifiers read one row at a time.");
  }
  const text = steps ?? String(settings.steps ?? DEFAULT_STEPS);
  return readNumberOption(text, "--steps", { least: 1, most: MOST_STEPS, whole: true });
}

const usage = (message: string) => new FlamencoError("FLM_USAGE", message);
