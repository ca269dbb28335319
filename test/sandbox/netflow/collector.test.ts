import { createSocket } from "node:dgram";
import { chmodSync, readdirSync, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import {
  Collector,
  DatagramQueue,
  dropsIn,
  FlowFiles,
  flowRowFields,
  parseAddressList,
} from "@flamenco/sandbox/netflow";
import t, { type Test } from "tap";
import { flow5, netflow5, netflow9, set, template, u16, u32 } from "./message-encoder.js";

const packetsAt = flowRowFields.indexOf("packets");
const sender = createSocket("udp4");
t.teardown(() => sender.close());

const sendNow = (payload: Buffer, port: number) =>
  new Promise<void>((settle, fail) => {
    sender.send(payload, port, "127.0.0.1", (error) => (error === null ? settle() : fail(error)));
  });

interface Rig {
  readonly collector: Collector;
  readonly folder: string;
  now: number;
  send(...payloads: Buffer[]): Promise<void>;
  /** Waits until a count says so. */
  until(isSo: (counts: Awaited<ReturnType<Collector["counts"]>>) => boolean): Promise<void>;
}

async function makeRig(t: Test, { allow = null as string[] | null, queueBytes = 2 ** 24 } = {}): Promise<Rig> {
  const folder = t.testdir();
  const rig: { now: number } = { now: 1_600_000_000_000 };
  const files = await FlowFiles.create({ folder, rotateMs: 60_000, now: () => rig.now });
  const options = { host: "127.0.0.1", port: 0, queueBytes, files, allow: allow && parseAddressList(allow) };
  const collector = await Collector.start(options);
  t.teardown(() => collector.stop().catch(() => undefined));
  return Object.assign(rig, {
    collector,
    folder,
    async send(...payloads: Buffer[]) {
      for (const payload of payloads) {
        sender.send(payload, collector.port, "127.0.0.1");
        await new Promise((settle) => setImmediate(settle));
      }
    },
    async until(isSo: (counts: Awaited<ReturnType<Collector["counts"]>>) => boolean) {
      while (!isSo(await collector.counts())) await new Promise((settle) => setTimeout(settle, 5));
    },
  });
}

/** Packets of the flows in the folder's files, in the order of the files. */
function packetsIn(folder: string): number[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), "utf8").trimEnd().split("\n").slice(1))
    .map((line) => Number(line.split(",")[packetsAt]));
}

t.test("a burst is filed whole, and stopping loses nothing of what was accepted", async (t) => {
  const { collector, folder, send, until } = await makeRig(t);
  for (let burst = 0; burst < 10; burst += 1) {
    await send(...Array.from({ length: 50 }, (_, index) => netflow5([flow5({ packets: 50 * burst + index })])));
    await until(({ decoded }) => decoded === 50 * (burst + 1));
  }
  t.ok(
    readdirSync(folder).every((name) => name.endsWith(".csv.part")),
    "what is being written is no table yet",
  );
  await collector.stop();
  t.strictSame(
    packetsIn(folder),
    Array.from({ length: 500 }, (_, index) => index),
  );
  t.match(readdirSync(folder), [/^flows-20200913T122640000Z-000001\.csv$/]);
  t.match(await collector.counts(), { decoded: 500, dropped: 0, flows: 500, files: 1 });
});

t.test(
  "datagrams that wait in the system when the collector is stopped are heard, or counted as dropped",
  async (t) => {
    const { collector, folder } = await makeRig(t);
    const payloads = Array.from({ length: 300 }, (_, index) => netflow5([flow5({ packets: index })]));
    await Promise.all(payloads.map((payload) => sendNow(payload, collector.port)));
    await collector.stop();
    const { decoded, droppedBySystem } = await collector.counts();
    t.equal(decoded + (droppedBySystem ?? 0), 300);
    t.equal(packetsIn(folder).length, decoded);
  },
);

t.test("files end with their time, by a clock that is not the wall's", async (t) => {
  const rig = await makeRig(t);
  for (let minute = 0; minute < 3; minute += 1) {
    await rig.send(netflow5([flow5({ packets: minute })]));
    await rig.until(({ flows }) => flows === minute + 1);
    rig.now += 60_000;
  }
  await rig.collector.stop();
  t.equal(readdirSync(rig.folder).length, 3);
  t.strictSame(packetsIn(rig.folder), [0, 1, 2]);
});

