import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { atlasFormat } from "@flamenco/sandbox/measurements";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";
import { decode, lines } from "./decoding.js";

const startMs = 1_676_152_856_000;
const source = "32378@192.0.2.7";
/** A result as firmware 5080 gives it, with documentation addresses. */
const ping = {
  ...{
    fw: 5080,
    mver: "2.6.2",
    lts: 70,
    dst_name: "target.example",
    af: 4,
    dst_addr: "198.51.100.9",
    ttl: 60,
    size: 48,
  },
  ...{
    src_addr: "10.0.0.4",
    proto: "ICMP",
    result: [{ rtt: 17.27 }, { x: "*" }, { rtt: 17.04 }],
    dup: 0,
    rcvd: 2,
    sent: 3,
  },
  ...{ min: 17.04, max: 17.27, avg: 17.15, msm_id: 1001, prb_id: 32378, timestamp: startMs / 1000, from: "192.0.2.7" },
  ...{ type: "ping", step: 240, stored_timestamp: startMs / 1000 + 9 },
};
const reply = (from: string, rtt: number, more: object = {}) => ({ from, ttl: 60, size: 28, rtt, ...more });
const star = { x: "*" };
const { min: _min, max: _max, avg: _avg, rcvd: _rcvd, sent: _sent, dup: _dup, ...common } = ping;
const traceroute = {
  ...common,
  ...{ type: "traceroute", endtime: startMs / 1000 + 3, paris_id: 1, proto: "UDP" },
  result: [
    { hop: 1, result: [reply("10.0.0.1", 0.4), reply("10.0.0.1", 0.5), star] },
    { hop: 2, result: [star, star, star] },
    { hop: 3, result: [reply("198.51.100.9", 25.1), star, reply("203.0.113.5", 9.9)] },
  ],
};
const samples = (text: string) => decode(atlasFormat, text).rows.map(({ rttMs }) => rttMs);

t.test("one row a packet of a ping, the lost one without a time, in the order of the result", async (t) => {
  const { rows, drops, notes } = decode(atlasFormat, lines(ping));
  const pair = { record: 1, source, destination: "198.51.100.9" };
  t.strictSame(rows, [
    { ...pair, timeMs: startMs, rttMs: 17.27, lost: false },
    { ...pair, timeMs: startMs + 1, rttMs: null, lost: true },
    { ...pair, timeMs: startMs + 2, rttMs: 17.04, lost: false },
  ]);
  t.strictSame([drops, notes], [[], []]);
});

t.test("an array as downloaded gives the rows of one result a line", async (t) => {
  const results = [ping, traceroute, { ...ping, prb_id: 7 }];
  const byLine = decode(atlasFormat, lines(...results));
  t.equal(byLine.rows.length, 8);
  for (const text of [
    JSON.stringify(results),
    JSON.stringify(results, null, 2),
    `\uFEFF${JSON.stringify(results)}\n`,
  ]) {
    for (const chunkBytes of [1, 100, 1e6]) t.strictSame(decode(atlasFormat, text, chunkBytes), byLine);
  }
});

t.test("firmware 4400: other names, no type", async (t) => {
  const { dst_addr: addr, dst_name: name, src_addr: srcaddr, type: _, af: __, lts: ___, mver: ____, ...rest } = ping;
  const old = { ...rest, fw: 4400, addr, name, srcaddr, mode: "ICMP4" };
  t.strictSame(decode(atlasFormat, lines(old)).rows, decode(atlasFormat, lines(ping)).rows);
  const { type: _____, dst_addr: ______, paris_id: _______, ...hops } = traceroute;
  const oldTrace = { ...hops, fw: 4400, addr, "paris-id": 1 };
  t.strictSame(decode(atlasFormat, lines(oldTrace)).rows, decode(atlasFormat, lines(traceroute)).rows);
  t.ok(atlasFormat.recognizes(Buffer.from(lines(old))));
});

