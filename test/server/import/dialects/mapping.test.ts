import { fieldOf, kindOf } from "@flamenco/policies/wire";
import { describeMapping, dialects, dialectsNamed } from "@flamenco/server/import/dialects";
import t from "tap";
import { headers } from "./headers.js";

const [worf] = dialectsNamed("worf");
const [series] = dialectsNamed("rtt-series");
const [argus] = dialectsNamed("argus");
const [cic] = dialectsNamed("cic");

t.test("every column of a header is in the mapping, with its field or the reason why it has none", async (t) => {
  if (worf === undefined) return t.fail();
  const header = (headers.worf?.study ?? "").split(",");
  const mapping = describeMapping(worf, [`\uFEFF${header[0]} `, ...header.slice(1), "site"]);
  t.strictSame([...new Set(mapping.map(({ column }) => column))], [...header, "site"]);
  const rowsOf = (column: string) => mapping.filter((row) => row.column === column);
  t.strictSame(rowsOf("Dst Port"), [
    {
      column: "Dst Port",
      field: "dstPort",
      unit: "",
      remark: "port, decimal or `0x…`; missing: ICMP has no ports",
    },
    { column: "Dst Port", field: "icmpType", unit: "", remark: "`type.code` of ICMP" },
    { column: "Dst Port", field: "icmpCode", unit: "", remark: "`type.code` of ICMP" },
  ]);
  t.match(rowsOf("Bytes"), [{ field: "ipBytes", unit: "B" }]);
  t.match(rowsOf("Last Seen"), [{ field: null, remark: /^unused: start and duration/ }]);
  t.match(rowsOf("site"), [{ field: null, remark: "unused: not a column of this dialect" }]);
});

t.test("fields that no column is are listed behind the columns", async (t) => {
  if (series === undefined || argus === undefined) return t.fail();
  t.match(describeMapping(series, ["epoch", "rtt", "cp"]), [
    { column: "epoch", field: "timeMs", unit: "ms" },
    { column: "rtt", field: "rttMs", remark: "number; missing: negative: the probe was lost" },
    { column: "cp", field: null, remark: /^ground truth/ },
    { column: null, field: "lost", remark: "made of rttMs" },
    { column: null, field: "source", remark: /file's name/ },
  ]);
  const made = describeMapping(argus, ["TotPkts", "SrcPkts", "TotBytes"]).filter(({ column }) => column === null);
  t.strictSame(
    made.map(({ field }) => field),
    ["bwdPackets"],
    "only what the file's columns suffice for",
  );
});

t.test("of two columns for one field the first is used", async (t) => {
  if (cic === undefined) return t.fail();
  t.match(describeMapping(cic, ["Fwd Header Length", "Fwd Header Length", "Flow Duration"]), [
    { field: "fwdHeaderLength" },
    { field: null, remark: /^unused: an earlier column/ },
    { field: "durationSeconds", unit: "s", remark: "number; divided by 1000000" },
  ]);
});

t.test("every table names fields of its kind, each at most once, and no header for two columns", async (t) => {
  for (const dialect of dialects) {
    const kind = kindOf(dialect.kind);
    const columns = [...dialect.numeric, ...dialect.text, dialect.time];
    for (const { field } of [...columns, ...dialect.computed]) t.ok(fieldOf(kind, field), `${dialect.name}: ${field}`);
    const fields = columns.map(({ field }) => field);
    t.equal(new Set(fields).size, fields.length, `${dialect.name}: a field comes from one column`);
    for (const name of Object.keys(dialect.unused)) {
      t.notOk(
        columns.some(({ headers }) => headers.includes(name)),
        `${dialect.name}: ${name} is used or unused`,
      );
    }
    for (const { headers } of columns)
      for (const name of headers) t.equal(name, name.toLowerCase().trim(), "headers are compared in lower case");
  }
});
