import { existsSync, readdirSync, readFileSync } from "node:fs";
import { scamperFormat } from "@flamenco/sandbox/measurements";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";
import { decode, lines } from "./decoding.js";

const startMs = 1_644_339_038_115.756;
const start = { sec: 1_644_339_038, usec: 115_756 };
const [src, dst] = ["192.0.2.4", "198.51.100.9"];
const cycle = (type: string) => ({ type, list_name: "default", id: 0, hostname: "monitor", start_time: start.sec });
const response = (seq: number, rtt: number, more: object = {}) => ({
  ...{ from: dst, seq, reply_size: 84, reply_ttl: 118, reply_proto: "icmp", rtt, icmp_type: 0, icmp_code: 0 },
  tx: { sec: start.sec + seq, usec: 116_000 },
  ...more,
});
const ping = {
  ...{
    type: "ping",
    version: "0.4",
    method: "icmp-echo",
    src,
    dst,
    start,
    ping_sent: 3,
    probe_size: 84,
    ttl: 64,
    wait: 1,
  },
  responses: [response(0, 2.368), response(2, 1.761)],
};
const hop = (addr: string, probe_ttl: number, probe_id: number, rtt: number) => ({
  ...{ addr, probe_ttl, probe_id, probe_size: 44, rtt, icmp_type: 11, icmp_code: 0 },
  tx: { sec: start.sec + 100 * probe_ttl, usec: 0 },
});
const trace = {
  ...{
    type: "trace",
    version: "0.1",
    method: "udp-paris",
    src,
    dst,
    stop_reason: "COMPLETED",
    start,
    attempts: 2,
    wait: 5,
  },
  hops: [hop("10.0.0.1", 1, 1, 0.4), hop(dst, 3, 2, 25.1)],
};
const probe = (usec: number, ...rtts: number[]) => ({
  ...{ tx: { sec: start.sec, usec }, replyc: rtts.length, ttl: 2, attempt: 0, flowid: 1 },
  replies: rtts.map((rtt) => ({ rtt, ttl: 60, icmp_type: 3, icmp_code: 3 })),
});
const tracelb = {
  ...{ type: "tracelb", version: "0.1", method: "udp-dport", src, dst, start, attempts: 3, wait_timeout: 5, nodec: 2 },
  nodes: [
    {
      addr: "10.0.0.1",
      links: [[{ addr: "10.0.0.2", probes: [probe(0, 1.5)] }], [{ addr: dst, probes: [probe(7000, 9)] }]],
    },
    { addr: "10.0.0.2", links: [[{ addr: dst, probes: [probe(8000, 9.5, 9.6), probe(9000)] }]] },
    { addr: dst },
  ],
};
const samples = (document: object) =>
  decode(scamperFormat, lines(document)).rows.map(({ timeMs, rttMs }) => [timeMs, rttMs]);

t.test("a ping has a row for every probe it sent, in the order of their numbers", async (t) => {
  const { rows, drops, notes } = decode(scamperFormat, lines(cycle("cycle-start"), ping, cycle("cycle-stop")));
  const pair = { record: 2, source: src, destination: dst };
  t.strictSame(rows, [
    { ...pair, timeMs: start.sec * 1000 + 116, rttMs: 2.368, lost: false },
    { ...pair, timeMs: startMs + 1000, rttMs: null, lost: true },
    { ...pair, timeMs: (start.sec + 2) * 1000 + 116, rttMs: 1.761, lost: false },
  ]);
  t.strictSame([drops, notes], [[], []]);
});

t.test("answers of others, further answers and waits below a second", async (t) => {
  const replies = (...responses: object[]) => samples({ ...ping, ping_sent: 1, responses }).map(([, rtt]) => rtt);
  t.strictSame(replies(response(0, 3, { from: "203.0.113.1", icmp_type: 3 })), [null], "a router says unreachable");
  t.strictSame(replies(response(0, 3, { from: "203.0.113.1" })), [3], "an echo reply under another address");
  t.strictSame(replies(response(0, 3, { from: "203.0.113.1", icmp_type: 3 }), response(0, 4)), [4]);
  const twice = decode(scamperFormat, lines({ ...ping, responses: [response(0, 3), response(0, 4)] }));
  t.strictSame(
    twice.rows.map(({ rttMs }) => rttMs),
    [3, null, null],
  );
  t.match(twice.notes, [/^1 answers came twice/]);
  t.strictSame(samples({ ...ping, wait: 0, wait_us: 250_000, ping_sent: 2, responses: [] }), [
    [startMs, null],
    [startMs + 250, null],
  ]);
});

