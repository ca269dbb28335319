import { FlamencoError } from "@flamenco/policies/errors";
import type { Command } from "commander";
import type { SynthesisOptions } from "../../synthesis/index.js";

/** Options of `lf generate` and `lf suggest`. */
export interface SearchOptions {
  readonly label: string;
  readonly split: string;
  readonly features?: string;
  readonly labels?: string;
  readonly positive?: string;
  readonly task: string;
  readonly cardinality: string;
  readonly seed: string;
  readonly json?: boolean;
}

export function addSearchOptions(command: Command): Command {
  return command
    .requiredOption("--label <column>", "column with each row's label: -1 and 1, 0 and 1, or two words")
    .option("--split <column>", "column that says train, val or test", "split")
    .option("--features <columns>", "columns to search, separated by commas (default: all other numeric ones)")
    .option("--labels <list>", "the two labels in order (default: as they first appear)")
    .option("--positive <label>", "label whose F1 counts (default: the last)")
    .option("--task <id>", "the question asked of the data", "local")
    .option("--cardinality <number>", "features of one labeling function, 1 to 3", "1")
    .option("--seed <number>", "of the sample of training rows, where there are too many", "1")
    .option("--json", "answer with one JSON document on standard output");
}

export function readSearchSettings({
  cardinality,
  seed,
}: SearchOptions): Pick<SynthesisOptions, "cardinality" | "seed"> {
  return { cardinality: wholeNumber("--cardinality", cardinality), seed: wholeNumber("--seed", seed) };
}

/** @throws FLM_USAGE */
export function wholeNumber(option: string, text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw new FlamencoError("FLM_USAGE", `${option} takes a whole number.`);
  return value;
}
