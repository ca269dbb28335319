import t from "tap";
import {
  decode,
  EXPORT_SECONDS,
  flow5,
  ipfix,
  ipv4,
  netflow5,
  netflow9,
  octets,
  optionsTemplate,
  optionsTemplate9,
  set,
  template,
  u8,
  u16,
  u32,
  u64,
  variable,
} from "./message-encoder.js";

t.test("NetFlow v5: header, records, sampling", async (t) => {
  const { values, problems, decoder } = decode(netflow5([flow5(), flow5({ packets: 3 })], { sampling: 0x4064 }));
  t.strictSame(problems, []);
  t.match(values, [
    { sourceIPv4Address: "10.0.0.1", destinationTransportPort: 443, packetDeltaCount: 10, bgpSourceAsNumber: 64_496 },
    { packetDeltaCount: 3, sourceIPv4PrefixLength: 24, destinationIPv4PrefixLength: 16, tcpControlBits: 0x1b },
  ]);
  t.equal([...decoder.exporters.values()][0]?.samplingInterval, 100, "the interval without its mode");
});

t.test("NetFlow v1 and v7 have records of 52 octets", async (t) => {
  const common = [ipv4("10.0.0.1"), ipv4("10.0.0.2"), u32(0), u16(1), u16(2), u32(10), u32(1_000), u32(1), u32(2)];
  const ports = [u16(53), u16(40_000)];
  const head = (version: number) => [u16(version), u16(1), u32(60_000), u32(EXPORT_SECONDS), u32(0)];
  const v1 = Buffer.concat([...head(1), ...common, ...ports, u16(0), u8(17), u8(4), u8(2), Buffer.alloc(11)]);
  const v7 = Buffer.concat([
    ...[...head(7), u32(0), u32(0), ...common, ...ports, u8(0), u8(2), u8(17), u8(4)],
    ...[u16(1), u16(2), u8(3), u8(4), u16(0), ipv4("10.9.9.9")],
  ]);
  const flow = {
    packetDeltaCount: 10,
    sourceTransportPort: 53,
    protocolIdentifier: 17,
    ipClassOfService: 4,
    tcpControlBits: 2,
  };
  t.match(decode(v1), { values: [flow], problems: [] });
  t.match(decode(v7), { values: [{ ...flow, ipv4RouterSc: "10.9.9.9" }], problems: [] });
});

t.test("NetFlow v9: a template serves the data of later messages of its source id alone", async (t) => {
  const templates = netflow9(
    [
      set(
        0,
        template(300, [
          [8, 4],
          [2, 4],
        ]),
      ),
    ],
    { domain: 7 },
  );
  const data = (domain: number) => netflow9([set(300, ipv4("10.0.0.1"), u32(5), ipv4("10.0.0.2"), u32(6))], { domain });
  t.strictSame(decode(templates, data(7)).values, [
    { sourceIPv4Address: "10.0.0.1", packetDeltaCount: 5 },
    { sourceIPv4Address: "10.0.0.2", packetDeltaCount: 6 },
  ]);
  t.strictSame(decode(templates, data(8)).problems, [
    "no-template at 20: a data set of template 300, which was not seen before it",
  ]);
});

t.test("NetFlow v9: options with scopes, vendors' ids, numbers of fewer octets, fields of none", async (t) => {
  const { values, problems } = decode(
    netflow9([
      set(
        1,
        optionsTemplate9(
          256,
          [
            [1, 4],
            [2, 0],
          ],
          [[34, 2]],
        ),
        u16(0),
      ),
      set(256, u32(9), u16(512), u16(0)),
      set(
        0,
        template(257, [
          [1, 3],
          [95, 4],
          [33_000, 12],
          [56_701, 8],
          [60_000, 2],
          [7, 0],
        ]),
      ),
      set(257, octets(3, 70_000), u8(13), octets(3, 431), octets(12, 1), Buffer.from("ssl\0\0\0\0\0"), u16(0xabcd)),
    ]),
  );
  t.strictSame(problems, []);
  t.strictSame(values, [
    { scopeSystem: 9, samplingInterval: 512 },
    {
      octetDeltaCount: 70_000,
      applicationId: "13:431",
      ingressAclId: "000000000000000000000001",
      paloAltoAppId: "ssl",
      element60000: "abcd",
    },
  ]);
});

