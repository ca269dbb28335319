import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t, { type Test } from "tap";
import { startNodeProcess } from "../../support/node-process.js";
import { makeKey } from "../../support/signed-documents.js";

t.setTimeout(200_000);

const program = fileURLToPath(new URL("../../../../server/bin/flamenco-node.js", import.meta.url));
const alice = makeKey("alice");

async function run(...parameters: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [program, ...parameters], { stdio: ["ignore", "pipe", "pipe"] });
  const texts = { out: "", err: "" };
  child.stdout.on("data", (data) => {
    texts.out += String(data);
  });
  child.stderr.on("data", (data) => {
    texts.err += String(data);
  });
  const [code] = await once(child, "close");
  return { code: code as number | null, ...texts };
}

const init = (dataDir: string, ...more: string[]) =>
  run("init", "--name", "worf", "--registry", "http://127.0.0.1:9/", "--data-dir", dataDir, "--port", "0", ...more);

async function initialized(t: Test): Promise<string> {
  const dataDir = t.testdir();
  t.equal((await init(dataDir)).code, 0);
  return dataDir;
}

t.test("every command explains itself, with examples", async (t) => {
  for (const parameters of [["--help"], ["init", "--help"], ["start", "--help"], ["doctor", "--help"]]) {
    const { code, out } = await run(...parameters);
    t.equal(code, 0);
    t.match(out, /Usage: flamenco-node/);
    if (parameters.length > 1) t.match(out, /Examples:/);
  }
});

t.test("a wrong command line ends with 2 and says which argument", async (t) => {
  t.match(await run("strat"), { code: 2, err: /strat/ });
  t.match(await run("init", "--name", "worf"), { code: 2, err: /--registry/ });
  t.match(await run("start", "--port", "99999"), { code: 2, err: /65535/ });
  t.match(await init(t.testdir(), "--trust", "alice"), { code: 2, err: /FLM_USAGE/ });
});

t.test("init says what it made, in words and as JSON, and overwrites nothing", async (t) => {
  const dataDir = t.testdir();
  const { code, out } = await init(
    dataDir,
    "--json",
    "--trust",
    `${alice.keyId}=alice`,
    "--trust",
    makeKey("bob").keyId,
  );
  t.equal(code, 0);
  const made = JSON.parse(out);
  t.match(made, { event: "initialized", name: "worf", keyId: /^ed25519:/, directory: join(dataDir, "node") });
  t.match(JSON.parse(await readFile(join(dataDir, "node", "node.json"), "utf8")), {
    registry: "http://127.0.0.1:9",
    researchers: [{ keyId: alice.keyId, name: "alice" }, { keyId: makeKey("bob").keyId }],
    release: { preset: "standard" },
  });
  t.match(await init(dataDir), { code: 1, err: /FLM_FILE_EXISTS/ });
  const again = await init(dataDir, "--json");
  t.match(JSON.parse(again.out), { event: "failed", error: { code: "FLM_FILE_EXISTS" } });
});

t.test("start fails with a code and a reason", async (t) => {
  t.match(await run("start", "--data-dir", t.testdir()), { code: 1, err: /FLM_CONFIG.*flamenco node init/s });
  const dataDir = await initialized(t);
  await writeFile(join(dataDir, "node", "policies", "mine.cedar"), "permit (principal");
  const { code, out, err } = await run("start", "--data-dir", dataDir, "--json");
  t.equal(code, 1);
  t.match(JSON.parse(out), {
    event: "failed",
    error: { code: "FLM_POLICY_INVALID", details: [{ at: "mine.cedar:1" }] },
  });
  t.match(err, /mine\.cedar:1/);
});

t.test("start says so when the port is taken, and leaves the directory free", async (t) => {
  const dataDir = await initialized(t);
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => server.close());
  const port = String((server.address() as AddressInfo).port);
  t.match(await run("start", "--data-dir", dataDir, "--port", port), { code: 1, err: /FLM_PORT_TAKEN/ });
  const node = await startNodeProcess(t, dataDir, undefined);
  t.match(await run("start", "--data-dir", dataDir, "--port", "0"), { code: 1, err: /FLM_DATA_DIR_LOCKED/ });
  t.equal(await node.stop("SIGINT"), 0);
});

t.test("a node stops cleanly when whoever started it is gone", async (t) => {
  const node = await startNodeProcess(t, await initialized(t), undefined);
  node.child.stdin?.end();
  const [code] = await once(node.child, "exit");
  t.equal(code, 0);
});
