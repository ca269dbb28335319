import { existsSync } from "node:fs";
import t from "tap";
import { meterFlows, readShared, sharedData } from "./capture-fixture.js";
import { addToTuples, differingTuples, type TupleTable, tuplesOf } from "./five-tuples.js";

const folder = "5_pcap/ipfixprobe/";
const skip = existsSync(new URL(folder, sharedData)) ? false : "ipfixprobe's results are not beside the repository";

/** Responder, initiator, bytes and packets of both, ports, protocol: the exporter's basic record. */
function basicTuples(text: string): TupleTable {
  const table: TupleTable = new Map();
  for (const line of text.trim().split("\n")) {
    // The names of the columns stand among the sorted lines.
    if (line.startsWith("ipaddr")) continue;
    const cells = line.split(",");
    const [dst = "", src = ""] = cells;
    const number = (at: number) => Number(cells[at]);
    addToTuples(
      table,
      number(14),
      { address: src, port: number(12), packets: number(9), bytes: number(2) },
      { address: dst, port: number(11), packets: number(10), bytes: number(3) },
    );
  }
  return table;
}

t.test("packets and IP bytes of every conversation are ipfixprobe's", { skip }, async (t) => {
  const theirs = basicTuples(readShared(`${folder}outputs/basic`).toString());
  const ours = tuplesOf(meterFlows(readShared(`${folder}inputs/mixed.pcap`)).flows, "ipBytes");
  t.ok(theirs.size > 20, `${theirs.size} conversations`);
  t.same(differingTuples(ours, theirs), []);
});
