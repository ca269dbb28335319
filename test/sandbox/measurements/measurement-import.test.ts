import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { atlasFormat } from "@flamenco/sandbox/measurements";
import { canonicalLine } from "@flamenco/sandbox/records";
import t from "tap";
import { dropsOf, importFiles, linesOf, publishedBy, readRows } from "../../server/import/import-fixture.js";
import { decode, lines } from "./decoding.js";

t.setTimeout(120_000);

const columns = '"timeMs", "source", "destination", "rttMs", "lost"';
const ping = (timestamp: number, result: object[], more: object = {}) => ({
  ...{ fw: 5080, type: "ping", prb_id: 7, from: "192.0.2.7", dst_addr: "198.51.100.9", timestamp, result },
  ...more,
});
const file = lines(
  ping(1_700_000_300, [{ rtt: 20.5 }, { x: "*" }, { x: "*" }]),
  ping(1_700_000_000, [{ rtt: 21.5 }, { rtt: -1 }]),
  ping(1_700_000_600, [{ rtt: "fast" }]),
  ping(1_700_000_900, [{ rtt: 22 }], { type: "dns" }),
);

t.test("Atlas results import in the order of time, every record in the account, lost probes kept", async (t) => {
  const folder = t.testdir();
  const path = join(folder, "pings.json");
  await writeFile(path, file);
  const result = await importFiles(join(folder, "datasets"), [path]);
  const { manifest } = result;
  t.match(manifest, { kind: "rtt/1", dialect: "atlas", rows: 4 });
  t.strictSame(manifest.columns.slice(0, atlasFormat.fields.length), atlasFormat.fields);
  t.match(manifest.account, { read: 7, kept: 4 });
  t.strictSame(dropsOf(result), { "out-of-range": 1, "malformed-record": 1, "unsupported-record": 1 });
  t.strictSame([linesOf(result, "malformed-record"), linesOf(result, "unsupported-record")], [[3], [4]]);
  const pair = ["7@192.0.2.7", "198.51.100.9"];
  t.strictSame(await readRows(publishedBy(result), columns), [
    [1_700_000_000_000, ...pair, 21.5, false],
    [1_700_000_300_000, ...pair, 20.5, false],
    [1_700_000_300_001, ...pair, null, true],
    [1_700_000_300_002, ...pair, null, true],
  ]);
});

t.test("decoded to CSV first, they import as the same rows", async (t) => {
  const folder = t.testdir();
  const [path, csv] = [join(folder, "pings.json"), join(folder, "pings.csv")];
  await writeFile(path, file);
  const cells = decode(atlasFormat, file).rows.map((row) => atlasFormat.fields.map((field) => row[field] ?? null));
  await writeFile(csv, [atlasFormat.fields.join(","), ...cells.map(canonicalLine), ""].join("\n"));
  const [first, second] = [
    await importFiles(join(folder, "json"), [path]),
    await importFiles(join(folder, "csv"), [csv]),
  ];
  t.strictSame(await readRows(publishedBy(second), columns), await readRows(publishedBy(first), columns));
  t.strictSame(second.manifest.statistics, first.manifest.statistics);
});

const pings = new URL("../../../../../shared/data/2_rtt/atlas_floh22/ping.ndjson.gz", import.meta.url);
const skip = existsSync(pings) ? false : "the results are not on this machine";

t.test("141 real pairs with more than 100 answers import with their loss", { skip }, async (t) => {
  const result = await importFiles(join(t.testdir(), "datasets"), [fileURLToPath(pings)]);
  t.match(result.manifest.account, { read: 60_691, kept: 60_691, dropped: [] });
  const found = new Map<string, [number, number]>();
  for (const [source, destination, lost] of await readRows(publishedBy(result), '"source", "destination", "lost"')) {
    const [answered, gone] = found.get(`${source} ${destination}`) ?? [0, 0];
    found.set(`${source} ${destination}`, lost === true ? [answered, gone + 1] : [answered + 1, gone]);
  }
  const wanted = new Map<string, [number, number]>();
  for (const line of gunzipSync(readFileSync(pings)).toString().trimEnd().split("\n")) {
    const { prb_id, from, dst_addr, sent, rcvd } = JSON.parse(line);
    if (sent === 0) continue;
    const pair = `${from === "" ? prb_id : `${prb_id}@${from}`} ${dst_addr}`;
    const [answered, lost] = wanted.get(pair) ?? [0, 0];
    wanted.set(pair, [answered + rcvd, lost + sent - rcvd]);
  }
  t.strictSame(new Map([...found].sort()), new Map([...wanted].sort()));
  t.equal([...found.values()].filter(([answered]) => answered > 100).length, 141);
  t.equal(
    [...found.values()].reduce((sum, [, lost]) => sum + lost, 0),
    1_537,
  );
});
