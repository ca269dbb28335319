import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findConverter, openConverted } from "@flamenco/server/import";
import t from "tap";

const shared = fileURLToPath(new URL("../../../../../shared/data/", import.meta.url));
const nfcapd = join(shared, "4_netflow/derived_nfcapd/amp.UDP.isakmp.pcap__nfcapd.202106141900");
const olderNfcapd = join(shared, "4_netflow/slips/dataset/test1-malicious.nfdump");
const warts = join(shared, "3_traceroute/warts_dioptra/ping_google_dns_v4_default.warts");

const isInstalled = (program: string) => spawnSync(program, ["-V"]).error === undefined;
const skipUnless = (program: string, file: string) => {
  if (!isInstalled(program)) return `${program} is not installed`;
  return existsSync(file) ? false : "the files are not on this machine";
};

async function convert(path: string, signal = new AbortController().signal): Promise<string> {
  const converter = findConverter(readFileSync(path).subarray(0, 4_096));
  if (converter === null) throw new Error("no converter");
  const chunks: Buffer[] = [];
  for await (const chunk of openConverted(converter, path, signal)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

t.test("nfcapd and warts files are known by their first bytes, other files are not", async (t) => {
  t.equal(findConverter(Buffer.from("0ca5020000000107", "hex"))?.name, "nfcapd");
  t.equal(findConverter(Buffer.from("120500010000001b", "hex"))?.name, "warts");
  t.equal(findConverter(Buffer.from("ts,te,td,sa,da\n")), null);
  t.equal(findConverter(Buffer.alloc(0)), null);
});

t.test(
  "an nfcapd file gives the flows that nfdump counts, in milliseconds",
  { skip: skipUnless("nfdump", nfcapd) },
  async (t) => {
    const [heading, ...rows] = (await convert(nfcapd)).trimEnd().split("\n");
    t.match(heading, /^startTimeMs,durationSeconds,srcAddr,dstAddr,/);
    const told = execFileSync("nfdump", ["-r", nfcapd, "-I"], { encoding: "utf8" });
    t.equal(rows.length, Number(/^Flows: (\d+)/m.exec(told)?.[1]));
    const sum = (cell: number) => rows.reduce((total, row) => total + Number(row.split(",")[cell]), 0);
    t.equal(sum(10), Number(/^Packets: (\d+)/m.exec(told)?.[1]));
    t.equal(sum(11), Number(/^Bytes: (\d+)/m.exec(told)?.[1]));
    // 2021-06-14 19:45:01.206, from the file's own CSV beside it.
    t.ok(rows.some((row) => row.startsWith("1623699901206,0.000,34.80.56.0,10.10.10.10,4500,149,17,,,0,1,232,0,0")));
  },
);

t.test("a file of an older nfdump has its flags", { skip: skipUnless("nfdump", olderNfcapd) }, async (t) => {
  const [, first = "", second = ""] = (await convert(olderNfcapd)).split("\n");
  t.equal(first, "1515771450942,0.000,147.32.80.119,147.32.82.62,52324,902,6,,,2,1,60,0,0");
  t.equal(second.split(",")[9], String(0x10 | 0x04), "ACK and RST");
});

t.test("a warts file gives scamper's JSON lines", { skip: skipUnless("sc_warts2json", warts) }, async (t) => {
  const lines = (await convert(warts)).trimEnd().split("\n");
  const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
  t.strictSame(types, ["cycle-start", "ping", "cycle-stop"]);
});

t.test(
  "a damaged file is refused with what the program says of it",
  { skip: skipUnless("nfdump", nfcapd) },
  async (t) => {
    const path = join(t.testdir(), "cut");
    await writeFile(path, readFileSync(nfcapd).subarray(0, 50_000));
    await t.rejects(convert(path), { code: "FLM_CONVERSION", message: /^nfdump could not read .*cut: .*offset error/ });
  },
);

t.test("programs that misbehave", async (t) => {
  const folder = t.testdir();
  const path = join(folder, "-rf file; $(touch owned)");
  await writeFile(path, Buffer.from("0ca5020000000107", "hex"));
  const before = process.env.PATH;
  t.teardown(() => {
    process.env.PATH = before;
  });
  const bin = join(folder, "bin");
  await mkdir(bin);
  process.env.PATH = `${bin}:/usr/bin:/bin`;
  const install = async (script: string) => {
    await writeFile(join(bin, "nfdump"), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, "nfdump"), 0o755);
  };

  await t.test("a file's name is one argument, an absolute path, and goes through no shell", async (t) => {
    await install(`[ "$#" = 7 ] && [ "$1" = -r ] && [ "$2" = '${path}' ] && [ "$TZ" = UTC ] || echo wrong >&2`);
    t.equal((await convert(path)).split("\n").length, 2, "the heading alone");
    t.notOk(existsSync(join(folder, "owned")));
  });

  await t.test("output of another form is refused, and none of it is repeated", async (t) => {
    await install("echo 10.1.2.3 is no line of ours");
    await t.rejects(convert(path), { code: "FLM_CONVERSION", message: /another form/ });
    await install("head -c 100000 /dev/zero");
    await t.rejects(convert(path), { code: "FLM_CONVERSION" });
  });

  await t.test("an exit code counts, and complaints are cut short", async (t) => {
    await install("exit 3");
    await t.rejects(convert(path), { code: "FLM_CONVERSION", message: /ended with 3/ });
    await install("yes complaint | head -c 1000000 >&2");
    const complained = await convert(path).catch((error: Error) => error.message);
    t.match(complained, /complaint complaint/);
    t.ok(complained.length < 600);
  });

  await t.test("whoever stops reading, or aborts, leaves no program behind", async (t) => {
    const pidFile = join(folder, "pid");
    await install(`echo $$ > '${pidFile}'; exec yes`);
    const abort = new AbortController();
    const converter = findConverter(readFileSync(path))!;
    const passThrough = { ...converter, translate: (output: AsyncIterable<Buffer>) => output };
    for await (const chunk of openConverted(passThrough, path, abort.signal)) if (chunk.length > 0) break;
    const isRunning = () => spawnSync("kill", ["-0", readFileSync(pidFile, "utf8").trim()]).status === 0;
    await waitFor(() => !isRunning());
    const aborted = (async () => {
      for await (const _chunk of openConverted(passThrough, path, abort.signal)) abort.abort();
    })();
    await t.rejects(aborted, { name: "AbortError" });
    await waitFor(() => !isRunning());
  });

  await t.test("a program that is not installed is named with its Debian package", async (t) => {
    process.env.PATH = join(folder, "none");
    await t.rejects(convert(path), { code: "FLM_PROGRAM_MISSING", message: /package nfdump/ });
  });
});

t.test("a compressed file is to be unpacked first", async (t) => {
  const path = join(t.testdir(), "nfcapd.gz");
  await writeFile(path, Buffer.from("1f8b0800", "hex"));
  const converter = findConverter(Buffer.from("0ca5020000000107", "hex"))!;
  const read = async () => {
    for await (const _chunk of openConverted(converter, path, new AbortController().signal));
  };
  await t.rejects(read(), { code: "FLM_FILE_UNREADABLE", message: /unpacked/ });
});

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((settle) => setTimeout(settle, 10));
}
