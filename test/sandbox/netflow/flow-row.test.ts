import t from "tap";
import {
  decode,
  EXPORT_SECONDS,
  type FieldSpec,
  flow5,
  ipfix,
  ipv4,
  netflow5,
  netflow9,
  octets,
  optionsTemplate,
  set,
  template,
  u8,
  u16,
  u32,
  u64,
} from "./message-encoder.js";

const EXPORT_MS = EXPORT_SECONDS * 1000;
const addresses: FieldSpec[] = [
  [8, 4],
  [12, 4],
];
const between = Buffer.concat([ipv4("10.0.0.1"), ipv4("10.0.0.2")]);

/** The row of a record with addresses and these fields. */
function rowOf(fields: readonly FieldSpec[], ...values: Buffer[]) {
  return decode(ipfix([set(2, template(256, [...addresses, ...fields])), set(256, between, ...values)])).rows[0];
}

t.test("a one-way record counts forward and says nothing of the other direction", async (t) => {
  t.strictSame(decode(netflow5([flow5()], { nanoseconds: 250_000_000 })).rows, [
    {
      startTimeMs: EXPORT_MS + 250 - 10_000,
      durationSeconds: 5,
      srcAddr: "10.0.0.1",
      dstAddr: "10.0.0.2",
      srcPort: 40_000,
      dstPort: 443,
      protocol: 6,
      tcpFlags: 0x1b,
      packets: 10,
      ipBytes: 1_000,
      packetsPerSecond: 2,
      ipBytesPerSecond: 200,
      fwdPackets: 10,
      fwdIpBytes: 1_000,
    },
  ]);
});

t.test("uptimes wrap after 49.7 days: a flow that began before the wrap is a few seconds old", async (t) => {
  const [row] = decode(netflow5([flow5({ first: 2 ** 32 - 2_000, last: 1_000 })], { uptime: 3_000 })).rows;
  t.match(row, { startTimeMs: EXPORT_MS - 5_000, durationSeconds: 3 });
  const [ahead] = decode(netflow5([flow5({ first: 4_000, last: 4_500 })], { uptime: 3_000 })).rows;
  t.match(ahead, { startTimeMs: EXPORT_MS + 1_000 }, "a clock that runs ahead of the header");
  const [backward] = decode(netflow5([flow5({ first: 2_000, last: 1_000 })], { uptime: 3_000 })).rows;
  t.match(backward, { durationSeconds: -1 }, "an end before the start is left for the import to judge");
  t.notOk("packetsPerSecond" in backward!);
});

t.test("each clock of IPFIX gives the same start and end", async (t) => {
  const ntp = (ms: number) => u64(((BigInt(ms) + 2_208_988_800_000n) * 2n ** 32n) / 1000n + 1n);
  const clocks: [name: string, fields: FieldSpec[], values: Buffer[]][] = [
    [
      "seconds",
      [
        [150, 4],
        [151, 4],
      ],
      [u32(EXPORT_SECONDS - 20), u32(EXPORT_SECONDS - 10)],
    ],
    [
      "milliseconds",
      [
        [152, 8],
        [153, 8],
      ],
      [u64(EXPORT_MS - 20_000), u64(EXPORT_MS - 10_000)],
    ],
    [
      "microseconds",
      [
        [154, 8],
        [155, 8],
      ],
      [ntp(EXPORT_MS - 20_000), ntp(EXPORT_MS - 10_000)],
    ],
    [
      "nanoseconds",
      [
        [156, 8],
        [157, 8],
      ],
      [ntp(EXPORT_MS - 20_000), ntp(EXPORT_MS - 10_000)],
    ],
    [
      "microseconds before the export",
      [
        [158, 4],
        [159, 4],
      ],
      [u32(20_000_000), u32(10_000_000)],
    ],
    [
      "start and duration",
      [
        [152, 8],
        [161, 4],
      ],
      [u64(EXPORT_MS - 20_000), u32(10_000)],
    ],
    [
      "end and duration",
      [
        [153, 8],
        [162, 4],
      ],
      [u64(EXPORT_MS - 10_000), u32(10_000_000)],
    ],
    [
      "a firewall's event for an end",
      [
        [152, 8],
        [323, 8],
      ],
      [u64(EXPORT_MS - 20_000), u64(EXPORT_MS - 10_000)],
    ],
    [
      "uptimes and a start of the exporter",
      [
        [160, 8],
        [22, 4],
        [21, 4],
      ],
      [u64(EXPORT_MS - 90_000), u32(70_000), u32(80_000)],
    ],
  ];
  for (const [name, fields, values] of clocks) {
    const row = rowOf([...fields, [2, 4]], ...values, u32(1));
    t.ok(Math.abs(Number(row?.startTimeMs) - (EXPORT_MS - 20_000)) < 1e-3, name);
    t.ok(Math.abs(Number(row?.durationSeconds) - 10) < 1e-6, name);
  }
});

t.test("a time of 0 is one that the exporter does not know", async (t) => {
  const fields: FieldSpec[] = [
    [152, 8],
    [153, 8],
    [2, 4],
  ];
  t.match(rowOf(fields, u64(0), u64(EXPORT_MS), u32(1)), { startTimeMs: undefined, durationSeconds: undefined });
});