t.test("hostile datagrams are counted, and the next flow is filed", async (t) => {
  const { collector, folder, send, until } = await makeRig(t);
  await send(
    Buffer.alloc(0),
    Buffer.from("GET / HTTP/1.1\r\n\r\n"),
    Buffer.alloc(9_000),
    netflow5([flow5()]).subarray(0, 60),
    netflow9([set(0, template(256, [[2, 0]])), set(256, u32(1))]),
    netflow9([set(0, template(257, [[2, 4]])), Buffer.concat([u16(257), u16(60_000)])]),
    netflow5([flow5({ packets: 77 })], { sequence: 100 }),
    netflow5([flow5({ packets: 78 })], { sequence: 105 }),
  );
  await until(({ decoded, foreign }) => decoded + foreign === 8);
  await collector.stop();
  t.strictSame(packetsIn(folder), [77, 78]);
  t.match(await collector.counts(), { decoded: 4, foreign: 4, lost: { records: 4 } });
  t.equal(collector.tally.problems["malformed-template"].count, 1);
  t.equal(collector.tally.problems["malformed-message"].count, 1);
});

t.test("who is not allowed is refused; what does not fit the memory is dropped and counted", async (t) => {
  const other = await makeRig(t, { allow: ["10.0.0.0/8", "2001:db8::/32"] });
  await other.send(netflow5([flow5()]));
  await other.until(({ refused }) => refused === 1);
  const listed = await makeRig(t, { allow: ["127.0.0.1"] });
  await listed.send(netflow5([flow5()]));
  await listed.until(({ decoded }) => decoded === 1);
  const small = await makeRig(t, { queueBytes: 100 });
  await small.send(netflow5([flow5()]));
  await small.until(({ dropped }) => dropped === 1);
  for (const wrong of ["10.0.0.0/33", "example.org", "10.0.0.1/", "10.0.0.0/8/8", ""]) {
    t.throws(() => parseAddressList([wrong]), { code: "FLM_USAGE" }, wrong);
  }
});

t.test("the queue gives datagrams in their order and never holds more than its bytes", async (t) => {
  const queue = new DatagramQueue(10_000);
  const datagram = (size: number) => ({ source: "a", payload: Buffer.alloc(size, size) });
  const accepted = Array.from({ length: 100 }, (_, size) => size).filter((size) => queue.push(datagram(size)));
  t.ok(accepted.length < 40 && queue.bytes <= 10_000);
  const taken: number[] = [];
  while (queue.bytes > 0) taken.push(...queue.take(600).map(({ payload }) => payload.length));
  t.strictSame(taken, accepted);
  t.strictSame(queue.take(600), []);
  t.ok(queue.push(datagram(9_000)));
});

t.test("a folder that cannot be written ends the collector with a code; a port that is taken does", async (t) => {
  const { collector, send, folder } = await makeRig(t);
  const taken = { host: "127.0.0.1", port: collector.port, allow: null, queueBytes: 1_000 };
  const files = await FlowFiles.create({ folder, rotateMs: 1, now: Date.now });
  await t.rejects(Collector.start({ ...taken, files }), { code: "FLM_PORT_TAKEN" });
  await t.rejects(Collector.start({ ...taken, port: 0, host: "192.0.2.77", files }), { code: "FLM_USAGE" });
  if (process.getuid?.() === 0) return t.comment("root may write anywhere");
  chmodSync(folder, 0o500);
  await send(netflow5([flow5()]));
  await t.rejects(collector.ended, { code: "FLM_FILE_UNREADABLE" });
});

t.test("a full disk ends the collector with a code; the flows before are whole, in a file with its name", async (t) => {
  const { collector, folder, send, until } = await makeRig(t);
  await send(netflow5([flow5({ packets: 1 }), flow5({ packets: 2 })]));
  await until(({ flows }) => flows === 2);
  const handle = await open(join(folder, readdirSync(folder)[0]!));
  const prototype = Object.getPrototypeOf(handle) as { write: (...parameters: unknown[]) => Promise<unknown> };
  await handle.close();
  const { write } = prototype;
  t.teardown(() => Object.assign(prototype, { write }));
  prototype.write = async function (bytes, at, _length, position) {
    // Ten bytes go in, as on a disk whose last block is nearly full.
    await write.call(this, bytes, at, 10, position);
    throw Object.assign(new Error("no space"), { code: "ENOSPC" });
  };
  await send(netflow5([flow5({ packets: 3 })]));
  await t.rejects(collector.ended, { code: "FLM_DISK_FULL", message: /the flows written before are whole/ });
  t.match(readdirSync(folder), [/\.csv$/]);
  t.strictSame(packetsIn(folder), [1, 2]);
  t.match(await collector.counts(), { decoded: 2, flows: 2, files: 1 });
});

t.test("the system's table of sockets tells what it dropped", async (t) => {
  const text = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
 1234: 0100007F:0807 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1111 2 0000000000000000 42
 1235: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 2222 2 0000000000000000 7
`;
  t.strictSame(dropsIn(text, 2055), [42]);
  t.strictSame(dropsIn(text, 9), []);
  t.strictSame(dropsIn("", 2055), []);
});
