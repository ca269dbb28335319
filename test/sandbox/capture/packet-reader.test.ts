import { DatagramReader, formatAddress } from "@flamenco/sandbox/capture";
import t from "tap";
import { readPackets } from "./capture-fixture.js";
import { address6, ethernet, icmp, ipv4, ipv6, pcap, tcp, udp } from "./packet-bytes.js";

const content = ipv4(udp(5353, 53, 10), { protocol: 17 });

/** The only packet of a capture of one frame, or why it was skipped. */
function readOne(bytes: readonly number[], linkType = 1, wire?: number) {
  const frame = wire === undefined ? { micros: 1e6, bytes } : { micros: 1e6, bytes, wire };
  const { packets, tally } = readPackets(pcap([frame], { linkType }));
  const skipped = Object.entries(tally.skipped).find(([, count]) => count > 0)?.[0];
  return packets[0] ?? skipped;
}

t.test("finds IP behind every link layer that it reads", async (t) => {
  const cooked = (type: number) => [...new Array<number>(14).fill(0), type >> 8, type & 0xff];
  const six = ipv6(udp(5353, 53, 10), { next: 17 });
  const layers: [string, number, number[]][] = [
    ["Ethernet", 1, ethernet(content)],
    ["Ethernet, IPv6", 1, ethernet(six, 0x86dd)],
    ["raw IP", 101, content],
    ["raw IP of a DLT", 12, six],
    ["raw IPv4", 228, content],
    ["raw IPv6", 229, six],
    ["Linux cooked", 113, [...cooked(0x0800), ...content]],
    ["Linux cooked 2", 276, [0x86, 0xdd, ...new Array<number>(18).fill(0), ...six]],
    ["BSD loopback, little-endian", 0, [2, 0, 0, 0, ...content]],
    ["BSD loopback, big-endian", 0, [0, 0, 0, 30, ...six]],
    ["OpenBSD loopback", 108, [0, 0, 0, 2, ...content]],
    ["PPP with address and control", 9, [0xff, 3, 0, 0x21, ...content]],
    ["PPP without", 9, [0, 0x57, ...six]],
    ["PPP, short protocol", 50, [0x21, ...content]],
    ["Cisco HDLC", 104, [0x0f, 0, 8, 0, ...content]],
    ["MPLS, two labels", 1, ethernet([0, 1, 0, 64, 0, 2, 1, 64, ...content], 0x8847)],
    ["PPPoE", 1, ethernet([0x11, 0, 0, 1, 0, 40, 0, 0x21, ...content], 0x8864)],
  ];
  for (const [name, linkType, bytes] of layers) {
    t.match(readOne(bytes, linkType), { srcPort: 5353, dstPort: 53, payloadBytes: 10, capturedPayload: 10 }, name);
  }
});

t.test("skips and counts what is no IP, or behind a link layer that it does not read", async (t) => {
  t.equal(readOne(ethernet(new Array<number>(40).fill(0), 0x0806)), "not-ip");
  t.equal(readOne(content, 147), "unknown-link-type");
  t.equal(readOne([0xff, 3, 0xc0, 0x21, 1, 1, 0, 4], 9), "not-ip");
  t.equal(readOne([7, 0, 0, 0, ...content], 0), "not-ip");
  t.equal(readOne([0x20, ...content.slice(1)], 101), "not-ip");
  t.equal(readOne(ethernet([0, 1, 1, 64, 0x20, 0], 0x8847)), "not-ip");
  for (const [linkType, length] of [
    [1, 13],
    [113, 15],
    [276, 19],
    [0, 3],
    [9, 3],
    [101, 0],
    [101, 19],
    [104, 3],
  ] as const) {
    t.equal(readOne(content.slice(0, length), linkType), "cut-off", `${linkType}`);
  }
});