t.test("firmware 1 has no single packets: its results are dropped, not made up from their means", async (t) => {
  const { result: _, type: __, dst_addr: addr, ...rest } = ping;
  const { result: ___, ...trace } = traceroute;
  const text = lines(
    { ...rest, fw: 1, addr },
    { ...trace, fw: 1, type: undefined, result: "traceroute to 198.51.100.9" },
  );
  t.strictSame(decode(atlasFormat, text), {
    rows: [],
    drops: [
      [1, "unsupported-record"],
      [2, "unsupported-record"],
    ],
    notes: [],
  });
  t.ok(atlasFormat.recognizes(Buffer.from(text)));
});

t.test("further answers and packets that were never sent are no rows", async (t) => {
  const late = { ...ping, result: [star, { dup: 1, rtt: 8839.1, ttl: 56 }, { rtt: 5 }, { dup: 1, rtt: 5.1 }] };
  const unsent = { ...ping, result: [{ error: "connect failed: Network is unreachable" }], sent: 0 };
  const { rows, drops, notes } = decode(atlasFormat, lines(late, unsent));
  t.strictSame(
    rows.map(({ rttMs, lost }) => [rttMs, lost]),
    [
      [null, true],
      [5, false],
    ],
  );
  t.strictSame(drops, []);
  t.match(notes, [/^2 answers came twice/, /^1 probes could not be sent/]);
});

t.test("a probe that moves is another source; one whose address is unknown is its number", async (t) => {
  const sources = decode(atlasFormat, lines(ping, { ...ping, from: "192.0.2.8" }, { ...ping, from: "" })).rows.map(
    (row) => row.source,
  );
  t.strictSame([...new Set(sources)], [source, "32378@192.0.2.8", "32378"]);
});

t.test("a name stands for a destination that no address was found for", async (t) => {
  const { dst_addr: _, ...rest } = ping;
  t.equal(decode(atlasFormat, lines(rest)).rows[0]?.destination, "target.example");
  t.equal(decode(atlasFormat, lines({ ...rest, dst_addr: "" })).rows[0]?.destination, "target.example");
  t.equal(decode(atlasFormat, lines({ ...ping, dst_name: "un nom" })).rows.length, 3, "a name that is not needed");
  t.strictSame(decode(atlasFormat, lines({ ...rest, dst_name: "un nom" })).drops, [[1, "malformed-record"]]);
  const { dst_name: __, ...nothing } = rest;
  t.strictSame(decode(atlasFormat, lines(nothing, { ...nothing, type: "traceroute", result: [] })).drops, [
    [1, "malformed-record"],
    [2, "malformed-record"],
  ]);
});

t.test("of a traceroute, the packets of the hop where the destination answered", async (t) => {
  t.strictSame(
    samples(lines(traceroute)),
    [25.1, null],
    "the router's answer at the last hop is none of the destination's",
  );
  const dst = "198.51.100.9";
  const ends = (...hops: object[][]) =>
    samples(lines({ ...traceroute, result: hops.map((result, at) => ({ hop: at + 1, result })) }));
  t.strictSame(ends([reply(dst, 3), reply(dst, 4)], [reply(dst, 5)]), [3, 4], "its first hop");
  t.strictSame(ends([star, star], [reply("203.0.113.1", 7), star, star]), [null, null, null], "never reached");
  t.strictSame(ends([star, reply(dst, 9, { late: 1 })], [star]), [null], "late answers have no time");
  t.strictSame(ends([reply(dst, 3), reply(dst, 4, { dup: true }), reply(dst, 5)]), [3, 5]);
  t.strictSame(ends([reply(dst, 3, { err: "p" })]), [3], "port unreachable is an answer");
  t.strictSame(ends([reply("203.0.113.1", 7, { err: "H" })]), [null], "a router that says unreachable is none");
  t.strictSame(ends([{ error: "sendto failed" }]), []);
  t.strictSame(samples(lines({ ...traceroute, result: [{ hop: 1, error: "bind failed" }] })), []);
});

