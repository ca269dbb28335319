import { type CellForm, cellValueSql, isMissingCellSql, type NumericColumn } from "@flamenco/server/import/dialects";
import t from "tap";
import { evaluateOn } from "./dialect-fixture.js";

const columnOf = (form: CellForm, missing: readonly string[]): NumericColumn => ({
  field: "x",
  headers: [],
  divisor: 1,
  min: 0,
  max: 1e30,
  integer: false,
  form,
  missing,
});

/** A number, or "missing" for a cell that says there is none, or null for text that is not of the form. */
type Reading = number | "missing" | null;

const cases: Readonly<Record<CellForm, Readonly<Record<string, Reading>>>> = {
  number: {
    "12": 12,
    "-1.5e3": -1500,
    "-": "missing",
    "": null,
    "1_000": null,
    "+-1": null,
    "0x1F": null,
    "12 M": null,
  },
  "scaled-number": { "12": 12, "1.1 M": 1.1e6, "2.3 G": 2.3e9, "4 K": 4e3, "1 T": 1e12, "1.1M": null, " M": null },
  clock: {
    "00:00:01.096": 1.096,
    "00:01:01.096": 61.096,
    "13:21:50.343": 48110.343,
    "100:00:00": 360000,
    "2.5": 2.5,
    "00:61:00": null,
    "1:2:3": null,
    "-00:00:01": null,
  },
  protocol: {
    TCP: 6,
    udp: 17,
    "47": 47,
    ICMP6: 58,
    "ipv6-icmp": 58,
    SCTP: 132,
    "UDP-L": 136,
    arp: "missing",
    IPIP: "missing",
    unknown_transport: "missing",
    man: null,
  },
  "tcp-flags": {
    "........": 0,
    "...AP.SF": 1 + 2 + 8 + 16,
    CEUAPRSF: 255,
    ".A..S.": 18,
    "0x1b": 27,
    "27": 27,
    XYZ: null,
    "...ap.sf": null,
  },
  "argus-state": { FSPA_FSPA: 27, S_: 2, SR_SA: 22, SEC_SE: 194, CON: "missing", ECO: "missing", "": "missing" },
  port: {
    "443": 443,
    "0x01bb": 443,
    "0x1bbf0": "missing",
    "-1": -1,
    "3.3": "missing",
    http: null,
    "0xfffffffff": null,
  },
  "high-byte": { "771": 3, "2048": 8, "0": 0, "65536": 256, "3.3": null },
  "low-byte": { "771": 3, "778": 10 },
  "icmp-dotted-type": { "3.10": 3, "11.0": 11, "443": "missing" },
  "icmp-dotted-code": { "3.10": 10, "443": "missing" },
  "icmp-hex-type": { "0x0403": 3, "0x0008": 8, "443": "missing", "": "missing" },
  "icmp-hex-code": { "0x0403": 4, "0x0008": 0, "443": "missing" },
  boolean: { true: 1, FALSE: 0, "1": 1, "0": 0, yes: null, "": null },
};

for (const [form, readings] of Object.entries(cases) as [CellForm, Record<string, Reading>][]) {
  t.test(`cells of the form ${form} are read, said to be missing, or not of the form`, async (t) => {
    const column = columnOf(form, ["-"]);
    const cells = Object.keys(readings);
    const rows = await evaluateOn(cells, cellValueSql(column, "cell"), isMissingCellSql(column, "cell"));
    const found = rows.map(([value, missing]) => (missing === true ? "missing" : value));
    t.strictSame(Object.fromEntries(cells.map((cell, index) => [cell, found[index]])), readings);
    for (const [value, missing] of rows) t.ok(missing === false || value === null, "what is missing has no value");
  });
}

t.test("a cell that stands for missing has no value, even where it could be read", async (t) => {
  const column = columnOf("number", ["-1", ""]);
  t.strictSame(await evaluateOn(["-1", "", "-2"], cellValueSql(column, "cell"), isMissingCellSql(column, "cell")), [
    [null, true],
    [null, true],
    [-2, false],
  ]);
});
