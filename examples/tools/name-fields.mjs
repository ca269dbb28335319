#!/usr/bin/env node
// Writes some columns of a CICFlowMeter file under the names and units of flow/1, for commands that work on local files
// (see docs/labeling.md). The split is by row number: of 25 rows 16 train, 4 validate, 5 test.
//
//   node examples/tools/name-fields.mjs examples/data/north.csv examples/data/north-fields.csv
import { readFileSync, writeFileSync } from "node:fs";

const MICROSECONDS = 1e6;
const fields = {
  srcPort: (cell) => cell("Source Port"),
  dstPort: (cell) => cell("Destination Port"),
  protocol: (cell) => cell("Protocol"),
  durationSeconds: (cell) => cell("Flow Duration") / MICROSECONDS,
  packets: (cell) => cell("Total Fwd Packets") + cell("Total Backward Packets"),
  bytes: (cell) => cell("Total Length of Fwd Packets") + cell("Total Length of Bwd Packets"),
  averagePacketSize: (cell) => cell("Average Packet Size"),
  flowIatMin: (cell) => cell("Flow IAT Min") / MICROSECONDS,
  flowIatMean: (cell) => cell("Flow IAT Mean") / MICROSECONDS,
};

const [input, output] = process.argv.slice(2);
const [header, ...lines] = readFileSync(input, "utf8").trimEnd().split(/\r?\n/);
const names = header.split(",").map((name) => name.trim());
const kept = lines
  .map((line) => line.split(","))
  .filter((cells) => cells.every((cell) => cell !== "" && cell !== "Infinity" && cell !== "NaN"));
const rows = kept.map((cells, row) => {
  const cell = (name) => Number(cells[names.indexOf(name)]);
  const label = cells[names.indexOf("Label")] === "BENIGN" ? "benign" : "attack";
  const part = row % 25 < 16 ? "train" : row % 25 < 20 ? "validation" : "test";
  return [...Object.values(fields).map((value) => value(cell)), label, part].join(",");
});
writeFileSync(output, `${[...Object.keys(fields), "y", "split"].join(",")}\n${rows.join("\n")}\n`);
