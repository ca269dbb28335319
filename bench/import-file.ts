import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { SeededRandom } from "@flamenco/sandbox/preprocess";

const example = new URL("../../examples/data/north.csv", import.meta.url);
const FIRST_START_MS = Date.UTC(2018, 11, 1, 9);
const ROWS_A_WRITE = 1_000;
const SEED = 5;

/**
 * A CICFlowMeter file of 85 numeric columns from the rows of examples/data/north.csv that can be kept: each row another flow,
 * with other times between its packets.
 * @param order of the rows by their start
 * @returns its rows
 */
export function writeImportFile(path: string, bytes: number, order: "by-time" | "shuffled"): number {
  const [header = "", ...lines] = readFileSync(example, "utf8").trimEnd().split("\n");
  const rows = lines.filter((line) => !/NaN|Infinity|,,/.test(line)).map((line) => line.split(","));
  const names = header.split(",").map((name) => name.trim());
  const varied = [...names.keys()].filter((cell) => names[cell]?.includes("IAT"));
  const [flow, start] = [names.indexOf("Flow ID"), names.indexOf("Timestamp")];
  const random = new SeededRandom(SEED);
  const file = openSync(path, "w");
  let written = writeSync(file, `${header}\n`);
  let count = 0;
  while (written < bytes) {
    let text = "";
    for (let row = 0; row < ROWS_A_WRITE; row += 1, count += 1) {
      const cells = [...(rows[count % rows.length] as string[])];
      const factor = 0.5 + random.nextFloat();
      for (const cell of varied) cells[cell] = String(Number(cells[cell]) * factor);
      cells[flow] = `${cells[flow]}-${count}`;
      const offset = order === "by-time" ? count : Math.floor(random.nextFloat() * 1e8);
      cells[start] = new Date(FIRST_START_MS + offset).toISOString().replace("T", " ").replace("Z", "");
      text += `${cells.join(",")}\n`;
    }
    written += writeSync(file, text);
  }
  closeSync(file);
  return count;
}
