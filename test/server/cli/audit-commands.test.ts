import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseKeyFile } from "@flamenco/policies/trust";
import { initNode, nodeDirectoryOf, openDatabase } from "@flamenco/server";
import { AuditLog, openLogFiles } from "@flamenco/server/audit";
import t from "tap";
import { runInProcess } from "../../support/node-command.js";
import { makeKey } from "../../support/signed-documents.js";
import { digestOfNumber, now, reservation } from "../audit/support.js";

const dataDir = t.testdir();
const directory = nodeDirectoryOf(dataDir);
const keyId = await initNode(directory, {
  name: "worf",
  registry: "http://127.0.0.1:9",
  researchers: [],
  port: 0,
  preset: "open",
});
const key = parseKeyFile(await readFile(directory.key, "utf8"));
const mallory = makeKey("mallory");
const audit = (...words: string[]) => runInProcess("audit", ...words, "--data-dir", dataDir);
const exported = (...words: string[]) => runInProcess("audit", ...words);

t.test("before a node has run there is no log", async (t) => {
  t.match(await audit("list"), { code: 1, error: "FLM_NOT_FOUND" });
});

/** A ledger with two charges, and a log that says so. */
const charges = [reservation(1, 150), reservation(2, 350)];
const database = await openDatabase({ directory: directory.database, nodeName: "worf" }, now);
for (const charge of charges) {
  if (charge.type !== "reservation") continue;
  const { request, study, collaborator, dataset, microRho } = charge;
  await database.query(
    "INSERT INTO reservations (request, study, dataset, version, collaborator, micro_rho, reserved_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [request, study, dataset.name, dataset.version, collaborator, microRho, now()],
  );
  for (const account of [
    ["", ""],
    [dataset.version, collaborator],
  ] as const) {
    await database.query(
      `INSERT INTO budget_accounts (dataset, version, collaborator, spent) VALUES ($1, $2, $3, $4)
       ON CONFLICT (dataset, version, collaborator) DO UPDATE SET spent = budget_accounts.spent + $4`,
      [dataset.name, ...account, microRho],
    );
  }
}
await database.close();
const log = await AuditLog.open({ files: openLogFiles(directory.audit), key, now });
await log.append({ type: "policies", policySet: digestOfNumber(9) });
for (const charge of charges) await log.append(charge);
await log.append({ type: "refusal", study: digestOfNumber(5), state: "refused", code: "FLM_ACCESS_DENIED" });
await log.append({
  type: "approval",
  study: digestOfNumber(6),
  verdict: "denied",
  by: "mallory\u001b[2J",
  shown: digestOfNumber(7),
});
await log.close();

t.test("list shows entries as lines, filtered, and draws nothing on the terminal", async (t) => {
  const { code, out } = await audit("list");
  t.equal(code, 0);
  for (const text of [
    /0 {2}2026.* policies +set 0000/,
    /350 micro-rho of flows@/,
    /refused: FLM_ACCESS_DENIED/,
    /5 of 5/,
  ])
    t.match(out, text);
  t.notMatch(out, "\u001b");
  const records = async (...words: string[]) =>
    JSON.parse((await audit("list", "--json", ...words)).out).records.map(({ index }: { index: number }) => index);
  t.same(await records("--type", "reservation"), [1, 2]);
  t.same(await records("--last", "2"), [3, 4]);
  t.same(await records("--study", digestOfNumber(5)), [3]);
  t.same(await records("--dataset", "flows", "--last", "1"), [2]);
  t.match(await audit("list", "--type", "rows"), { code: 2 });
  t.match(await audit("list", "--last", "1e9"), { code: 2 });
  t.match(await audit("list", "--study", ""), { code: 2 });
});

t.test("verify recomputes the ledger from the log and holds it against the database", async (t) => {
  const { code, out } = await audit("verify", "--json");
  t.equal(code, 0);
  const version = digestOfNumber(7);
  const collaborator = charges[0]?.type === "reservation" ? charges[0].collaborator : "";
  t.match(JSON.parse(out), {
    event: "verified",
    size: 5,
    key: { keyId, known: true },
    ledger: { compared: true },
    accounts: [
      { dataset: "flows", version: "", collaborator: "", microRho: 500 },
      { dataset: "flows", version, collaborator, microRho: 500 },
    ],
  });
  t.match((await audit("verify")).out, /5 entries are what was written.*\n.*ledger agrees/);
});

