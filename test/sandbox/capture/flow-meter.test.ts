import { FlowMeter, PacketReader, timeoutsOf } from "@flamenco/sandbox/capture";
import t from "tap";
import { endsOf, meterFlows } from "./capture-fixture.js";
import { ethernet, icmp, ipv4, ipv6, pcap, type TcpOptions, tcp, udp } from "./packet-bytes.js";

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;

interface Sent {
  readonly at: number;
  readonly bytes: readonly number[];
}

/** A TCP packet of the client 10.0.0.9:40000 to the server 10.0.0.1:443, or back. Seconds. */
const toServer = (at: number, options: TcpOptions = {}): Sent => ({
  at,
  bytes: ipv4(tcp(40_000, 443, options), { src: "10.0.0.9", dst: "10.0.0.1", protocol: 6 }),
});
const toClient = (at: number, options: TcpOptions = {}): Sent => ({
  at,
  bytes: ipv4(tcp(443, 40_000, options), { src: "10.0.0.1", dst: "10.0.0.9", protocol: 6 }),
});
const datagram = (at: number, options: { src?: string; dst?: string; ports?: [number, number] } = {}): Sent => ({
  at,
  bytes: ipv4(udp(...(options.ports ?? [5000, 53]), 4), { protocol: 17, ...options }),
});

const capture = (sent: readonly Sent[]) =>
  pcap(
    sent.map(({ at, bytes }) => ({ micros: at * 1e6, bytes })),
    { linkType: 101 },
  );

/** Forward and backward packets of each flow, by start. */
function countsOf(sent: readonly Sent[], timeouts = timeoutsOf("corrected")): [number, number][] {
  return meterFlows(capture(sent), { timeouts })
    .flows.sort((a, b) => a.firstMicros - b.firstMicros || a.connection - b.connection)
    .map(({ forward, backward }) => [forward.packets, backward.packets]);
}

const handshake = [toServer(0, { flags: SYN }), toClient(0.1, { flags: SYN | ACK }), toServer(0.2)];
const close = [toServer(1, { flags: FIN | ACK }), toClient(1.1, { flags: FIN | ACK }), toServer(1.2)];

t.test("both directions are one flow of the one who began it", async (t) => {
  const { flows } = meterFlows(capture([...handshake, ...close]));
  t.equal(flows.length, 1);
  const { src, dst } = endsOf(flows[0]!);
  t.same(
    [src, dst],
    [
      { address: "10.0.0.9", port: 40_000 },
      { address: "10.0.0.1", port: 443 },
    ],
  );
  t.match(flows[0], { forward: { packets: 4 }, backward: { packets: 2 }, durationMicros: 1.2e6 });
});

t.test("of a capture that begins with the answer to a SYN, the initiator is who got it", async (t) => {
  const { flows, tally } = meterFlows(capture([toClient(0, { flags: SYN | ACK }), toServer(0.1), toServer(0.2)]));
  t.match(flows, [{ forward: { packets: 2 }, backward: { packets: 1 } }]);
  t.equal(endsOf(flows[0]!).src.port, 40_000);
  t.equal(tally.flows.withoutSyn, 0);
});

t.test("late packets after both FINs stay in the flow, a new SYN begins another", async (t) => {
  const late = [toClient(2, { flags: FIN | ACK }), toServer(2.1)];
  t.same(countsOf([...handshake, ...close, ...late]), [[5, 3]]);
  const again = [toServer(3, { flags: SYN, sequence: 99 }), toClient(3.1, { flags: SYN | ACK })];
  t.same(countsOf([...handshake, ...close, ...late, ...again]), [
    [5, 3],
    [1, 1],
  ]);
});

t.test("a repeated SYN with the same sequence number begins nothing", async (t) => {
  const refused = [toServer(0, { flags: SYN, sequence: 7 }), toClient(0.1, { flags: RST | ACK })];
  t.same(countsOf([...refused, toServer(1, { flags: SYN, sequence: 7 })]), [[2, 1]]);
  t.same(countsOf([...refused, toServer(1, { flags: SYN, sequence: 8 })]), [
    [1, 1],
    [1, 0],
  ]);
});

