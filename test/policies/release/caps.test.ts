import { KeyedHash, RowCap, squaredSensitivityOfVotes, VoteCounter } from "@flamenco/policies/release";
import { parseDocument, VoteTable } from "@flamenco/policies/wire";
import t from "tap";
import { counterBytes } from "./counter-bytes.js";

const hash = new KeyedHash(Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7]));
const lfs = Array.from({ length: 10 }, (_, lf) => `ns/p@1.0.0#lf${lf}`);
const labels = ["benign", "attack"];

/** Rows of units `host0`, `host1`, …, whose votes look random. */
function drawRows(rows: number, units: number, seed: string) {
  const bytes = counterBytes(seed)(rows * 11);
  const votes = Int8Array.from({ length: rows * 10 }, (_, index) => (bytes[index]! % 3) - 1);
  return { votes, units: Array.from({ length: rows }, (_, row) => `host${bytes[rows * 10 + row]! % units}`) };
}

function countTable(
  { votes, units }: { votes: Int8Array; units: string[] },
  { rowsPerUnit = 4, votesPerRow = 4, without = "" } = {},
) {
  const cap = new RowCap(rowsPerUnit, hash);
  for (const [row, unit] of units.entries()) if (unit !== without) cap.offer(unit, row);
  const counter = new VoteCounter({ lfs, labels, rowsPerUnit, votesPerRow, hash });
  for (const row of cap.listRows()) counter.add(votes, row * 10, row);
  return counter.finish();
}

const cellsOf = ({ singles, chosen, pairs }: VoteTable) => [singles, chosen, pairs].flat(2);

t.test("the keyed hash is HalfSipHash-2-4", async (t) => {
  // The authors' vector of the eight bytes 0..7 under the key 0..7, as tag and value make them up.
  t.equal(hash.hash(0x03020100 + 0x060504 * 2 ** 32, 0x07060504 >>> 21), 0x8f84b8d0);
  const counts = new Array<number>(16).fill(0);
  for (let row = 0; row < 16_000; row++) counts[hash.hash(row, 1) % 16]!++;
  for (const count of counts) t.ok(Math.abs(count - 1000) < 160, `${count} of about 1000`);
  t.not(hash.hash(5, 1), hash.hash(5, 2), "uses are unrelated");
  t.not(hash.hash(5, 1), hash.hash(5 + 2 ** 32, 1), "row numbers above 2^32 too");
  t.throws(() => new KeyedHash(new Uint8Array(7)), RangeError);
});

t.test("one host with 500 flows changes the counts no more than a host with K", async (t) => {
  const crowd = drawRows(1000, 200, "crowd");
  const flood = drawRows(500, 1, "flood");
  const both = {
    votes: Int8Array.from([...crowd.votes, ...flood.votes]),
    units: [...crowd.units, ...flood.units.map(() => "flooder")],
  };
  for (const rowsPerUnit of [1, 4]) {
    const [with500, without] = [
      countTable(both, { rowsPerUnit }),
      countTable(both, { rowsPerUnit, without: "flooder" }),
    ];
    const changes = cellsOf(with500).map((count, cell) => count - cellsOf(without)[cell]!);
    const squared = changes.reduce((sum, change) => sum + change ** 2, 0);
    t.equal(with500.rows - without.rows, rowsPerUnit);
    t.ok(Math.max(...changes.map(Math.abs)) <= rowsPerUnit);
    t.ok(squared <= squaredSensitivityOfVotes(10, 4, rowsPerUnit), `${squared} for K = ${rowsPerUnit}`);
  }
});

t.test("no row, whatever its votes, passes the sensitivity; a row on which all vote reaches it", async (t) => {
  for (const votesPerRow of [2, 4, 7, 10]) {
    let most = 0;
    for (const votes of [
      new Int8Array(10),
      ...Array.from({ length: 40 }, (_, row) => drawRows(1, 1, `row ${row}`).votes),
    ]) {
      const cells = cellsOf(countTable({ votes, units: ["one"] }, { votesPerRow }));
      most = Math.max(
        most,
        cells.reduce((sum, count) => sum + count ** 2, 0),
      );
    }
    t.equal(most, squaredSensitivityOfVotes(10, votesPerRow, 1), `c = ${votesPerRow}`);
  }
});

t.test("what is counted does not depend on the order of chunks, and fits the schema", async (t) => {
  const { votes, units } = drawRows(600, 50, "chunks");
  const whole = countTable({ votes, units });
  const caps = [0, 1, 2].map(() => new RowCap(4, hash));
  for (let row = 599; row >= 0; row--) caps[row % 3]!.offer(units[row]!, row);
  caps[2]!.merge(caps[0]!);
  caps[2]!.merge(caps[1]!);
  t.equal(caps[2]!.units, 50);
  const counters = [0, 1].map(() => new VoteCounter({ lfs, labels, rowsPerUnit: 4, votesPerRow: 4, hash }));
  for (const row of caps[2]!.listRows()) counters[row % 2]!.add(votes, row * 10, row);
  counters[0]!.merge(counters[1]!);
  t.strictSame(counters[0]!.finish(), whole);
  t.strictSame(parseDocument(VoteTable, whole, "vote table"), whole);
});

t.test("votes are chosen evenly, and without a cap counted as they are", async (t) => {
  const votes = new Int8Array(10_000 * 10);
  const units = Array.from({ length: 10_000 }, (_, row) => `row${row}`);
  const capped = countTable({ votes, units }, { rowsPerUnit: 1 });
  for (const [count] of capped.chosen) t.ok(Math.abs(count! - 4000) < 250, `${count} of about 4000`);
  for (const [both] of capped.pairs) t.ok(Math.abs(both! - (10_000 * 12) / 90) < 180, `${both} of about 1333`);
  const free = countTable({ votes, units }, { rowsPerUnit: 1, votesPerRow: 10 });
  t.strictSame(free.chosen, free.singles);
  t.ok(free.pairs.every(([both]) => both === 10_000));
});