t.test(
  "other measurements are unsupported, other JSON is malformed, and both are counted by their record",
  async (t) => {
    const text = `${lines(ping, { ...ping, type: "dns" }, {}, { rcvd: 3 })}${JSON.stringify(ping).slice(0, -20)}\n${lines(ping)}`;
    const { rows, drops } = decode(atlasFormat, text);
    t.strictSame(
      rows.map(({ record }) => record),
      [1, 1, 1, 6, 6, 6],
    );
    t.strictSame(drops, [
      [2, "unsupported-record"],
      [3, "malformed-record"],
      [4, "malformed-record"],
      [5, "malformed-record"],
    ]);
  },
);

t.test("hostile results are dropped whole: wrong types, endless numbers, prototypes, bad bytes", async (t) => {
  const bad: (string | Buffer)[] = [
    JSON.stringify({ ...ping, result: "none" }),
    JSON.stringify({ ...ping, result: [{ rtt: "17" }] }),
    JSON.stringify({ ...ping, result: [{}] }),
    JSON.stringify({ ...ping, result: [null] }),
    JSON.stringify({ ...ping, result: { length: 1e9 } }),
    JSON.stringify({ ...ping, prb_id: -1 }),
    JSON.stringify({ ...ping, prb_id: 1.5 }),
    JSON.stringify({ ...ping, timestamp: "now" }),
    JSON.stringify({ ...ping, dst_addr: "a\u001b[31mb" }),
    JSON.stringify({ ...ping, dst_addr: "x".repeat(256) }),
    JSON.stringify({ ...ping, from: "a b" }),
    JSON.stringify(ping).replace("17.27", "1e999"),
    JSON.stringify(ping).replace("17.27", "NaN"),
    JSON.stringify(ping).replace('"result":', '"__proto__":'),
    JSON.stringify({ ...traceroute, result: [5] }),
    JSON.stringify({ ...traceroute, result: [{ hop: 1, result: [{ from: 5 }] }] }),
    '{"__proto__":{"type":"ping"}}',
    '{"constructor":1,"toString":2}',
    Buffer.concat([Buffer.from('{"prb_id":1,"type":"'), Buffer.from([0xff]), Buffer.from('"}')]),
  ];
  for (const document of bad) {
    const { rows, drops } = decode(
      atlasFormat,
      Buffer.concat([Buffer.from(document), Buffer.from(`\n${lines(ping)}`)]),
    );
    t.strictSame([rows.length, drops], [3, [[1, "malformed-record"]]], String(document));
  }
  t.equal(({} as { type?: unknown }).type, undefined, "no prototype was changed");
});

t.test("of a key that is there twice the last counts; a negative time is for the import to judge", async (t) => {
  t.strictSame(samples(JSON.stringify(ping).replace('"result":', '"result":[{"rtt":1}],"result":')), [
    17.27,
    null,
    17.04,
  ]);
  t.strictSame(samples(lines({ ...ping, result: [{ rtt: -1 }] })), [-1]);
});

t.test("cut and mixed-up files give rows, drops and notes, never an exception", async (t) => {
  const random = new SeededRandom(11);
  const text = Buffer.from(JSON.stringify([ping, traceroute, ping, { ...traceroute, type: "dns" }]));
  for (let round = 0; round < 1500; round += 1) {
    const bytes = Buffer.from(text.subarray(0, 1 + random.nextBelow(text.length)));
    for (let change = random.nextBelow(4); change > 0; change -= 1)
      bytes[random.nextBelow(bytes.length)] = random.nextBelow(256);
    const { rows, drops, notes } = decode(atlasFormat, bytes, 1 + random.nextBelow(500));
    if (rows.length + drops.length + notes.length === 0) t.fail("nothing is said");
    if (rows.some(({ record }) => drops.some(([dropped]) => dropped === record)))
      t.fail("a record is kept and dropped");
  }
  t.pass();
});