t.test("a traceroute has the attempts at the destination's hop; without an answer they are lost", async (t) => {
  const reachedMs = (start.sec + 300) * 1000;
  t.strictSame(samples(trace), [
    [reachedMs - 5000, null],
    [reachedMs, 25.1],
  ]);
  t.strictSame(samples({ ...trace, hops: [hop(dst, 3, 1, 2), hop(dst, 3, 2, 3), hop(dst, 4, 1, 9)] }), [
    [reachedMs, 2],
    [reachedMs, 3],
  ]);
  t.strictSame(samples({ ...trace, hops: [hop("10.0.0.9", 3, 1, 2), hop(dst, 3, 2, 3)] }), [[reachedMs, 3]]);
  t.strictSame(samples({ ...trace, hops: [hop(dst, 4, 1, 9), hop("10.0.0.9", 3, 1, 2), hop(dst, 3, 2, 3)] }), [
    [reachedMs, 3],
  ]);
  t.strictSame(samples({ ...trace, stop_reason: "GAPLIMIT", hops: [hop("10.0.0.1", 1, 1, 0.4)] }), [
    [startMs, null],
    [startMs + 5000, null],
  ]);
  t.strictSame(
    decode(scamperFormat, lines({ ...trace, hops: [hop("10.0.0.1", 3, 1, 2)] })).drops,
    [[1, "unsupported-record"]],
    "it ended because the destination answered, under another address",
  );
  t.strictSame(
    samples({ ...trace, stop_reason: "GAPLIMIT", wait: undefined, hops: undefined }),
    [
      [startMs, null],
      [startMs + 5000, null],
    ],
    "scamper's own wait, and no answer of anybody",
  );
});

t.test("a load-balancer trace has the probes of every link to the destination", async (t) => {
  const { rows, notes } = decode(scamperFormat, lines(tracelb));
  t.strictSame(
    rows.map(({ timeMs, rttMs }) => [timeMs, rttMs]),
    [7, 8, 9].map((ms) => [start.sec * 1000 + ms, { 7: 9, 8: 9.5, 9: null }[ms]]),
  );
  t.match(notes, [/^1 answers came twice/]);
  t.strictSame(
    samples({ ...tracelb, nodes: [{ links: [[{ addr: dst }]] }] }).map(([, rtt]) => rtt),
    [null, null, null],
  );
  t.strictSame(
    samples({ ...tracelb, nodes: undefined }).map(([, rtt]) => rtt),
    [null, null, null],
  );
});

t.test("files of Measurement Lab: a line of metadata, or one object around all", async (t) => {
  const metadata = { UUID: "host_1_2", TracerouteCallerVersion: "d72f985", CachedResult: false, CachedUUID: "" };
  const parts = { CycleStart: cycle("cycle-start"), CycleStop: cycle("cycle-stop") };
  for (const [text, rows] of [
    [lines(metadata, cycle("cycle-start"), trace, cycle("cycle-stop")), 2],
    [lines({ Metadata: metadata, ...parts, Trace: trace }), 2],
    [lines({ Metadata: metadata, ...parts, Tracelb: tracelb }), 3],
  ] as const) {
    t.ok(scamperFormat.recognizes(Buffer.from(text.slice(0, 4096))));
    const decoded = decode(scamperFormat, text);
    t.strictSame([decoded.rows.length, decoded.drops], [rows, []]);
  }
});

t.test("hostile documents are dropped whole and make no more rows than a ping can have probes", async (t) => {
  const bad: object[] = [
    { ...ping, ping_sent: 1e9 },
    { ...ping, ping_sent: -1 },
    { ...ping, responses: [response(3, 1)] },
    { ...ping, responses: [response(-1, 1)] },
    { ...ping, responses: [response(0.5, 1)] },
    { ...ping, responses: { length: 5 } },
    { ...ping, start: undefined },
    { ...ping, src: undefined },
    { ...ping, dst: "a\nb" },
    { ...trace, attempts: 1e9 },
    { ...trace, hops: [{ ...hop(dst, 1, 1, 1), probe_id: 1e9 }] },
    { ...trace, hops: [{ ...hop(dst, 1, 1, 1), rtt: "fast" }] },
    { ...tracelb, attempts: 1e9 },
    { ...tracelb, nodes: [{ links: [[{ addr: dst, probes: [{}] }]] }] },
    { ...tracelb, nodes: [{ links: [{ addr: dst }] }] },
    { Trace: null },
    { Tracelb: [] },
    {},
  ];
  for (const document of bad) {
    const { rows, drops } = decode(scamperFormat, lines(document, ping));
    t.strictSame([rows.length, drops], [3, [[1, "malformed-record"]]], JSON.stringify(document));
  }
  t.strictSame(decode(scamperFormat, lines({ type: "dealias" }, { type: "trace-invalid" })).drops, [
    [1, "unsupported-record"],
    [2, "unsupported-record"],
  ]);
});

