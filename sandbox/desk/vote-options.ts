import { FlamencoError } from "@flamenco/policies/errors";
import { type LabelModelName, labelModelNames } from "@flamenco/policies/wire";
import { type Command, Option } from "commander";
import {
  type FittedLabelModel,
  fitLabelModel,
  type LabeledHistogram,
  type LabelModelOptions,
  type PrecisionPrior,
  predictPatterns,
  type TiePolicy,
  type TripletSummary,
  tiePolicies,
  tripletSummaries,
} from "../labeling/index.js";
import { toLine } from "./text-table.js";
import { countVoteFile, readVoteFile, type VoteFile } from "./vote-file.js";

/** Options of every command that fits a label model to a file of votes. */
export interface VoteOptions {
  readonly model: LabelModelName;
  readonly balance?: string;
  readonly gold?: string;
  readonly labels?: string;
  readonly lfs?: string;
  readonly prior?: readonly string[];
  readonly triplets: TripletSummary;
  readonly ties: TiePolicy;
  readonly json?: boolean;
}

export const voteFileHelp = `
A vote file is CSV with a heading line, in one of two forms:
  votes,y     one character for each labeling function: . abstains, a digit is a label
  a,b,c,y     a column for each labeling function: a label's index or name; ., -1, ABSTAIN or nothing abstains
The column y is ground truth, used by analysis alone unless --gold y is given. Columns y, node and gold hold no votes.
`;

const DEFAULT_STRENGTH = 10;
/** Shares on a command line are rounded; further from 1 their sum is a mistake. */
const SUM_TOLERANCE = 1e-4;

export function addVoteOptions(command: Command): Command {
  return command
    .addOption(new Option("--model <name>", "how votes become soft labels").choices(labelModelNames).default("auto"))
    .option(
      "--balance <shares>",
      "share of each label, in order, such as .3,.7 (default: from gold rows, else even; em learns it)",
    )
    .option("--gold <column>", "column with the true label of some rows, which may then be used for fitting")
    .option("--labels <names>", "names of the labels, in order (default: from the file)")
    .option("--lfs <columns>", "columns that hold votes (default: all but y, node, gold)")
    .option(
      "--prior <lf=mean[:strength]>",
      `how often a labeling function is right when it votes, and how many labeled votes that weighs as much as (${DEFAULT_STRENGTH}); repeat`,
      (value: string, before: readonly string[] | undefined) => [...(before ?? []), value],
    )
    .addOption(
      new Option("--triplets <summary>", "of the triplets model: what is taken over all triplets")
        .choices(tripletSummaries)
        .default("mean"),
    )
    .addOption(
      new Option(
        "--ties <policy>",
        "prediction where labels are equally probable: that of the greater prior, none, or by a hash of the votes",
      )
        .choices(tiePolicies)
        .default("prior"),
    )
    .option("--json", "answer with one JSON document on standard output");
}

/** A fitted label model beside the file that it was fitted to. */
export interface FittedFile {
  readonly file: VoteFile;
  readonly model: FittedLabelModel;
  /** All rows, with the ground truth that the file has. */
  readonly histogram: LabeledHistogram;
  readonly patternOfRow: Int32Array;
  /** Label index of each pattern, -1 for none. */
  readonly predictions: Int8Array;
}

