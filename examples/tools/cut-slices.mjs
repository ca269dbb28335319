#!/usr/bin/env node
// Cuts examples/data out of two published files: see examples/README.md. Every line is copied byte for byte.
//
//   node examples/tools/cut-slices.mjs Training_BENIGN.csv Training_DrDoS_NTP_data_data_5.csv examples/data
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SEED = 20190801;
/** Rows of each class, as two networks would see them: one under attack, one at its edge. */
const slices = [
  { file: "north.csv", attack: 700, benign: 300 },
  { file: "south.csv", attack: 225, benign: 675 },
];

/** mulberry32: 32-bit state, uniform in [0, 1). */
function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Fisher-Yates, from the end. */
function shuffle(values, random) {
  const shuffled = [...values];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other], shuffled[last]];
  }
  return shuffled;
}

function readLines(path) {
  const [header, ...rows] = readFileSync(path, "latin1").split("\n");
  return { header, rows: rows.filter((row) => row !== "") };
}

const [benignPath, attackPath, target] = process.argv.slice(2);
if (target === undefined) {
  process.stderr.write("usage: cut-slices.mjs BENIGN.csv NTP.csv TARGET-FOLDER\n");
  process.exit(2);
}
const random = seededRandom(SEED);
const benign = readLines(benignPath);
const attack = readLines(attackPath);
if (benign.header !== attack.header) throw new Error("The two files have different headers.");
const benignRows = shuffle(benign.rows, random);
const attackRows = shuffle(attack.rows, random);
for (const slice of slices) {
  // Taken off the front of one shuffled list each: no row is in both slices.
  const rows = shuffle([...benignRows.splice(0, slice.benign), ...attackRows.splice(0, slice.attack)], random);
  writeFileSync(join(target, slice.file), `${[benign.header, ...rows].join("\n")}\n`, "latin1");
}
