import { existsSync, readdirSync } from "node:fs";
import type { FlowRecord, MeterTimeouts } from "@flamenco/sandbox/capture";
import t from "tap";
import { meterFlows, readShared, sharedData } from "./capture-fixture.js";

const folder = "5_pcap/nfstream_results/";
const skip = existsSync(new URL(folder, sharedData)) ? false : "NFStream's results are not beside the repository";

const IDLE_SECONDS = 120;
/** NFStream knows no end of a TCP connection, and an active timeout that none of these captures reaches. */
const timeouts: MeterTimeouts = {
  activeSeconds: Number.POSITIVE_INFINITY,
  idleTcpSeconds: IDLE_SECONDS,
  idleOtherSeconds: IDLE_SECONDS,
  closedSeconds: IDLE_SECONDS,
};

/** Captures whose flows differ: NFStream opens the tunnel, we meter the outer packets. */
const tunnels: Readonly<Record<string, number>> = { "6in4tunnel.pcap": 10, "6in6tunnel.pcap": 1 };

/** `packets/bytes` of each flow, where what only we keep apart is put together: reused ports and ICMP identifiers. */
function countsOf(flows: readonly FlowRecord[]): string[] {
  const byKey = new Map<string, FlowRecord[]>();
  for (const flow of flows) {
    const { protocol, vlan, low, high, lowPort, highPort } = flow.endpoints;
    const key = [protocol, vlan, low, lowPort, high, highPort].join(" ");
    byKey.set(key, [...(byKey.get(key) ?? []), flow]);
  }
  return [...byKey.values()].flatMap((sameKey) => {
    const counts: { packets: number; bytes: number; last: number }[] = [];
    for (const flow of sameKey.sort((a, b) => a.firstMicros - b.firstMicros)) {
      const before = counts.at(-1);
      const { packets, forward, backward, firstMicros, durationMicros } = flow;
      const one = { packets, bytes: forward.frameBytes + backward.frameBytes, last: firstMicros + durationMicros };
      if (before === undefined || firstMicros - before.last > IDLE_SECONDS * 1e6) counts.push(one);
      else {
        before.packets += one.packets;
        before.bytes += one.bytes;
        before.last = Math.max(before.last, one.last);
      }
    }
    return counts.map(({ packets, bytes }) => `${packets}/${bytes}`);
  });
}

/** How many of the first list have no partner in the second. */
function withoutPartner(theirs: readonly string[], ours: readonly string[]): number {
  const left = new Map<string, number>();
  for (const counts of ours) left.set(counts, (left.get(counts) ?? 0) + 1);
  return theirs.filter((counts) => {
    const partners = left.get(counts) ?? 0;
    left.set(counts, partners - 1);
    return partners <= 0;
  }).length;
}

t.test("packets and bytes of every flow are NFStream's, but for tunnels", { skip }, async (t) => {
  let flows = 0;
  for (const file of readdirSync(new URL(folder, sharedData))) {
    const name = file.replace(/\.csv$/, "");
    const capture = `5_pcap/ndpi/pcap/${name}`;
    const lines = readShared(`${folder}${file}`).toString().trim().split("\n");
    const theirs = lines.slice(1).map((line) => line.split(",").slice(1, 3).join("/"));
    const ours = countsOf(meterFlows(readShared(capture), { timeouts }).flows);
    const tunneled = tunnels[name] ?? 0;
    if (withoutPartner(theirs, ours) !== tunneled || (tunneled === 0 && ours.length !== theirs.length)) {
      t.same(ours.sort(), theirs.sort(), name);
    }
    flows += theirs.length - tunneled;
  }
  t.ok(flows > 1_000, `${flows} flows are alike`);
});
