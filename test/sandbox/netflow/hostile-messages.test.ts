import { decodeDatagram, MessageDecoder, netflowLimits } from "@flamenco/sandbox/netflow";
import t from "tap";
import {
  decode,
  type FieldSpec,
  flow5,
  ipfix,
  netflow5,
  netflow9,
  optionsTemplate9,
  set,
  template,
  u8,
  u16,
  u32,
} from "./message-encoder.js";

const first = (...datagrams: Buffer[]) => decode(...datagrams).problems[0] ?? "";

t.test("messages that lie about their lengths", async (t) => {
  const whole = netflow5([flow5(), flow5()]);
  t.match(first(whole.subarray(0, 60)), /^malformed-message at 0: a message of 120 octets is cut off/);
  t.equal(decode(whole.subarray(0, 80)).values.length, 1, "what is whole of it counts");
  t.match(first(netflow5([], { count: 31 })), /no header/, "more records than a packet holds");
  t.match(first(netflow9([Buffer.concat([u16(256), u16(3)])])), /no header/);
  t.match(first(netflow9([set(0, template(256, [[2, 4]])), Buffer.concat([u16(256), u16(3)])])), /a set of 3 octets/);
  t.match(first(ipfix([set(2), Buffer.concat([u16(256), u16(600)])])), /a set of 600 octets where 4 are left/);
  t.match(first(ipfix([set(2)], { length: 400 })), /a message of 400 octets is cut off/);
  t.match(first(ipfix([set(2), set(200)])), /a set has the reserved id 200/);
  t.match(first(ipfix([set(2), u8(1)])), /1 octets behind the last set/);
});

t.test("templates that lie or are bombs are refused, and the data of them with a reason", async (t) => {
  const refusals: [name: string, content: Buffer, why: RegExp][] = [
    [
      "records of no octets",
      template(256, [
        [2, 0],
        [1, 0],
      ]),
      /records of no octets/,
    ],
    [
      "more fields than the set",
      Buffer.concat([u16(256), u16(9), u16(2), u16(4)]),
      /says 9 fields, more than its set holds/,
    ],
    ["fields without number", Buffer.concat([u16(256), u16(60_000), u16(2), u16(4)]), /60000 fields; at most/],
    [
      "longer than a message",
      template(
        256,
        Array.from({ length: 3 }, (): FieldSpec => [96, 30_000]),
      ),
      /longer than a message/,
    ],
    ["an id of a set", template(2, [[2, 4]]), /has the id 2; templates begin at 256/],
  ];
  for (const [name, content, why] of refusals) {
    const { problems } = decode(netflow9([set(0, content), set(256, u32(1))]));
    t.match(problems[0], why, name);
    t.match(problems[0], /^malformed-template at 24: /, name);
    t.match(problems[1], /^no-template/, name);
  }
  const odd = decode(netflow9([set(1, Buffer.concat([u16(256), u16(3), u16(4), u32(0), u32(0)]))]));
  t.match(odd.problems[0], /not those of whole fields/);
  t.match(decode(ipfix([set(3, Buffer.concat([u16(256), u16(1)]))])).problems[0], /cut off/);
  t.match(first(ipfix([set(2, Buffer.concat([u16(256), u16(1), u16(0x8001), u16(4)]))])), /more than its set holds/);
});

t.test("a template redefined between messages is read as it was last defined; v9 options share the ids", async (t) => {
  const record = set(256, u32(0x01020304));
  const { values } = decode(
    netflow9([set(0, template(256, [[2, 4]])), record, set(0, template(256, [[8, 4]])), record]),
    netflow9([set(1, optionsTemplate9(256, [], [[41, 4]])), record]),
  );
  t.strictSame(values, [
    { packetDeltaCount: 16_909_060 },
    { sourceIPv4Address: "1.2.3.4" },
    { exportedMessageTotalCount: 16_909_060 },
  ]);
});

