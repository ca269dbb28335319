import { splitNames } from "../../preprocess/index.js";
import { canonicalLine } from "../../records/index.js";
import { TableOutput } from "../table-output.js";
import type { LearnTable } from "./learn-table.js";

/** A table of predictions that is yet to be written. */
export interface Predictions {
  /** @param probabilities of every row */
  write(probabilities: Float64Array): Promise<void>;
  clear(): Promise<void>;
}

/**
 * Begin a CSV file of every row's number in the file (from 1), part, ground truth, predicted label and probabilities. Begun
 * before the work, so that a name that is taken is refused at once.
 * @throws FLM_FILE_EXISTS, FLM_FILE_UNREADABLE
 */
export async function createPredictions(
  path: string,
  { rows, labels, truth, split }: LearnTable,
): Promise<Predictions> {
  const output = await TableOutput.create(path);
  const k = labels.length;
  return {
    async write(probabilities) {
      output.writeLine(canonicalLine(["row", "split", "truth", "prediction", ...labels.map((label) => `p_${label}`)]));
      for (let row = 0; row < rows; row++) {
        const own = probabilities.subarray(row * k, (row + 1) * k);
        const predicted = labels[own.indexOf(Math.max(...own))]!;
        const known = labels[truth[row]!] ?? "";
        output.writeLine(
          canonicalLine([
            String(row + 1),
            splitNames[split.parts[row]!]!,
            known,
            predicted,
            ...Array.from(own, String),
          ]),
        );
      }
      output.endLines();
      await output.place(output.csv);
    },
    clear: () => output.clear(),
  };
}