t.test("a FIN of one side alone does not close, and an RST does", async (t) => {
  const halfClosed = [...handshake, toServer(1, { flags: FIN | ACK }), toClient(1.1)];
  t.same(countsOf([...halfClosed, toServer(2, { flags: SYN, sequence: 9 })]), [[4, 2]]);
  const reset = [...handshake, toClient(1, { flags: RST })];
  t.same(countsOf([...reset, toServer(1.5), toServer(2, { flags: SYN, sequence: 9 })]), [
    [3, 2],
    [1, 0],
  ]);
});

t.test("FINs of both sides close at the next ACK", async (t) => {
  const fins = close.slice(0, 2);
  const again = toServer(3, { flags: SYN, sequence: 9 });
  t.same(countsOf([...handshake, ...fins, toServer(1.2, { flags: 0 }), again]), [[5, 2]]);
  t.same(countsOf([...handshake, ...fins, toServer(1.2), again]), [
    [4, 2],
    [1, 0],
  ]);
});

t.test("a closed flow ends after its linger, an open one after the idle timeout", async (t) => {
  t.same(countsOf([...handshake, ...close, toServer(61)]), [[5, 2]]);
  t.same(countsOf([...handshake, ...close, toServer(62)]), [
    [4, 2],
    [1, 0],
  ]);
  t.same(countsOf([...handshake, toServer(110)]), [[3, 1]]);
  t.same(countsOf([datagram(0), datagram(60)]), [[2, 0]]);
  t.same(countsOf([datagram(0), datagram(60.000_001)]), [
    [1, 0],
    [1, 0],
  ]);
  t.same(countsOf([datagram(0), datagram(100)], timeoutsOf("compat-2021")), [[2, 0]], "CICFlowMeter has none");
});

t.test("a long connection is several records with one initiator and one number", async (t) => {
  const long = [
    ...handshake,
    ...[50, 100, 119].map((at) => toClient(at)),
    toClient(121),
    toServer(122),
    toClient(241.5),
  ];
  const { flows } = meterFlows(capture(long));
  t.same(
    flows.map(({ part, connection, forward, backward }) => [part, connection, forward.packets, backward.packets]),
    [
      [1, 1, 2, 4],
      [2, 1, 1, 1],
      [3, 1, 0, 1],
    ],
  );
  t.same(
    flows.map((flow) => endsOf(flow).src.port),
    [40_000, 40_000, 40_000],
  );
  t.same(
    flows.map(({ connectionMicros }) => connectionMicros / 1e6),
    [119, 122, 241.5],
  );
  t.ok(flows.every(({ durationMicros }) => durationMicros <= 120e6));
  t.same(countsOf([toServer(0), toServer(60), toServer(120)]), [[3, 0]], "120 s are not more than 120 s");
});

t.test("a connection that was closed stays closed in its next part", async (t) => {
  const parts = [
    ...handshake,
    toClient(119.9, { flags: RST }),
    toServer(121),
    toServer(122, { flags: SYN, sequence: 9 }),
  ];
  t.same(countsOf([...parts.slice(0, 3), toServer(70), ...parts.slice(3)]), [
    [3, 2],
    [1, 0],
    [1, 0],
  ]);
});

t.test("a repeated SYN is known in the next part, too", async (t) => {
  const first = [toServer(0, { flags: SYN, sequence: 7 }), toClient(70, { flags: RST }), toServer(119)];
  t.same(countsOf([...first, toServer(121), toServer(122, { flags: SYN, sequence: 7 })]), [
    [2, 1],
    [2, 0],
  ]);
});