t.test("lengths that end with the message: nothing behind its last octet is read", async (t) => {
  const two = set(
    2,
    template(256, [
      [371, 65_535],
      [372, 65_535],
    ]),
  );
  for (const record of ["ff09", "ff", "0161", "0161ff", "0161ff00"]) {
    const { values, problems } = decode(ipfix([two, set(256, Buffer.from(record, "hex"))]));
    t.strictSame(values, [], record);
    t.equal(problems.length, record.length > 2 ? 1 : 0, `${record}: an octet alone is padding`);
  }
  t.match(first(ipfix([], { length: 4 })), /no header/);
});

t.test("a field of variable length that runs past its set ends the set, not the message", async (t) => {
  const { values, problems } = decode(
    ipfix([
      set(2, template(256, [[371, 65_535]]), template(257, [[2, 4]])),
      set(256, u8(1), Buffer.from("a"), u8(200), Buffer.from("bcdefghij")),
      set(256, u8(255), u8(9)),
      set(257, u32(4)),
    ]),
  );
  t.strictSame(values, [{ userName: "a" }, { packetDeltaCount: 4 }]);
  t.equal(problems.length, 2);
  t.match(problems[0], /^malformed-record at \d+: a record of template 256 runs past the end of its set/);
});

t.test("values of the wrong length are shown as octets; dates beyond the calendar break nothing", async (t) => {
  const fields: FieldSpec[] = [
    [8, 3],
    [152, 8],
    [152, 4],
    [56, 2],
    [311, 3],
    [2, 9],
    [95, 1],
  ];
  const { values } = decode(
    ipfix([
      set(2, template(256, fields)),
      set(
        256,
        Buffer.from("aabbcc", "hex"),
        Buffer.alloc(8, 255),
        u32(1),
        u16(2),
        Buffer.alloc(3),
        Buffer.alloc(9, 1),
        u8(3),
      ),
    ]),
  );
  t.match(values[0], {
    sourceIPv4Address: "aabbcc",
    flowStartMilliseconds: ["ffffffffffffffff", "00000001"],
    sourceMacAddress: "0002",
    packetDeltaCount: "010101010101010101",
    applicationId: "03",
  });
});

t.test("a million templates, exporters and fields are held within the ceilings", async (t) => {
  const ignored = { record: () => undefined, problem: () => undefined };
  const decoder = new MessageDecoder(ignored);
  const send = (bytes: Buffer, source: string) => decodeDatagram(decoder, bytes, source);
  for (let base = 256; base < 256 + 4_000; base += 100) {
    const many = Array.from({ length: 100 }, (_, index) => template(base + index, [[2, 4]]));
    send(netflow9([set(0, ...many)]), "a");
  }
  const [exporter] = decoder.exporters.values();
  t.equal(exporter?.templates.size, netflowLimits.templatesOfExporter);
  t.ok(exporter?.templates.has(4_255), "the last defined are kept");
  t.equal(exporter?.fields, netflowLimits.templatesOfExporter);
  const wide = template(
    256,
    Array.from({ length: netflowLimits.fieldsOfTemplate }, (): FieldSpec => [2, 4]),
  );
  for (let source = 0; source < 600; source += 1) send(netflow9([set(0, wide)]), `wide-${source}`);
  const fields = [...decoder.exporters.values()].reduce((sum, one) => sum + one.fields, 0);
  t.ok(fields <= netflowLimits.fields, `${fields} fields`);
  for (let source = 0; source < netflowLimits.exporters + 10; source += 1) send(netflow5([flow5()]), `many-${source}`);
  t.equal([...decoder.exporters.values()].length, netflowLimits.exporters);
  t.ok(decoder.exporters.forgotten > 10);
});

t.test("values cost octets: fields of no octets are no values, however many records there are", async (t) => {
  const zeros = Array.from({ length: 1_000 }, (): FieldSpec => [2, 0]);
  const { values, problems } = decode(
    netflow9([set(0, template(256, [...zeros, [4, 1]])), set(256, Buffer.alloc(60_000))]),
  );
  t.strictSame(problems, []);
  t.equal(values.length, 60_000);
  t.strictSame(values[0], { protocolIdentifier: 0 });
});