t.test("tells VLANs apart, one tag and two", async (t) => {
  t.match(readOne(ethernet(content)), { vlan: 0 });
  t.match(readOne(ethernet(content, 0x0800, [0x2005])), { vlan: 5 }, "the priority bits are no part of it");
  t.match(readOne(ethernet(content, 0x0800, [7, 5])), { vlan: (7 << 12) | 5 });
  t.equal(readOne(ethernet(content, 0x0800, new Array<number>(9).fill(1))), "not-ip", "a tower of tags ends");
});

t.test("takes lengths from the IP header, not from what was captured", async (t) => {
  const ack = ipv4(tcp(1, 2), { protocol: 6 });
  t.match(readOne([...ethernet(ack), 0, 0, 0, 0, 0, 0]), { payloadBytes: 0, ipBytes: 40, frameBytes: 60 }, "padding");
  const long = ethernet(ipv4(tcp(1, 2, { payload: 1000 }), { protocol: 6 }));
  const cut = { payloadBytes: 1000, ipBytes: 1040, frameBytes: 1054, capturedPayload: 46 };
  t.match(readOne(long.slice(0, 100), 1, 1054), cut, "a short snapshot length");
  const offloaded = ethernet(ipv4(tcp(1, 2, { payload: 5000 }), { protocol: 6, total: 0 }));
  t.match(readOne(offloaded), { payloadBytes: 5000, ipBytes: 5040 }, "a packet that the card had still to cut");
  const jumbo = ipv6([6, 0, 0xc2, 4, 0, 0, 0x20, 0, ...tcp(1, 2, { payload: 5000 })], { next: 0, length: 0 });
  t.match(readOne(jumbo, 101), { payloadBytes: 5000 }, "a jumbogram");
});

t.test("steps over IPv4 options and IPv6 extension headers", async (t) => {
  t.match(readOne(ipv4(udp(1, 2, 3), { protocol: 17, options: 8 }), 101), { srcPort: 1, payloadBytes: 3 });
  const options = [0, 0, 1, 4, 0, 0, 0, 0];
  const chain = [
    43,
    0,
    1,
    4,
    0,
    0,
    0,
    0,
    60,
    ...options.slice(1),
    51,
    ...options.slice(1),
    17,
    4,
    ...new Array<number>(22).fill(0),
  ];
  const packet = readOne(ipv6([...chain, ...udp(1, 2, 3)], { next: 0 }), 101);
  t.match(packet, { protocol: 17, srcPort: 1, dstPort: 2, payloadBytes: 3 });
  const endless = new Array<number[]>(40).fill([0, 0, 1, 4, 0, 0, 0, 0]).flat();
  t.equal(readOne(ipv6(endless, { next: 0 }), 101), "malformed", "an endless chain of headers ends");
});

t.test("counts later fragments and never takes ports out of them", async (t) => {
  t.equal(readOne(ipv4(udp(1, 2, 3), { protocol: 17, offset: 5 }), 101), "fragment");
  t.match(readOne(ipv4(udp(1, 2, 3), { protocol: 17, more: true }), 101), { srcPort: 1 }, "the first has them");
  const header = (offset: number) => [17, 0, offset >> 8, offset & 0xff, 0, 0, 0, 9];
  t.equal(readOne(ipv6([...header(8), ...udp(1, 2, 3)], { next: 44 }), 101), "fragment");
  t.match(readOne(ipv6([...header(1), ...udp(1, 2, 3)], { next: 44 }), 101), { srcPort: 1, payloadBytes: 3 });
});