t.test("IPFIX: variable lengths, enterprises, reverse elements, dates, floats and large counts", async (t) => {
  const fields = template(256, [
    [371, 65_535],
    [33, 2, 6871],
    [2, 8, 29_305],
    [16_398, 1, 6871],
    [1, 2, 4242],
    [152, 8],
    [154, 8],
    [156, 8],
    [150, 4],
    [311, 8],
    [1, 8],
    [27, 16],
    [80, 6],
  ]);
  const ntp = u64((BigInt(EXPORT_SECONDS) + 2_208_988_800n) * 2n ** 32n + 2n ** 31n);
  const half = Buffer.alloc(8);
  half.writeDoubleBE(0.5);
  const record = (name: string) =>
    Buffer.concat([
      ...[
        variable(Buffer.from(name)),
        u16(53),
        u64(7),
        u8(0x12),
        u16(0xbeef),
        u64(EXPORT_SECONDS * 1000 + 1),
        ntp,
        ntp,
      ],
      ...[u32(EXPORT_SECONDS), half, u64(2n ** 63n), octets(16, 0x0db8), Buffer.from("0050569c0001", "hex")],
    ]);
  const { values, problems } = decode(ipfix([set(2, fields), set(256, record("ann"), record("b".repeat(300)))]));
  t.strictSame(problems, []);
  t.strictSame(values[0], {
    userName: "ann",
    silkAppLabel: 53,
    reversePacketDeltaCount: 7,
    reverseInitialTCPFlags: 0x12,
    enterprise4242Element1: "beef",
    flowStartMilliseconds: "2020-01-01T00:00:00.001Z",
    flowStartMicroseconds: "2020-01-01T00:00:00.500000Z",
    flowStartNanoseconds: "2020-01-01T00:00:00.500000000Z",
    flowStartSeconds: "2020-01-01T00:00:00.000Z",
    samplingProbability: 0.5,
    octetDeltaCount: "9223372036854775808",
    sourceIPv6Address: "::db8",
    destinationMacAddress: "00:50:56:9c:00:01",
  });
  t.equal(String(values[1]?.userName).length, 300);
});

t.test("IPFIX: options, withdrawal of one template and of all, lists kept as octets, an element twice", async (t) => {
  const both = set(
    2,
    template(256, [[2, 4]]),
    template(257, [
      [2, 4],
      [2, 4],
    ]),
  );
  const options = set(
    3,
    optionsTemplate(258, 1, [
      [143, 4],
      [305, 4],
      [306, 4],
    ]),
  );
  const data = [set(256, u32(1)), set(257, u32(2), u32(3)), set(258, u32(1), u32(1), u32(99))];
  const before = decode(ipfix([both, options, ...data]));
  t.match(before.values, [{ packetDeltaCount: 1 }, { packetDeltaCount: [2, 3] }, { samplingPacketSpace: 99 }]);
  t.equal([...before.decoder.exporters.values()][0]?.samplingInterval, 100, "1 taken, 99 left out");
  const one = decode(ipfix([both, options]), ipfix([set(2, template(256, []))]), ipfix(data));
  t.strictSame(one.problems, ["no-template at 16: a data set of template 256, which was not seen before it"]);
  const all = decode(ipfix([both, options]), ipfix([set(2, template(2, []))]), ipfix(data));
  t.equal(all.problems.length, 2);
  t.match(all.values, [{ samplingPacketInterval: 1 }], "options templates are a sort of their own");
  const list = decode(
    ipfix([set(2, template(256, [[291, 65_535]])), set(256, variable(Buffer.from("ff0001", "hex")))]),
  );
  t.strictSame(list.values, [{ basicList: "ff0001" }]);
});

t.test("padding: of sets, of messages filled up with zeros, between records of variable length", async (t) => {
  const padded = [
    set(
      0,
      template(256, [
        [4, 1],
        [7, 2],
      ]),
      u16(0),
    ),
    set(256, u8(6), u16(80), u8(0)),
  ];
  t.match(decode(Buffer.concat([netflow9(padded), Buffer.alloc(99)])), {
    values: [{ sourceTransportPort: 80 }],
    problems: [],
  });
  const text = [
    set(
      2,
      template(256, [
        [371, 65_535],
        [7, 2],
      ]),
    ),
    set(256, variable(Buffer.from("x")), u16(80), u16(0)),
  ];
  t.match(decode(ipfix(text)), { values: [{ userName: "x" }], problems: [] });
});

t.test("sequence numbers tell what was lost, each version in its unit", async (t) => {
  const lost = (...datagrams: Buffer[]) => {
    const [exporter] = decode(...datagrams).decoder.exporters.values();
    const { unit, lost, gaps, disorders } = exporter!.sequence;
    return [unit, lost, gaps, disorders];
  };
  const v5 = (sequence: number) => netflow5([flow5(), flow5()], { sequence });
  t.strictSame(lost(v5(10), v5(12), v5(17)), ["records", 3, 1, 0]);
  t.strictSame(lost(v5(2 ** 32 - 2), v5(0)), ["records", 0, 0, 0], "they wrap");
  t.strictSame(lost(v5(2 ** 32 - 1), v5(0)), ["records", 0, 0, 1], "behind, over the wrap");
  t.strictSame(lost(v5(1_000), v5(5), v5(7)), ["records", 0, 0, 1], "a restart is no loss");
  const v9 = (sequence: number) => netflow9([set(0, template(256, [[2, 4]]))], { sequence });
  t.strictSame(lost(v9(1), v9(2), v9(5)), ["messages", 2, 1, 0]);
  const templates = set(2, template(256, [[2, 4]]));
  const v10 = (sequence: number, ...sets: Buffer[]) => ipfix([templates, ...sets], { sequence });
  t.strictSame(lost(v10(0, set(256, u32(1), u32(2))), v10(2), v10(4)), ["records", 2, 1, 0]);
  t.strictSame(lost(v10(0, set(999, u32(1))), v10(40)), ["records", 0, 0, 0], "uncounted records make no gap");
});
