import { SeededRandom } from "@flamenco/sandbox/preprocess";
import { runDesk, writeText } from "./label-desk.js";

/** The answer of `flamenco-desk learn` that succeeds, in one thread. */
// biome-ignore lint/suspicious/noExplicitAny: tests read whatever the documents hold
export async function ask(...args: string[]): Promise<any> {
  const run = await runDesk("learn", ...args, "--threads", "1", "--json");
  if (run.code !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

export interface Row {
  readonly x: number;
  readonly noise: number;
  readonly y: string;
  readonly split: string;
}

const random = new SeededRandom(4);
const parts = ["train", "train", "train", "validation", "test"];
/** 180 training, 60 validation and 60 test rows; `x` tells most labels, `noise` none. */
export const rows: Row[] = Array.from({ length: 300 }, (_, row) => {
  const x = random.nextFloat();
  const isAttack = x + 0.5 * random.nextFloat() > 0.75;
  return { x, noise: random.nextFloat(), y: isAttack ? "attack" : "benign", split: parts[row % 5]! };
});
export const toCsv = (list: readonly object[]) =>
  `${Object.keys(list[0]!).join(",")}\n${list.map((row) => Object.values(row).join(",")).join("\n")}\n`;
export const table = writeText("learn.csv", toCsv(rows));
/** Options of most runs. */
export const base = ["--target", "y", "--model", "tree"];

/** The table with other rows. */
export const edit = (change: (row: Row, index: number) => object) => toCsv(rows.map(change));
