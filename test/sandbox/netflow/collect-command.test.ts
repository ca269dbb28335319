import { createSocket } from "node:dgram";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { DeskProcess } from "./desk-process.js";
import { flow5, netflow5 } from "./message-encoder.js";

const waitFor = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((settle) => setTimeout(settle, 10));
};

t.test("SIGTERM: what came is in a file, and the summary is one JSON document", async (t) => {
  const out = join(t.testdir(), "flows");
  const desk = new DeskProcess("collect", "--out", out, "--port", "0", "--json");
  t.teardown(() => desk.child.kill("SIGKILL"));
  await waitFor(() => /UDP port \d+/.test(desk.stderr));
  const port = Number(/UDP port (\d+)/.exec(desk.stderr)?.[1]);
  const sender = createSocket("udp4");
  t.teardown(() => sender.close());
  const payload = netflow5([flow5({ packets: 3 }), flow5({ packets: 4 })], { sampling: 100 });
  for (let count = 0; count < 20; count += 1) sender.send(payload, port, "127.0.0.1");
  // Nothing tells from outside when a datagram has come; a file in the folder says that the first one has.
  await waitFor(() => readdirSync(out).length > 0);
  desk.child.kill("SIGTERM");
  t.equal(await desk.end(), 0);
  const summary = JSON.parse(desk.stdout);
  t.equal(summary.flows, 2 * summary.decoded);
  t.match(summary, { dropped: 0, refused: 0, files: 1, exporters: [{ version: 5, samplingInterval: 100 }] });
  const [name = "", ...others] = readdirSync(out);
  t.match(name, /^flows-\d{8}T\d{9}Z-000001\.csv$/);
  t.strictSame(others, []);
  t.equal(readFileSync(join(out, name), "utf8").trimEnd().split("\n").length - 1, summary.flows);
});

t.test("options out of range and no folder are usage errors", async (t) => {
  const code = (...args: string[]) => new DeskProcess("collect", ...args).end();
  t.equal(await code("--port", "0"), 2, "no --out");
  t.equal(await code("--out", "x", "--port", "70000"), 2);
  t.equal(await code("--out", "x", "--rotate", "0"), 2);
  t.equal(await code("--out", "x", "--allow", "everyone"), 2);
});
