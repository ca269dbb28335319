import { type FlowRecord, formatAddress } from "@flamenco/sandbox/capture";

/** Packets and bytes of both ends of a conversation: of the end that comes first as text, then of the other. */
export type TupleCounts = readonly [packets: number, bytes: number, otherPackets: number, otherBytes: number];

/** What tools other than a flow meter of our kind agree on: sums by protocol, addresses and ports, over the whole capture. */
export type TupleTable = Map<string, TupleCounts>;

export interface TupleEnd {
  readonly address: string;
  readonly port: number;
  readonly packets: number;
  readonly bytes: number;
}

/** Add what two ends sent to the sums of their five-tuple. */
export function addToTuples(table: TupleTable, protocol: number, a: TupleEnd, b: TupleEnd): void {
  const nameA = `${a.address} ${a.port}`;
  const nameB = `${b.address} ${b.port}`;
  const [first, second] = nameA <= nameB ? [a, b] : [b, a];
  const key = nameA <= nameB ? `${protocol} ${nameA} ${nameB}` : `${protocol} ${nameB} ${nameA}`;
  const sums = table.get(key) ?? [0, 0, 0, 0];
  table.set(key, [sums[0] + first.packets, sums[1] + first.bytes, sums[2] + second.packets, sums[3] + second.bytes]);
}

/** Sums of our flows, with bytes of the layer that the other tool counts. */
export function tuplesOf(flows: readonly FlowRecord[], layer: "frameBytes" | "ipBytes"): TupleTable {
  const table: TupleTable = new Map();
  for (const { endpoints, initiatorIsLow, forward, backward } of flows) {
    const { version, protocol, low, high, lowPort, highPort } = endpoints;
    const [ofLow, ofHigh] = initiatorIsLow ? [forward, backward] : [backward, forward];
    addToTuples(
      table,
      protocol,
      { address: formatAddress(low, 0, version), port: lowPort, packets: ofLow.packets, bytes: ofLow[layer] },
      { address: formatAddress(high, 0, version), port: highPort, packets: ofHigh.packets, bytes: ofHigh[layer] },
    );
  }
  return table;
}

/** Five-tuples of either table whose sums differ, or that the other does not have. */
export function differingTuples(ours: TupleTable, theirs: TupleTable): string[] {
  const differing = [...theirs].filter(([key, counts]) => String(ours.get(key)) !== String(counts)).map(([key]) => key);
  return [...differing, ...[...ours.keys()].filter((key) => !theirs.has(key))];
}