t.test("cut and mixed-up files give rows, drops and notes, never an exception", async (t) => {
  const random = new SeededRandom(13);
  const text = Buffer.from(lines(cycle("cycle-start"), ping, trace, tracelb, { Trace: trace }));
  for (let round = 0; round < 1500; round += 1) {
    const bytes = Buffer.from(text);
    for (let change = 1 + random.nextBelow(4); change > 0; change -= 1) {
      bytes[random.nextBelow(bytes.length)] = random.nextBelow(256);
    }
    const { rows, drops } = decode(scamperFormat, bytes.subarray(0, 200 + random.nextBelow(bytes.length)), 97);
    if (rows.some(({ record }) => drops.some(([dropped]) => dropped === record)))
      t.fail("a record is kept and dropped");
  }
  t.pass();
});

t.test("Atlas results and other JSON are not recognized", async (t) => {
  for (const head of ["", "{}", '[{"fw":5080,"type":"ping"}]', '{"type":"pingpong"}', '{"UUID":"x"}']) {
    t.notOk(scamperFormat.recognizes(Buffer.from(head)), head);
  }
});

const folder = new URL("../../../../../shared/data/3_traceroute/", import.meta.url);
const skip = existsSync(folder) ? false : "the results are not on this machine";

/** What `sc_warts2text` wrote of a destination's answers, in milliseconds. */
function textTimes(text: string, destination: string): number[] {
  const host = destination.replaceAll(".", "\\.");
  const answers = new RegExp(`(?:reply from:? ${host},|hop +\\d+ +${host}\\n attempt).*? rtt: ([\\d.]+)`, "g");
  return [...text.matchAll(answers)].map(([, seconds]) => Math.round(Number(seconds) * 1e6) / 1000);
}

t.test(
  "real pings, traceroutes and load-balancer traces give the times of the text beside them",
  { skip },
  async (t) => {
    const files = readdirSync(new URL("warts_dioptra", folder)).filter((name) => name.endsWith(".json"));
    t.equal(files.length, 6);
    for (const name of files) {
      const file = readFileSync(new URL(`warts_dioptra/${name}`, folder));
      const text = readFileSync(new URL(`warts_dioptra/${name.replace(".warts.json", ".txt")}`, folder), "utf8");
      const { rows, drops } = decode(scamperFormat, file, 1000);
      const destination = String(rows[0]?.destination);
      t.ok(rows.length > 0 && scamperFormat.recognizes(file.subarray(0, 4096)), name);
      t.strictSame(
        rows.map(({ rttMs }) => rttMs),
        textTimes(text, destination),
        name,
      );
      t.strictSame(drops, []);
    }
  },
);

t.test(
  "files of Measurement Lab's tests: what is whole imports, broken lines are dropped alone",
  { skip },
  async (t) => {
    const [malformed, unsupported] = ["malformed-record", "unsupported-record"];
    const results = (path: string) =>
      Object.fromEntries(
        readdirSync(new URL(path, folder)).map((name) => {
          const { rows, drops } = decode(scamperFormat, readFileSync(new URL(`${path}/${name}`, folder)));
          return [name, [...rows.map(({ rttMs }) => rttMs), ...drops.map(([, reason]) => reason)]];
        }),
      );
    t.strictSame(results("mlab_tc/parser/testdata/scamper2"), {
      "invalid-cycle-start": [135.61, malformed],
      "invalid-cycle-start-type": [unsupported, malformed],
      "invalid-cycle-stop": [135.61, malformed],
      "invalid-cycle-stop-type": [malformed, unsupported],
      "invalid-last-line": [135.61, unsupported],
      "invalid-metadata": [135.61, malformed],
      // What an importer of samples has no use for: an empty UUID, a line too many, links that lead nowhere.
      "invalid-metadata-uuid": [135.61],
      "invalid-num-lines": [135.61],
      "invalid-trace-links": [135.61],
      "invalid-trace": [malformed],
      "invalid-trace-type": [unsupported],
      "valid-complex": [135.61],
      "valid-complex-dst-in-hops-v4": [135.61],
      "valid-complex-dst-in-hops-v6": [0.823],
      // They end because the destination answered, and no hop has its address.
      "valid-simple": [unsupported],
      "valid-star": [unsupported],
      "valid-simple-json": [null, null, null],
    });
    const lost = [null, null, null];
    const first = results("mlab_tc/parser/testdata/scamper1");
    t.equal(Object.keys(first).length, 16);
    for (const name of ["valid-simple", "valid-star", "valid-complex", "valid-complex-dst-in-hops-v6"]) {
      t.strictSame(first[name], lost, name);
    }
    t.strictSame(first["valid-complex-dst-in-hops-v4"], [41.403]);
    t.strictSame(first["invalid-tracelb"], [malformed]);
    t.strictSame(first["invalid-last-line"], [...lost, unsupported]);
  },
);
