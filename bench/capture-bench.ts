import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CaptureMeter, type FlowRecord, featureSets, rowOf, timeoutsOf } from "@flamenco/sandbox/capture";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import { canonicalLine } from "@flamenco/sandbox/records";
import { median, round, time } from "./timing.js";

const PACKETS = 1_000_000;
const PACKETS_A_FLOW = 20;
const FLOWS_AT_A_TIME = 1_000;
const CAPTURED_BYTES = 96;
const REPETITIONS = 5;
const CHUNK_BYTES = 1024 * 1024;
const SEED = 7;

/** Packets a second of the whole flow meter against Debian's nfpcapd, on one generated capture, in one run. */
export async function benchCapture(): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), "flamenco-capture-bench-"));
  try {
    const capture = join(folder, "generated.pcap");
    writeCapture(capture);
    const hasNfpcapd = spawnSync("nfpcapd", ["-V"]).error === undefined;
    const rates: Record<string, number[]> = { flows: [], rows: [], lines: [], nfpcapd: [] };
    const cpuRates: Record<string, number[]> = { flows: [], rows: [], lines: [] };
    const uses = {
      flows: () => undefined,
      rows: (flow: FlowRecord) => rowOf(featureSets.cic, flow),
      lines: (flow: FlowRecord) => canonicalLine(rowOf(featureSets.cic, flow)),
    };
    for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
      for (const [name, use] of Object.entries(uses)) {
        const before = process.cpuUsage();
        rates[name]!.push(PACKETS / meterFile(capture, use));
        const { user, system } = process.cpuUsage(before);
        cpuRates[name]!.push(PACKETS / ((user + system) / 1e6));
      }
      if (hasNfpcapd) rates.nfpcapd!.push(PACKETS / runNfpcapd(capture, join(folder, String(repetition))));
    }
    const middle = (values: readonly number[] | undefined) => round(median(values ?? []));
    return {
      packets: PACKETS,
      megabytes: round(statSync(capture).size / 1e6),
      packetsPerFlow: PACKETS_A_FLOW,
      packetsPerSecond: { flows: middle(rates.flows), rows: middle(rates.rows), lines: middle(rates.lines) },
      packetsPerCpuSecond: {
        flows: middle(cpuRates.flows),
        rows: middle(cpuRates.rows),
        lines: middle(cpuRates.lines),
      },
      nfpcapdPacketsPerSecond: hasNfpcapd ? middle(rates.nfpcapd) : "not installed",
      timesAsLongAsNfpcapd: hasNfpcapd ? round(median(rates.nfpcapd!) / median(rates.rows!)) : "not installed",
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Seconds that the meter takes for a file. */
function meterFile(path: string, onFlow: (flow: FlowRecord) => unknown): number {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const handle = openSync(path, "r");
  let flows = 0;
  const seconds = time(() => {
    const meter = new CaptureMeter(
      (flow) => {
        onFlow(flow);
        flows += 1;
      },
      timeoutsOf("corrected"),
      SEED,
    );
    for (let bytes = 1; bytes > 0; ) {
      bytes = readSync(handle, chunk, 0, CHUNK_BYTES, null);
      meter.push(chunk.subarray(0, bytes));
    }
    meter.finish();
  });
  closeSync(handle);
  if (flows < PACKETS / PACKETS_A_FLOW / 2) throw new Error("The meter lost flows.");
  return seconds;
}

function runNfpcapd(capture: string, out: string): number {
  mkdirSync(out);
  return time(() => {
    const { status } = spawnSync("nfpcapd", ["-r", capture, "-l", out], { stdio: "ignore" });
    if (status !== 0) throw new Error("nfpcapd failed.");
  });
}

/** TCP and UDP conversations, a thousand at a time, 20 packets each, a packet every 20 microseconds, captured in part. */
function writeCapture(path: string): void {
  const random = new SeededRandom(SEED);
  const handle = openSync(path, "w");
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt32LE(0x0004_0002, 4);
  header.writeUInt32LE(CAPTURED_BYTES, 16);
  header.writeUInt32LE(1, 20);
  writeSync(handle, header);
  const records = Buffer.alloc(1_000 * (16 + CAPTURED_BYTES));
  let at = 0;
  for (let packet = 0; packet < PACKETS; packet += 1) {
    const flow = Math.floor(packet / (FLOWS_AT_A_TIME * PACKETS_A_FLOW)) * FLOWS_AT_A_TIME + (packet % FLOWS_AT_A_TIME);
    at = writePacket(records, at, packet, flow, random);
    if (at < records.length) continue;
    writeSync(handle, records);
    at = 0;
  }
  writeSync(handle, records.subarray(0, at));
  closeSync(handle);
}

function writePacket(records: Buffer, start: number, packet: number, flow: number, random: SeededRandom): number {
  const forward = random.nextBelow(2) === 0;
  const isTcp = flow % 4 !== 0;
  const ipBytes = 40 + random.nextBelow(1_400);
  const micros = packet * 20;
  records.fill(0, start, start + 16 + CAPTURED_BYTES);
  records.writeUInt32LE(1_600_000_000 + Math.floor(micros / 1e6), start);
  records.writeUInt32LE(micros % 1e6, start + 4);
  records.writeUInt32LE(CAPTURED_BYTES, start + 8);
  records.writeUInt32LE(Math.max(CAPTURED_BYTES, ipBytes + 14), start + 12);
  const ethernet = start + 16;
  records.writeUInt16BE(0x0800, ethernet + 12);
  const ip = ethernet + 14;
  records.writeUInt16BE(0x4500, ip);
  records.writeUInt16BE(ipBytes, ip + 2);
  records[ip + 9] = isTcp ? 6 : 17;
  const client = 0x0a00_0000 + flow;
  const server = 0xc0a8_0000 + (flow % 256);
  records.writeUInt32BE(forward ? client : server, ip + 12);
  records.writeUInt32BE(forward ? server : client, ip + 16);
  const layer4 = ip + 20;
  const ephemeral = 1_024 + (flow % 60_000);
  records.writeUInt16BE(forward ? ephemeral : 443, layer4);
  records.writeUInt16BE(forward ? 443 : ephemeral, layer4 + 2);
  if (isTcp) {
    records.writeUInt16BE(0x5018, layer4 + 12);
    records.writeUInt16BE(4_096, layer4 + 14);
  } else records.writeUInt16BE(ipBytes - 20, layer4 + 4);
  return start + 16 + CAPTURED_BYTES;
}