t.test("an export is verified by whoever has it, and by no other key", async (t) => {
  const folder = join(dataDir, "export");
  t.match(await audit("export", folder), { code: 0, out: /audit verify --from/ });
  t.match(await audit("export", folder), { code: 1, error: "FLM_FILE_EXISTS" });
  t.match(JSON.parse((await exported("verify", "--from", folder, "--node-key", keyId, "--json")).out), {
    size: 5,
    key: { keyId, known: true },
    ledger: { compared: false },
  });
  t.match(await exported("verify", "--from", folder), { code: 0, out: /was not looked at/ });
  t.match(await exported("verify", "--from", folder, "--node-key", mallory.keyId), {
    code: 1,
    error: "FLM_AUDIT_CHECKPOINT",
  });
  t.match(await exported("list", "--from", folder, "--type", "refusal"), { code: 0, out: /1 of 5/ });
  t.match(await exported("verify", "--from", join(dataDir, "nowhere")), { code: 1, error: "FLM_FILE_UNREADABLE" });
  const path = join(folder, "tile/entries/000.p/5");
  await writeFile(path, (await readFile(path, "latin1")).replace('"microRho":350', '"microRho":351'), "latin1");
  t.match(await exported("verify", "--from", folder), { code: 1, error: "FLM_AUDIT_DIVERGED" });
});

t.test("lines are what was hashed, on standard output or in a new file", async (t) => {
  const { code, out } = await audit("export", "--format", "ndjson");
  t.equal(code, 0);
  const lines = out.trimEnd().split("\n");
  t.same(
    lines.map((line) => JSON.parse(line).index),
    [0, 1, 2, 3, 4],
  );
  // RFC 6962: whoever has the lines can follow them to the root of the checkpoint.
  const hash = (prefix: number, ...parts: Uint8Array[]) =>
    createHash("sha256")
      .update(Buffer.concat([Buffer.from([prefix]), ...parts]))
      .digest();
  const rootOf = (hashes: Buffer[]): Buffer => {
    if (hashes.length === 1) return hashes[0]!;
    const half = 2 ** Math.ceil(Math.log2(hashes.length) - 1);
    return hash(1, rootOf(hashes.slice(0, half)), rootOf(hashes.slice(half)));
  };
  const { root } = JSON.parse((await audit("verify", "--json")).out);
  t.equal(rootOf(lines.map((line) => hash(0, Buffer.from(line)))).toString("hex"), root);
  const file = join(dataDir, "log.ndjson");
  t.match(JSON.parse((await audit("export", file, "--format", "ndjson", "--json")).out), {
    event: "exported",
    size: 5,
    file,
  });
  t.equal(await readFile(file, "utf8"), out);
  t.match(await audit("export", file, "--format", "ndjson"), { code: 1, error: "FLM_FILE_EXISTS" });
  t.match(await audit("export", "--format", "ndjson", "--json"), { code: 2, error: "FLM_USAGE" });
  t.match(await audit("export"), { code: 2, error: "FLM_USAGE" });
});

t.test("an export into a place that takes no files says so, and does not go on trying", async (t) => {
  const unwritable = { code: 1, error: "FLM_FILE_UNREADABLE", message: /cannot be written/ };
  for (const format of ["tiles", "ndjson"]) {
    t.match(await audit("export", join(dataDir, "no", "such"), "--format", format), unwritable, format);
    t.match(await audit("export", join(directory.key, "below"), "--format", format), unwritable, format);
    if (process.platform === "linux")
      t.match(await audit("export", "/proc/log", "--format", format), unwritable, format);
  }
});

t.test("a ledger that was changed behind the log is found, at the entry that it contradicts", async (t) => {
  const change = async (sql: string) => {
    const reopened = await openDatabase({ directory: directory.database, nodeName: "worf" }, now);
    await reopened.query(sql);
    await reopened.close();
  };
  await change("UPDATE reservations SET micro_rho = 1 WHERE micro_rho = 350");
  const diverged = { code: 1, error: "FLM_AUDIT_DIVERGED" };
  t.match(await audit("verify"), { ...diverged, details: [{ at: "entry 2" }] });
  await change("UPDATE reservations SET micro_rho = 350 WHERE micro_rho = 1");
  await change("UPDATE budget_accounts SET spent = 501 WHERE version = ''");
  t.match(await audit("verify"), {
    ...diverged,
    details: [{ at: "the log", message: /dataset flows is not the sum/ }],
  });
  await change("UPDATE reservations SET request = 'other' WHERE micro_rho = 150");
  t.match(await audit("verify"), { ...diverged, details: [{ at: "entry 1", message: /no such reservation/ }] });
});

t.test("a log whose database is gone is verified all the same, and says so", async (t) => {
  await rm(directory.database, { recursive: true });
  await writeFile(directory.database, "not a folder");
  t.match(JSON.parse((await audit("verify", "--json")).out), { event: "verified", ledger: { compared: false } });
});
