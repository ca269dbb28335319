import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseKeyFile } from "@flamenco/policies/trust";
import { initNode, nodeDirectoryOf, startNode } from "@flamenco/server";
import pino from "pino";
import t, { type Test } from "tap";
import { runInProcess } from "../../support/node-command.js";
import { makeKey } from "../../support/signed-documents.js";

const log = pino({ enabled: false });
const alice = makeKey("alice");
const registry = "http://127.0.0.1:9";
const options = {
  name: "worf",
  registry,
  researchers: [{ keyId: alice.keyId, name: "alice" }],
  port: 0,
  preset: "open" as const,
};

const start = (dataDirectory: string) =>
  startNode({ dataDirectory, log, now: () => new Date(), random: Math.random, databaseUrl: undefined });

async function initialized(t: Test) {
  const dataDirectory = t.testdir();
  const directory = nodeDirectoryOf(dataDirectory);
  const keyId = await initNode(directory, options);
  return { dataDirectory, directory, keyId };
}

t.test("init makes a node whose key and files are its owner's alone", async (t) => {
  const { directory, keyId } = await initialized(t);
  t.same((await readdir(directory.root)).sort(), ["datasets", "node.json", "node.key", "policies"]);
  t.equal((await stat(directory.key)).mode & 0o777, 0o600);
  t.equal((await stat(directory.root)).mode & 0o077, 0);
  t.match(parseKeyFile(await readFile(directory.key, "utf8")), { keyId, name: "worf" });
  t.match(JSON.parse(await readFile(directory.config, "utf8")), {
    name: "worf",
    registry,
    researchers: [{ keyId: alice.keyId, name: "alice" }],
  });
  t.same(await readdir(directory.policies), ["open.cedar"]);
});

t.test("init overwrites nothing", async (t) => {
  const { directory } = await initialized(t);
  const before = await readFile(directory.key, "utf8");
  await t.rejects(initNode(directory, { ...options, name: "other" }), { code: "FLM_FILE_EXISTS" });
  t.equal(await readFile(directory.key, "utf8"), before);
});

t.test("init keeps the policies that an operator has put there already", async (t) => {
  const directory = nodeDirectoryOf(t.testdir());
  await mkdir(directory.policies, { recursive: true });
  await writeFile(join(directory.policies, "open.cedar"), "// mine");
  await initNode(directory, options);
  t.equal(await readFile(join(directory.policies, "open.cedar"), "utf8"), "// mine");
});

t.test("init refuses wrong names, addresses and keys, and leaves nothing", async (t) => {
  const wrong = {
    name: { ...options, name: "Worf!" },
    path: { ...options, name: "../up" },
    address: { ...options, registry: "ftp://x" },
    key: { ...options, researchers: [{ keyId: "alice" }] },
    "key that is no point": { ...options, researchers: [{ keyId: `ed25519:${"A".repeat(42)}B` }] },
    "researcher's name": { ...options, researchers: [{ keyId: alice.keyId, name: "A L" }] },
  };
  for (const [name, choice] of Object.entries(wrong)) {
    const directory = nodeDirectoryOf(t.testdir());
    await t.rejects(initNode(directory, choice), { code: "FLM_USAGE" }, name);
    await t.rejects(stat(directory.root), { code: "ENOENT" }, `${name}: nothing was made`);
  }
});

t.test("a wrong node.json stops the boot with every bad path", async (t) => {
  const { directory, dataDirectory } = await initialized(t);
  const config = JSON.parse(await readFile(directory.config, "utf8"));
  const wrong = {
    ...config,
    registery: "typo",
    name: "Worf",
    http: { port: 70_000 },
    limits: { ...config.limits, workers: 0, memoryMegabytes: "2048" },
  };
  await writeFile(directory.config, JSON.stringify(wrong));
  const error = await start(dataDirectory).catch((e: unknown) => e as { code: string; details: { at: string }[] });
  t.match(error, { code: "FLM_CONFIG" });
  const paths = new Set((error as { details: { at: string }[] }).details.map(({ at }) => at));
  for (const path of ["/registery", "/name", "/http/port", "/limits/workers", "/limits/memoryMegabytes"]) {
    t.ok(paths.has(path), path);
  }
  t.notOk((await readdir(directory.root)).includes("lock"), "nothing was started");
});

