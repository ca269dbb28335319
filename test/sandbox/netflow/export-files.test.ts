import { ExporterTable, ExportFile, netflowCaptureFormat, netflowFormat } from "@flamenco/sandbox/netflow";
import { type Cell, type RecordFormat, recordDropReasons } from "@flamenco/sandbox/records";
import t from "tap";
import {
  EXPORT_SECONDS,
  type FieldSpec,
  flow5,
  ipfix,
  ipv4,
  netflow5,
  netflow9,
  optionsTemplate9,
  set,
  template,
  u8,
  u16,
  u32,
} from "./message-encoder.js";

interface Read {
  readonly rows: [record: number, cells: readonly Cell[]][];
  readonly drops: [reason: string, record: number][];
  readonly notes: string[];
}

function read(bytes: Buffer, { chunk = bytes.length, format = netflowFormat as RecordFormat } = {}): Read {
  const found: Read = { rows: [], drops: [], notes: [] };
  const decoder = format.open({
    row: (record, cells) => found.rows.push([record, cells]),
    drop: (reason, record) => found.drops.push([reason, record]),
    note: (text) => found.notes.push(text),
  });
  for (let at = 0; at < bytes.length; at += chunk) decoder.push(Buffer.from(bytes.subarray(at, at + chunk)));
  decoder.finish();
  return found;
}

const fields: FieldSpec[] = [
  [8, 4],
  [12, 4],
  [2, 4],
  [1, 4],
];
const templates = netflow9([set(0, template(256, fields)), set(1, optionsTemplate9(257, [[1, 4]], [[34, 4]]))]);
const flow = (packets: number) => Buffer.concat([ipv4("10.0.0.1"), ipv4("10.0.0.2"), u32(packets), u32(100 * packets)]);
const data = (packets: number) => netflow9([set(256, flow(packets), flow(packets + 1))]);
const packetsAt = netflowFormat.fields.indexOf("packets");
const packetsOf = ({ rows }: Read) => rows.map(([, cells]) => cells[packetsAt]);

