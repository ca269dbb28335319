import { isFlamencoError } from "@flamenco/policies/errors";
import {
  type Dialect,
  dialectNames,
  dialects,
  dialectsNamed,
  fits,
  fittingDialect,
  normalizeHeader,
} from "@flamenco/server/import/dialects";
import t from "tap";
import { importText, north } from "../import-fixture.js";
import { headers } from "./headers.js";

const namesIn = (header: string) => (dialect: Dialect) => header.split(dialect.delimiter).map(normalizeHeader);
const all = Object.entries({ ...headers, cic: { ...headers.cic, "CIC-DDoS2019": north.header } }).flatMap(
  ([dialect, forms]) => Object.entries(forms).map(([form, header]) => ({ dialect, form, header })),
);

t.test("every dialect has a header in this test", async (t) => {
  t.strictSame(new Set(all.map(({ dialect }) => dialect)), new Set(dialectNames.slice(1)));
});

for (const { dialect, form, header } of all) {
  t.test(`the header of ${dialect} (${form}) fits that dialect alone`, async (t) => {
    const fitting = dialects.filter((candidate) => fits(candidate, namesIn(header)(candidate)));
    t.strictSame(
      fitting.map(({ name }) => name),
      [dialect],
    );
    t.equal(fittingDialect(namesIn(header), dialects), fitting[0]);
    t.equal(
      fittingDialect(namesIn(`\uFEFF${header.toUpperCase()}`), dialects),
      fitting[0],
      "in other case, with a BOM",
    );
    t.equal(fittingDialect(namesIn(header), dialectsNamed(dialect)), fitting[0], "and when it is named");
  });
}

t.test("a header without one of its required columns fits nothing", async (t) => {
  const header = (headers.worf?.study ?? "").replace("Bytes,", "");
  t.notOk(dialects.some((candidate) => fits(candidate, namesIn(header)(candidate))));
  t.equal(fittingDialect(namesIn(header), dialects)?.name, "worf", "though it is told what it was meant to be");
});

t.test("columns that no dialect knows change nothing", async (t) => {
  for (const { dialect, header } of all) {
    const [delimiter] = /[,;\t]/.exec(header) as unknown as [string];
    t.equal(fittingDialect(namesIn(`${header}${delimiter}site`), dialects)?.name, dialect);
  }
});

t.test(
  "a header of nothing known fits nothing; our own fields among many others fit when the dialect is named",
  async (t) => {
    t.equal(fittingDialect(namesIn("a,b,c"), dialects), undefined);
    t.equal(fittingDialect(namesIn("bytes,a,b,c"), dialects), undefined);
    t.equal(fittingDialect(namesIn("bytes,a,b,c"), dialectsNamed("flamenco"))?.kind, "flow/1");
    t.equal(fittingDialect(namesIn("rttMs,a,b,c"), dialectsNamed("flamenco"))?.kind, "rtt/1");
  },
);

t.test("a header that lacks a required column is refused with the column's name", async (t) => {
  for (const [dialect, header, lacking] of [
    ["argus", "StartTime,Dur,Proto,SrcAddr,Sport,DstAddr,Dport,TotPkts", "totbytes"],
    ["worf", "First Seen,Last Seen,Duration,Proto,Src IP,Src Port,Dst IP,Dst Port,Packets", "bytes"],
    ["nprobe", "IPV4_SRC_ADDR,L4_DST_PORT,PROTOCOL,IN_BYTES,IN_PKTS", "ipv4_dst_addr"],
  ]) {
    const refusal = await importText(t.testdir(), `${header}\n`).then(() => null, String);
    t.match(refusal, new RegExp(`not that of the dialect ${dialect}`));
    const failure: unknown = await importText(t.testdir(), `${header}\n`).catch((error: unknown) => error);
    t.ok(isFlamencoError(failure));
    t.match(JSON.stringify(failure), `the column \\"${lacking}\\" is missing`);
  }
});

t.test("a dialect that does not exist is named with those that do", async (t) => {
  t.throws(() => dialectsNamed("netflow"), { code: "FLM_USAGE", message: /flamenco/ });
});