t.test(
  "uptimes in IPFIX count from the start that an options record tells; without one there is no start",
  async (t) => {
    const fields: FieldSpec[] = [...addresses, [22, 4], [21, 4], [2, 4]];
    const flow = [set(2, template(256, fields)), set(256, between, u32(1_000), u32(3_000), u32(4))];
    t.match(decode(ipfix(flow)).rows, [{ durationSeconds: 2, packets: 4, startTimeMs: undefined }]);
    const options = [
      set(
        3,
        optionsTemplate(300, 1, [
          [143, 4],
          [160, 8],
        ]),
      ),
      set(300, u32(1), u64(EXPORT_MS - 60_000)),
    ];
    t.match(decode(ipfix(options), ipfix(flow)).rows, [null, { startTimeMs: EXPORT_MS - 59_000 }]);
    const old = [options[0]!, set(300, u32(1), u64(EXPORT_MS - 2 ** 32 - 60_000))];
    t.match(
      decode(ipfix(old), ipfix(flow)).rows[1],
      { startTimeMs: EXPORT_MS - 59_000 },
      "its uptime has wrapped since",
    );
  },
);

t.test("reverse elements count backward", async (t) => {
  const fields: FieldSpec[] = [
    [2, 4],
    [1, 4],
    [2, 4, 29_305],
    [1, 4, 29_305],
    [6, 1],
    [6, 1, 29_305],
  ];
  t.match(rowOf(fields, u32(3), u32(300), u32(2), u32(5_000), u8(2), u8(0x12)), {
    packets: 5,
    ipBytes: 5_300,
    fwdPackets: 3,
    fwdIpBytes: 300,
    bwdPackets: 2,
    bwdIpBytes: 5_000,
    tcpFlags: 0x12,
  });
});

t.test("a firewall's initiator and responder octets are payload; its events without a flow are no rows", async (t) => {
  const fields: FieldSpec[] = [
    [233, 1],
    [231, 4],
    [232, 4],
    [298, 4],
    [299, 4],
  ];
  const event = (kind: number, bytes = 69) => rowOf(fields, u8(kind), u32(bytes), u32(14_178), u32(0), u32(12));
  t.match(event(2), { bytes: 14_247, fwdBytes: 69, bwdBytes: 14_178, packets: 12, fwdPackets: 0, bwdPackets: 12 });
  t.equal(event(2)?.ipBytes, undefined);
  t.equal(event(1, 0), null, "created, nothing counted yet");
  t.equal(event(3, 0), null, "denied");
  t.match(event(1), { fwdBytes: 69 }, "created, and its first packet counted");
  t.ok(event(5), "updated");
});

t.test("counts behind a middlebox are the same packets, not the other direction", async (t) => {
  const fields: FieldSpec[] = [
    [2, 4],
    [1, 4],
    [24, 4],
    [23, 4],
  ];
  t.match(rowOf(fields, u32(6), u32(748), u32(6), u32(748)), { packets: 6, ipBytes: 748, bwdPackets: undefined });
  t.match(
    rowOf(fields, u32(0), u32(0), u32(1), u32(32)),
    { packets: 1, ipBytes: 32 },
    "they count where nothing came in",
  );
  t.match(rowOf(fields, u32(0), u32(0), u32(0), u32(0)), { packets: 0, ipBytes: 0 });
});

t.test("ICMP types and codes, VLANs, IPv6, flags beyond eight bits", async (t) => {
  const icmp: FieldSpec[] = [
    [4, 1],
    [32, 2],
    [58, 2],
    [2, 4],
  ];
  t.match(rowOf(icmp, u8(1), u16(0x0801), u16(12), u32(1)), { icmpType: 8, icmpCode: 1, vlanId: "12" });
  t.match(rowOf(icmp, u8(6), u16(0x0801), u16(0), u32(1)), { icmpType: undefined, vlanId: undefined });
  const ported: FieldSpec[] = [
    [4, 1],
    [7, 2],
    [11, 2],
    [2, 4],
  ];
  const echo = { icmpType: 8, icmpCode: 0, srcPort: undefined, dstPort: undefined };
  t.match(rowOf(ported, u8(1), u16(0), u16(0x0800), u32(1)), echo, "type and code as the port");
  t.match(
    rowOf(
      [
        [4, 1],
        [178, 1],
        [179, 1],
        [2, 4],
      ],
      u8(58),
      u8(128),
      u8(0),
      u32(1),
    ),
    { icmpType: 128, icmpCode: 0 },
  );
  t.match(
    rowOf(
      [
        [6, 2],
        [2, 4],
      ],
      u16(0x5112),
      u32(1),
    ),
    { tcpFlags: 0x112 },
  );
  const six = [
    set(
      2,
      template(256, [
        [27, 16],
        [28, 16],
        [85, 8],
      ]),
    ),
    set(256, octets(16, 1), octets(16, 2), u64(2 ** 53)),
  ];
  t.match(decode(ipfix(six)).rows, [{ srcAddr: "::1", dstAddr: "::2", ipBytes: 2 ** 53 }]);
});

t.test("records without addresses or counts are no flows", async (t) => {
  const { rows } = decode(
    netflow9([
      set(
        0,
        template(256, [
          [8, 4],
          [12, 4],
          [4, 1],
        ]),
        template(257, [
          [2, 4],
          [1, 4],
        ]),
      ),
      set(256, between, u8(6)),
      set(257, u32(1), u32(2)),
    ]),
  );
  t.strictSame(rows, [null, null]);
});