t.test("protocols, VLANs, ports and IP versions are different flows", async (t) => {
  const wire = [
    ethernet(ipv4(udp(5000, 53), { protocol: 17 })),
    ethernet(ipv4(udp(5000, 53), { protocol: 17 }), 0x0800, [5]),
    ethernet(ipv4(udp(5000, 53), { protocol: 17 }), 0x0800, [6, 5]),
    ethernet(ipv4(udp(5001, 53), { protocol: 17 })),
    ethernet(ipv4([0, 0, 0, 0, 0, 0, 0, 0], { protocol: 47 })),
    ethernet(ipv4([0, 0, 0, 0, 0, 0, 0, 0], { protocol: 50 })),
    ethernet(ipv6(udp(5000, 53), { src: "a00:1::", dst: "a00:2::", next: 17 }), 0x86dd),
  ];
  const { flows } = meterFlows(pcap(wire.map((bytes, index) => ({ micros: index, bytes }))));
  t.equal(flows.length, wire.length);
  t.same(flows.map(({ endpoints }) => endpoints.vlan).sort(), [0, 0, 0, 0, 0, (6 << 12) | 5, 5]);
});

t.test("a request and its reply are one flow, another identifier another", async (t) => {
  const ping = (at: number, type: number, id: number): Sent => ({
    at,
    bytes: ipv4(icmp(type, 0, id), type === 8 ? { protocol: 1 } : { src: "10.0.0.2", dst: "10.0.0.1", protocol: 1 }),
  });
  const { flows } = meterFlows(capture([ping(0, 8, 1), ping(1, 0, 1), ping(2, 8, 2)]));
  t.match(flows, [
    { forward: { packets: 1 }, backward: { packets: 1 }, icmpType: 8 },
    { forward: { packets: 1 }, backward: { packets: 0 } },
  ]);
});

t.test("a host that talks to itself has two directions, told apart by port", async (t) => {
  const self = { src: "127.0.0.1", dst: "127.0.0.1" };
  t.same(countsOf([datagram(0, { ...self, ports: [9000, 80] }), datagram(1, { ...self, ports: [80, 9000] })]), [
    [1, 1],
  ]);
  t.same(countsOf([datagram(0, { ...self, ports: [7, 7] }), datagram(1, { ...self, ports: [7, 7] })]), [[2, 0]]);
});

t.test("a packet that is older than its flow counts at the flow's time, and is counted", async (t) => {
  const { flows, tally } = meterFlows(capture([datagram(10), datagram(5), datagram(11)]));
  t.match(flows, [{ packets: 3, durationMicros: 1e6, iat: { min: 0, max: 1e6 } }]);
  t.equal(tally.flows.clockBackwards, 1);
});

t.test("flows end as time goes on, whatever packets of theirs come", async (t) => {
  const ended: number[] = [];
  const { flows } = meterFlows(capture([datagram(0, { ports: [1, 1] }), datagram(30), datagram(61), datagram(300)]));
  for (const { forward } of flows) ended.push(forward.packets);
  t.same(ended, [1, 2, 1]);
});

t.test("above its ceiling of flows the meter ends those that were quiet longest, and counts them", async (t) => {
  const starts: number[] = [];
  const meter = new FlowMeter(({ firstMicros }) => starts.push(firstMicros / 1e6), timeoutsOf("corrected"), 1, 3);
  const reader = new PacketReader((packet) => meter.add(packet));
  reader.push(capture([1, 2, 3, 1, 4, 5].map((port, at) => datagram(at, { ports: [port, 53] }))));
  reader.finish();
  t.same(starts, [1, 2], "port 1 was heard of again");
  t.match(meter.finish(), { flows: 5, evicted: 2 });
});

t.test("of all flows, closed ones end early first", async (t) => {
  const ended: number[] = [];
  const meter = new FlowMeter(({ endpoints }) => ended.push(endpoints.protocol), timeoutsOf("corrected"), 1, 2);
  const reader = new PacketReader((packet) => meter.add(packet));
  reader.push(capture([datagram(0), toServer(1, { flags: RST }), datagram(2, { ports: [1, 1] })]));
  reader.finish();
  t.same(ended, [6]);
});

t.test("the hash seed changes no flow", async (t) => {
  const many = capture(
    Array.from({ length: 5000 }, (_, index) => datagram(index / 1000, { ports: [index % 2500, 53] })),
  );
  const { flows } = meterFlows(many);
  t.equal(flows.length, 2500);
  t.equal(JSON.stringify(meterFlows(many, { seed: -1_234_567 }).flows), JSON.stringify(flows));
});