/** Read a file of votes and fit the model that the options name. */
export async function fitVoteFile(path: string, options: VoteOptions): Promise<FittedFile> {
  const balance = options.balance === undefined ? undefined : parseBalance(options.balance);
  const file = await readVoteFile(path, {
    ...parseFileOptions(options),
    ...(balance === undefined ? {} : { labelCount: balance.length }),
  });
  if (balance !== undefined && balance.length !== file.labels.length) {
    throw new FlamencoError(
      "FLM_USAGE",
      `--balance gives ${balance.length} shares, and ${toLine(path)} has ${file.labels.length} labels.`,
    );
  }
  const { histogram, patternOfRow } = countVoteFile(file, file.truth ?? file.gold);
  const priors = parsePriors(options.prior ?? [], file.lfNames);
  const fitOptions: LabelModelOptions = {
    model: options.model,
    labels: file.labels,
    lfNames: file.lfNames,
    tripletSummary: options.triplets,
    ...(balance === undefined ? {} : { classBalance: balance }),
    ...(priors.every((prior) => prior === null) ? {} : { priors }),
    ...(file.gold === null ? {} : { validation: countVoteFile(file, file.gold).histogram }),
  };
  const model = fitLabelModel(histogram, fitOptions);
  return { file, model, histogram, patternOfRow, predictions: predictPatterns(model, histogram, options.ties) };
}

/** @throws FLM_USAGE for `--labels` or `--lfs` that are no lists of different names */
export function parseFileOptions({ labels, lfs, gold }: Pick<VoteOptions, "labels" | "lfs" | "gold">) {
  const names = (option: string, text: string | undefined, least: number) => {
    const list = text?.split(",").map((part) => part.trim());
    const wrong = list !== undefined && (list.length < least || list.includes("") || new Set(list).size < list.length);
    if (wrong)
      throw new FlamencoError("FLM_USAGE", `${option} takes at least ${least} different names, separated by commas.`);
    return list;
  };
  const labelNames = names("--labels", labels, 2);
  const lfNames = names("--lfs", lfs, 1);
  return {
    ...(labelNames === undefined ? {} : { labels: labelNames }),
    ...(lfNames === undefined ? {} : { lfs: lfNames }),
    ...(gold === undefined ? {} : { gold }),
  };
}

/** @throws FLM_USAGE for a text that is no whole number of at most 15 digits */
export function parseCount(option: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new FlamencoError("FLM_USAGE", `${option} takes a whole number.`);
}

/** A decimal number; NaN for any other text. */
export const parseNumber = (text: string): number =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;

/** @throws FLM_USAGE for a text that is no list of shares summing to 1 */
export function parseBalance(text: string): number[] {
  const shares = text.split(",").map((part) => parseNumber(part.trim()));
  const sum = shares.reduce((total, share) => total + share, 0);
  if (
    shares.length < 2 ||
    !shares.every((share) => share >= 0 && share <= 1) ||
    !(Math.abs(sum - 1) <= SUM_TOLERANCE)
  ) {
    throw new FlamencoError(
      "FLM_USAGE",
      "--balance takes a share for each label, each from 0 to 1, summing to 1: .3,.7.",
    );
  }
  return shares.map((share) => share / sum);
}

function parsePriors(texts: readonly string[], lfNames: readonly string[]): (PrecisionPrior | null)[] {
  const priors = new Array<PrecisionPrior | null>(lfNames.length).fill(null);
  for (const text of texts) {
    const [, name, mean, strength] = /^(.+)=([^=:]+)(?::([^=:]+))?$/.exec(text) ?? [];
    const prior = {
      mean: parseNumber(mean ?? ""),
      strength: strength === undefined ? DEFAULT_STRENGTH : parseNumber(strength),
    };
    const valid = prior.mean >= 0 && prior.mean <= 1 && prior.strength > 0 && prior.strength <= 1e9;
    if (name === undefined || !valid) {
      throw new FlamencoError(
        "FLM_USAGE",
        "--prior takes a labeling function, a mean from 0 to 1 and, if wanted, a strength above 0: ntp_port=0.9:50.",
      );
    }
    const lf = lfNames.indexOf(name);
    if (lf === -1) throw new FlamencoError("FLM_USAGE", `--prior: there is no labeling function ${toLine(name)}.`);
    if (priors[lf] !== null) throw new FlamencoError("FLM_USAGE", `--prior: ${toLine(name)} has two.`);
    priors[lf] = prior;
  }
  return priors;
}