t.test("what is no Atlas result is not recognized as one", async (t) => {
  for (const head of [
    "",
    "[]",
    "{}",
    '{"a":1}',
    "prb_id,msm_id\n1,2\n",
    '{"type":"ping", "version":"0.4", "dst":"x"}',
  ]) {
    t.notOk(atlasFormat.recognizes(Buffer.from(head)), head);
  }
  t.ok(atlasFormat.recognizes(Buffer.from(JSON.stringify([traceroute]).slice(0, 300))));
});

/** Real results: counted here by hand, without any of the code under test. */
const folder = new URL("../../../../../shared/data/2_rtt/atlas_floh22/", import.meta.url);
const skip = existsSync(folder) ? false : "the results are not on this machine";

t.test("141 pairs of real pings import with their loss", { skip }, async (t) => {
  const file = gunzipSync(readFileSync(new URL("ping.ndjson.gz", folder)));
  interface RealPing {
    readonly prb_id: number;
    readonly from: string;
    readonly dst_addr: string;
    readonly sent: number;
    readonly rcvd: number;
  }
  const results: RealPing[] = file
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  // The probe's own summary of each result says how many packets it sent and how many came back.
  const wanted = new Map<string, { sent: number; received: number }>();
  for (const { prb_id, from, dst_addr, sent, rcvd } of results) {
    const name = `${from === "" ? prb_id : `${prb_id}@${from}`} ${dst_addr}`;
    const pair = wanted.get(name) ?? { sent: 0, received: 0 };
    wanted.set(name, { sent: pair.sent + sent, received: pair.received + rcvd });
  }
  const found = new Map<string, { sent: number; received: number }>();
  const { rows, drops } = decode(atlasFormat, file, 65_536);
  for (const { source, destination, lost } of rows) {
    const pair = found.get(`${source} ${destination}`) ?? { sent: 0, received: 0 };
    found.set(`${source} ${destination}`, { sent: pair.sent + 1, received: pair.received + (lost === true ? 0 : 1) });
  }
  for (const [pair, { sent }] of wanted) if (sent === 0) wanted.delete(pair);
  t.strictSame(new Map([...found].sort()), new Map([...wanted].sort()));
  t.strictSame(drops, []);
  t.equal([...found.values()].filter(({ received }) => received > 100).length, 141);
  const lost = rows.filter((row) => row.lost).length;
  t.strictSame([results.length, rows.length, lost], [20_268, 60_691, 1_537]);
});

t.test("real traceroutes of old and new firmware give the destination's answers", { skip }, async (t) => {
  for (const [name, list] of [
    ["traceroute.ndjson.gz", false],
    ["raw/OCE-LTE-TR-49970607.json", true],
  ] as const) {
    const bytes = readFileSync(new URL(name, folder));
    const file = list ? bytes : gunzipSync(bytes);
    interface RealReply {
      readonly from?: string;
      readonly rtt?: number;
      readonly dup?: unknown;
    }
    interface RealTraceroute {
      readonly dst_addr: string;
      readonly result: { readonly result?: RealReply[] }[];
    }
    const results: RealTraceroute[] = list
      ? JSON.parse(file.toString())
      : file
          .toString()
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line));
    const { rows, drops } = decode(atlasFormat, file);
    t.strictSame(drops, []);
    const answers = results.flatMap(({ dst_addr, result }) => {
      const replies = result.map((hop) =>
        (hop.result ?? []).filter(({ from, rtt }) => from === dst_addr && rtt !== undefined),
      );
      return (replies.find(({ length }) => length > 0) ?? [])
        .filter(({ dup }) => dup === undefined)
        .map(({ rtt }) => rtt);
    });
    t.strictSame(
      rows.filter(({ lost }) => lost === false).map(({ rttMs }) => rttMs),
      answers,
    );
    const unreached =
      results.length - new Set(rows.filter(({ lost }) => lost === false).map(({ record }) => record)).size;
    t.ok(unreached > 0 && rows.filter(({ lost }) => lost === true).length >= unreached);
  }
});