t.test("a node.json that is missing, not JSON, or lists a researcher twice stops the boot", async (t) => {
  const { directory, dataDirectory } = await initialized(t);
  const config = JSON.parse(await readFile(directory.config, "utf8"));
  await writeFile(
    directory.config,
    JSON.stringify({ ...config, researchers: [...config.researchers, { keyId: alice.keyId }] }),
  );
  await t.rejects(start(dataDirectory), { code: "FLM_CONFIG", details: [{ at: "/researchers/1/keyId" }] });
  await writeFile(directory.config, "{");
  await t.rejects(start(dataDirectory), { code: "FLM_CONFIG" });
  await t.rejects(start(t.testdir({ empty: {} })), { code: "FLM_CONFIG", message: /node init/ });
});

t.test("the release rules that the page on privacy shows are read as they stand there", async (t) => {
  const page = await readFile(new URL("../../../../docs/privacy.md", import.meta.url), "utf8");
  const { release } = JSON.parse(`{${/```json\n("release": .*?)```/s.exec(page)?.[1]}}`);
  const { directory, dataDirectory } = await initialized(t);
  const config = JSON.parse(await readFile(directory.config, "utf8"));
  await writeFile(directory.config, JSON.stringify({ ...config, release }));
  // The configuration was read when the dataset is missed; a wrong one would be FLM_CONFIG.
  const budget = () => runInProcess("budget", "show", "border", "--data-dir", dataDirectory);
  t.match(await budget(), { error: "FLM_DATASET_UNKNOWN" });
  release.datasets[1].rules.epsilon.release = -1;
  await writeFile(directory.config, JSON.stringify({ ...config, release }));
  t.match(await budget(), { error: "FLM_CONFIG" });
});

t.test("a key that others can read, is damaged, or belongs to another node stops the boot", async (t) => {
  const { directory, dataDirectory } = await initialized(t);
  await chmod(directory.key, 0o644);
  await t.rejects(start(dataDirectory), { code: "FLM_KEY_UNREADABLE", message: /chmod 600/ });
  await chmod(directory.key, 0o600);
  const text = await readFile(directory.key, "utf8");
  await writeFile(directory.key, text.replace("worf", "warf"));
  await t.rejects(start(dataDirectory), { code: "FLM_KEY_UNREADABLE", message: /warf/ });
  await writeFile(directory.key, "nothing");
  await t.rejects(start(dataDirectory), { code: "FLM_KEY_UNREADABLE" });
});

t.test("a wrong policy stops the boot with its file and line", async (t) => {
  const { directory, dataDirectory } = await initialized(t);
  await writeFile(
    join(directory.policies, "mine.cedar"),
    "\n\nforbid (principal, action, resource) when { context.nope };",
  );
  await t.rejects(start(dataDirectory), { code: "FLM_POLICY_INVALID", details: [{ at: "mine.cedar:3" }] });
});

t.test("two nodes do not run on one directory, and a stopped one lets it go", async (t) => {
  const { dataDirectory } = await initialized(t);
  const node = await start(dataDirectory);
  await t.rejects(start(dataDirectory), { code: "FLM_DATA_DIR_LOCKED" });
  await node.stop();
  await (await start(dataDirectory)).stop();
});

t.test("a port that is taken is said, and nothing stays locked", async (t) => {
  const first = await initialized(t);
  const second = { dataDirectory: join(first.dataDirectory, "second") };
  await initNode(nodeDirectoryOf(second.dataDirectory), options);
  const node = await start(first.dataDirectory);
  t.teardown(() => node.stop());
  const port = Number(new URL(node.url).port);
  const taken = startNode({
    dataDirectory: second.dataDirectory,
    port,
    log,
    now: () => new Date(),
    random: Math.random,
  });
  await t.rejects(taken, { code: "FLM_PORT_TAKEN" });
  await (await start(second.dataDirectory)).stop();
});
