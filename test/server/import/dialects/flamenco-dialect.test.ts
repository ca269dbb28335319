import { join } from "node:path";
import { kinds } from "@flamenco/policies/wire";
import { canonicalLine } from "@flamenco/sandbox/records";
import t from "tap";
import { importFiles, publishedBy, readRows, repository } from "../import-fixture.js";
import { accountOf, importNamed } from "./dialect-fixture.js";

t.test("cells are in the kind's units and an empty one is a missing value, never a reason to drop a row", async (t) => {
  const header = "startTimeMs,srcAddr,dstPort,durationSeconds,bytes,bytesPerSecond,fwdInitWindow,site,label";
  const rows = [
    canonicalLine([1543661499813.448, "192.0.2.1", 443, 0.1 + 0.2, 9007199254740991, 1e-7, -1, "a", "attack"]),
    canonicalLine([null, null, null, null, null, null, null, null, null]),
    canonicalLine([1, 'say "no", twice', 0, 0, 0, 0, 65535, "", ""]),
  ];
  const result = await importNamed(t.testdir(), "flows.csv", `${[header, ...rows].join("\n")}\n`);
  t.strictSame(accountOf(result), { read: 3, kept: 3 });
  t.match(result.manifest, { dialect: "flamenco", kind: "flow/1" });
  t.match(result.manifest.account.notes.join("\n"), /does not know, left out: site/);
  const columns = "startTimeMs, srcAddr, dstPort, durationSeconds, bytes, bytesPerSecond, fwdInitWindow";
  t.strictSame(await readRows(publishedBy(result), columns), [
    [1543661499813.448, "192.0.2.1", 443n, 0.1 + 0.2, 9007199254740991n, 1e-7, -1n],
    [null, null, null, null, null, null, null],
    [1, 'say "no", twice', 0n, 0, 0n, 0, 65535n],
  ]);
});

t.test("probes: true and false, times in milliseconds", async (t) => {
  const rows = ["1476480300000,p,d,180.5,false", "1476480300000,p,d,180.5,false", "1476480301000,p,d,,true"];
  const result = await importNamed(
    t.testdir(),
    "probes.csv",
    `${["timeMs,source,destination,rttMs,lost", ...rows].join("\n")}\n`,
  );
  t.strictSame(accountOf(result), { read: 3, kept: 3 }, "two probes of one moment are no duplicates");
  t.match(result.manifest, { dialect: "flamenco", kind: "rtt/1" });
  t.strictSame(await readRows(publishedBy(result), "timeMs, source, destination, rttMs, lost"), [
    [1476480300000, "p", "d", 180.5, false],
    [1476480300000, "p", "d", 180.5, false],
    [1476480301000, "p", "d", null, true],
  ]);
});

t.test("the header says which kind; names may be written in any case", async (t) => {
  const text = "SRCPORT,Service,Application,Condition\n80,web,shop,lossy\n";
  const result = await importNamed(t.testdir(), "mosaic.csv", text);
  t.match(result.manifest, { dialect: "flamenco", kind: "mosaic/1" });
  t.strictSame(await readRows(publishedBy(result), "srcPort, service, application, condition"), [
    [80n, "web", "shop", "lossy"],
  ]);
});

t.test("values outside a field's range and text that is no value drop their rows", async (t) => {
  const header = "startTimeMs,dstPort,protocol,durationSeconds,tcpFlags";
  const good = "1543661499813,443,6,1.5,27";
  const rows = [
    good,
    good.replace("443", "65536"),
    good.replace("443", "0x1bb"),
    good.replace(",6,", ",256,"),
    good.replace("1.5", "-0.1"),
    good.replace("27", "1000"),
    good.replace("27", "2.5"),
    good.replace("1.5", "NaN"),
    good.replace("1.5", "1e999"),
    good.replace("1543661499813", "2018-12-01 10:51:39"),
    good.replace("1543661499813", "-1"),
    good.replace("1543661499813", "253402300800000"),
    header,
  ];
  const result = await importNamed(t.testdir(), "flows.csv", `${[header, ...rows].join("\n")}\n`);
  t.strictSame(accountOf(result), {
    read: 13,
    kept: 1,
    "not-a-number": 2,
    nan: 1,
    infinite: 1,
    "out-of-range": 5,
    "not-a-time": 3,
  });
});

t.test("every field of every kind is read under its own name", async (t) => {
  for (const kind of kinds.values()) {
    const cells = kind.fields.map(({ type, min, name }) => {
      if (type === "category") return name;
      return type === "boolean" ? true : Math.max(min ?? 0, 1);
    });
    const header = kind.fields.map(({ name }) => name).join(",");
    const result = await importNamed(t.testdir(), "all.csv", `${header}\n${canonicalLine(cells)}\n`);
    t.strictSame(accountOf(result), { read: 1, kept: 1 });
    t.strictSame(
      result.manifest.columns,
      kind.fields.map(({ name }) => name),
    );
    const [row = []] = await readRows(publishedBy(result), kind.fields.map(({ name }) => `"${name}"`).join(", "));
    t.strictSame(
      row.map((value) => (typeof value === "bigint" ? Number(value) : value)),
      cells,
    );
  }
});

t.test("the example file of fields imports", async (t) => {
  const path = join(repository, "examples/data/north-fields.csv");
  const result = await importFiles(join(t.testdir(), "datasets"), [path]);
  t.match(result.manifest, { dialect: "flamenco", kind: "flow/1" });
  t.equal(result.manifest.account.dropped.length, 0);
  t.match(result.manifest.account.notes.join("\n"), /left out: y, split/);
  t.ok(result.manifest.columns.includes("averagePacketSize"));
});