t.test(
  "messages of all versions that follow each other are told apart without lengths, in chunks of any size",
  async (t) => {
    const file = Buffer.concat([
      ...[templates, data(1), netflow5([flow5({ packets: 3 })]), Buffer.alloc(40), data(4), data(6)],
      ...[ipfix([set(2, template(256, fields)), set(256, flow(8))]), netflow5([flow5({ packets: 9 })]), data(10)],
    ]);
    const whole = read(file);
    t.strictSame(packetsOf(whole), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    t.strictSame(
      whole.rows.map(([record]) => record),
      [2, 2, 3, 4, 4, 5, 5, 6, 7, 8, 8],
      "messages from 1",
    );
    t.strictSame(whole.drops, []);
    for (const chunk of [1, 7, 64, 1000]) t.strictSame(read(file, { chunk }), whole, `chunks of ${chunk}`);
    const long = Buffer.concat(Array.from({ length: 4_000 }, () => data(1)));
    t.equal(
      read(Buffer.concat([templates, long]), { chunk: 100_000 }).rows.length,
      8_000,
      "beyond one message's length",
    );
  },
);

t.test("the account: rows, drops by reason, notes", async (t) => {
  const file = Buffer.concat([
    netflow9([set(300, u32(1))]),
    templates,
    netflow9([set(257, u32(1), u32(100)), set(256, flow(1))]),
    netflow9([set(0, template(258, [[9, 4]]), template(259, [[2, 0]])), set(258, u32(7))]),
  ]);
  const { rows, drops, notes } = read(file);
  t.equal(rows.length, 1);
  t.strictSame(drops, [
    ["no-template", 1],
    ["unsupported-record", 4],
  ]);
  t.ok(drops.every(([reason]) => reason in recordDropReasons));
  t.match(
    notes.join("\n"),
    /options records.*: 1\ntemplates refused.*: 1\n.*one packet in 100; .*nothing is multiplied/s,
  );
});

t.test("behind a damaged message it goes on with the next one, and behind garbage", async (t) => {
  const damaged = netflow9([set(256, flow(1)), Buffer.concat([u16(256), u16(2), u32(0)])]);
  const file = Buffer.concat([templates, damaged, data(5), Buffer.from("no message at all, of no version"), data(7)]);
  const found = read(file);
  t.strictSame(packetsOf(found), [1, 5, 6, 7, 8]);
  t.strictSame(
    found.drops.map(([reason]) => reason),
    ["malformed-record", "malformed-record"],
  );
  t.match(found.notes, [/bytes that are no part of a message: 4\d/]);
  for (const chunk of [1, 13]) t.strictSame(read(file, { chunk }), found);
  const cut = read(Buffer.concat([templates, data(1).subarray(0, 50)]));
  t.strictSame([cut.rows.length, cut.drops], [0, [["malformed-record", 2]]], "a file that ends within a message");
  t.strictSame(read(Buffer.alloc(0)), { rows: [], drops: [], notes: [] });
});

t.test(
  "garbage longer than a message: nothing of the next one is lost, and places are bytes of the file",
  async (t) => {
    const garbage = Buffer.alloc(70_000, 0xff);
    const file = Buffer.concat([templates, data(1), garbage, data(3), netflow9([set(999, u32(1))]), garbage, data(5)]);
    const second = templates.length + data(1).length + garbage.length;
    for (const chunk of [file.length, second + 10, 4_096]) {
      const places: string[] = [];
      let records = 0;
      const sink = {
        record: () => {
          records += 1;
        },
        problem: (_problem: string, _text: string, place: string) => places.push(place),
      };
      const source = new ExportFile(sink, new ExporterTable());
      for (let at = 0; at < file.length; at += chunk) source.push(file.subarray(at, at + chunk));
      t.strictSame(source.finish(), ["bytes that are no part of a message: 140000"]);
      t.equal(records, 6, `chunks of ${chunk}`);
      const lost = second + data(3).length + 20;
      t.strictSame(places, [`byte ${second - garbage.length}`, `byte ${lost}`, `byte ${lost + 8}`]);
    }
  },
);

t.test("the first bytes tell: versions with a header that can be one, and neither text nor captures", async (t) => {
  for (const head of [netflow5([flow5()]), templates, ipfix([set(2, template(256, fields))])]) {
    t.ok(netflowFormat.recognizes(head.subarray(0, 4_096)));
  }
  for (const other of [
    "ts,te,td,sa,da\n1,2,3,4,5\n",
    '{"type":"ping"}',
    "d4c3b2a1020004000000000000000000",
    "\0\x05\xd9\x1e",
  ]) {
    t.notOk(netflowFormat.recognizes(Buffer.from(other, /^[0-9a-f]+$/.test(other) ? "hex" : "latin1")));
  }
  t.notOk(netflowFormat.recognizes(Buffer.alloc(4_096)));
});

/** A pcap of UDP datagrams over raw IPv4 (LINKTYPE_RAW, 101). */
function pcapOf(datagrams: readonly { from: string; payload: Buffer }[]): Buffer {
  const little = (value: number) => u32(value).reverse();
  const header = [Buffer.from("d4c3b2a102000400", "hex"), little(0), little(0), little(65_535), little(101)];
  const packets = datagrams.map(({ from, payload }) => {
    const udp = [u16(9_999), u16(12_345), u16(8 + payload.length), u16(0), payload];
    const ip = [
      u8(0x45),
      u8(0),
      u16(28 + payload.length),
      u32(0),
      u8(64),
      u8(17),
      u16(0),
      ipv4(from),
      ipv4("10.9.9.9"),
    ];
    const bytes = Buffer.concat([...ip, ...udp]);
    return Buffer.concat([little(EXPORT_SECONDS), little(0), little(bytes.length), little(bytes.length), bytes]);
  });
  return Buffer.concat([...header, ...packets]);
}

t.test(
  "a capture gives the messages of its datagrams, exporters apart by address; other traffic is counted",
  async (t) => {
    const capture = pcapOf([
      { from: "10.1.1.1", payload: templates },
      { from: "10.1.1.2", payload: data(1) },
      { from: "10.1.1.1", payload: data(3) },
      { from: "10.1.1.1", payload: Buffer.from("GET / of something else") },
      { from: "10.1.1.1", payload: netflow5([flow5()]).subarray(0, 50) },
      { from: "10.1.1.3", payload: netflow5([flow5({ packets: 9 })]) },
    ]);
    t.notOk(netflowCaptureFormat.recognizes(capture), "captures are metered unless this is asked for");
    const found = read(capture, { format: netflowCaptureFormat, chunk: 33 });
    t.strictSame(packetsOf(found), [3, 4, 9]);
    t.strictSame(found.drops, [["no-template", 2]]);
    t.match(found.notes, ["UDP datagrams that are no export messages: 2"]);
  },
);