t.test("reads the ports of TCP, UDP and SCTP alone", async (t) => {
  const sctp = [0, 80, 0, 90, ...new Array<number>(8).fill(0), 1, 2, 3, 4];
  t.match(readOne(ipv4(sctp, { protocol: 132 }), 101), { srcPort: 80, dstPort: 90, headerBytes: 12, payloadBytes: 4 });
  const ping = readOne(ipv4(icmp(8, 0, 77, 56), { protocol: 1 }), 101);
  t.match(ping, { srcPort: 0, dstPort: 0, headerBytes: 8, payloadBytes: 56 });
  t.match(readOne(ipv4([1, 2, 3, 4, 5], { protocol: 47 }), 101), {
    protocol: 47,
    srcPort: 0,
    headerBytes: 0,
    payloadBytes: 5,
  });
  t.match(readOne(ipv4(tcp(1, 2, { options: 12, payload: 7, flags: 0x18 }), { protocol: 6 }), 101), {
    headerBytes: 32,
    payloadBytes: 7,
    tcpFlags: 0x18,
  });
});

t.test("does not open tunnels: the outer packet is metered", async (t) => {
  t.match(readOne(ipv6(content, { next: 4 }), 101), { protocol: 4, src: "2001:db8::1", payloadBytes: content.length });
});

t.test("skips packets whose lengths contradict each other or whose headers were not captured", async (t) => {
  t.equal(readOne([0x44, ...content.slice(1)], 101), "malformed", "a header of 16 bytes");
  t.equal(readOne(ipv4(udp(1, 2), { protocol: 17, total: 19 }), 101), "malformed", "shorter than its header");
  t.equal(readOne(ipv4(udp(1, 2), { protocol: 17, total: 24 }), 101), "malformed", "no room for UDP");
  const short = tcp(1, 2);
  short[12] = 0x40;
  t.equal(readOne(ipv4(short, { protocol: 6 }), 101), "malformed", "a TCP header of 16 bytes");
  const long = tcp(1, 2);
  long[12] = 0xf0;
  t.equal(readOne(ipv4(long, { protocol: 6 }), 101), "malformed", "a TCP header longer than the packet");
  t.equal(readOne(content.slice(0, 27), 101, content.length), "cut-off", "half a UDP header");
  t.equal(readOne(ipv4(tcp(1, 2), { protocol: 6, total: 0 }), 101, 0xffff_fff0), "malformed", "a wire length of 4 GB");
});

t.test("writes addresses as RFC 5952 does", async (t) => {
  const texts = [
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["2001:0db8::0001", "2001:db8::1"],
    ["2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:0:0:2:0:0:3:4", "1::2:0:0:3:4"],
    ["a:b:c:d:e:f:1:2", "a:b:c:d:e:f:1:2"],
  ] as const;
  for (const [text, canonical] of texts) t.equal(formatAddress(Buffer.from(address6(text)), 0, 6), canonical);
  t.equal(formatAddress(Buffer.from([...new Array<number>(10).fill(0), 255, 255, 1, 2, 3, 4]), 0, 6), "::ffff:1.2.3.4");
  t.equal(formatAddress(Buffer.from([9, 192, 0, 2, 1]), 1, 4), "192.0.2.1");
});

t.test("hands over the payloads of UDP datagrams", async (t) => {
  const seen: unknown[] = [];
  const reader = new DatagramReader(({ payload, ...rest }) => seen.push({ ...rest, payload: payload.toString("hex") }));
  const wire = ethernet(ipv4(udp(2055, 9995, [1, 2, 3, 4]), { protocol: 17 }));
  reader.push(
    pcap([
      { micros: 5e6, bytes: wire },
      { micros: 6e6, bytes: ethernet(ipv4(tcp(1, 2, { payload: 4 }), { protocol: 6 })) },
      { micros: 7e6, bytes: wire.slice(0, -2), wire: wire.length },
    ]),
  );
  const tally = reader.finish();
  const datagram = { srcAddr: "10.0.0.1", dstAddr: "10.0.0.2", srcPort: 2055, dstPort: 9995, payloadBytes: 4 };
  t.same(seen, [
    { ...datagram, timeMicros: 5e6, payload: "01020304" },
    { ...datagram, timeMicros: 7e6, payload: "0102" },
  ]);
  t.equal(tally.packets, 3);
});
