import t from "tap";
import { publishedBy, readRows } from "../import-fixture.js";
import { accountOf, importNamed } from "./dialect-fixture.js";

t.test("only what means one thing in every release is read", async (t) => {
  const text = [
    "src_ip,dst_ip,src_port,dst_port,protocol,timestamp,flow_duration,flow_byts_s,tot_fwd_pkts,tot_bwd_pkts,totlen_fwd_pkts,totlen_bwd_pkts,fwd_pkt_len_max",
    "192.0.2.1,198.51.100.7,40000,443,6,2021-06-14 19:45:01,1.25,100,4,2,400,120,200",
    "192.0.2.1,198.51.100.7,40000,443,6,2021-06-14 19:45:01,1.25,100,-4,2,400,120,200",
    "",
  ].join("\n");
  const result = await importNamed(t.testdir(), "flows.csv", text);
  t.strictSame(accountOf(result), { read: 2, kept: 1, "out-of-range": 1 });
  t.equal(result.manifest.dialect, "cicflowmeter-python");
  t.strictSame(await readRows(publishedBy(result), "startTimeMs, dstPort, packets, fwdFrameBytes, frameBytes"), [
    [Date.UTC(2021, 5, 14, 19, 45, 1), 443n, 6n, 400n, 520n],
  ]);
  for (const column of ["durationSeconds", "bytes", "fwdPacketLengthMax"]) {
    t.notOk(result.manifest.columns.includes(column), `${column} is left out`);
  }
});
