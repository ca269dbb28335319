import { rm } from "node:fs/promises";
import {
  buildApp,
  initNode,
  lockDirectory,
  makeOperatorToken,
  nodeDirectoryOf,
  openDatabase,
  publishAccess,
  Quarantine,
  RunFeed,
} from "@flamenco/server";
import pino from "pino";
import t from "tap";
import { runInProcess } from "../../support/node-command.js";
import { addDataset, makeFlows } from "../../support/study-material.js";
import { alice, demanding, makeRequest, startApprovingNode, waitForState } from "../approvals/approving-node.js";

t.setTimeout(120_000);

const dataDir = t.testdir();
const directory = nodeDirectoryOf(dataDir);
const now = () => new Date();
const border = await addDataset(directory.datasets, "border", makeFlows(30));
await initNode(directory, { name: "worf", registry: "http://127.0.0.1:9", researchers: [], port: 0, preset: "open" });
const openNodeDatabase = () => openDatabase({ directory: directory.database, nodeName: "worf" }, now);
const requests = (...words: string[]) => runInProcess("requests", ...words, "--data-dir", dataDir);

let database = await openNodeDatabase();
let node = startApprovingNode({ database, dataset: border, policies: demanding, now });

/** Three studies that wait for a person. */
const studies: string[] = [];
for (const [index, title] of ["Two networks", "Same \u001b[2Jagain", "And again"].entries()) {
  const { envelope, digest } = makeRequest(now(), String(index).padStart(32, "0"), { title });
  await node.store.addOffered(digest, JSON.stringify(envelope));
  await waitForState(node, digest, "awaiting-approval");
  studies.push(digest);
}
const [one, two, three] = studies as [string, string, string];

/** The node's interface over the database, and its lock, as `start` has them. */
async function serve(): Promise<() => Promise<void>> {
  const lock = await lockDirectory(directory.lock);
  const token = makeOperatorToken();
  const app = buildApp(
    {
      nodeName: "worf",
      store: node.store,
      feed: new RunFeed(),
      quarantine: new Quarantine(database, now),
      approvals: node.approvals,
      operatorToken: token,
      listDatasets: async () => [],
      readLedger: async () => ({ reservations: [], accounts: [] }),
      findRelease: async () => undefined,
    },
    pino({ enabled: false }),
  );
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const withdraw = await publishAccess(directory.operator, { url, token });
  return async () => {
    await withdraw();
    await app.close();
    await lock.release();
  };
}

const stopServing = await serve();

t.test("list and show tell an operator of the running node everything that a word needs", async (t) => {
  const listed = JSON.parse((await requests("list", "--json")).out);
  t.same(listed.requests.map(({ study }: { study: string }) => study).sort(), [...studies].sort());
  t.match((await requests("list")).out, /Two networks, on border.*\n {2}by ed25519:.*\n {2}waits until /);
  const { out } = await requests("show", one.slice(0, 10));
  for (const text of [
    alice.keyId,
    "trusted: alice, uoregon",
    "EXACT: no noise",
    "mine.cedar#ask-me",
    "wants a person's approval",
    "I look at each run.",
    "srcPort <= 6600",
    "export function lowPort",
    border.version,
  ])
    t.ok(out.includes(text), text);
  t.notMatch((await requests("show", two)).out, "\u001b", "nothing draws on the terminal");
  t.match(JSON.parse((await requests("show", one, "--json")).out), { event: "request", dossier: { study: one } });
});

t.test("a word that is given through the running node is kept, and its run goes on", async (t) => {
  const { request } = JSON.parse((await requests("show", one, "--json")).out);
  const stale = await requests("approve", one, "--shown", "0".repeat(64));
  t.match(stale, { code: 1, error: "FLM_APPROVAL_CHANGED" });
  t.match(await requests("approve", one, "--reason", "a".repeat(501)), { code: 1, error: "FLM_SCHEMA" });
  t.match(JSON.parse((await requests("approve", one, "--shown", request.shown, "--reason", "fine", "--json")).out), {
    event: "decided",
    request: { study: one, decision: { verdict: "approved", by: /^operator ./, reason: "fine" } },
  });
  await waitForState(node, one, "releasing");
  t.match(await requests("deny", one), { code: 1, error: "FLM_APPROVAL_DECIDED" });
  t.match(await requests("deny", two, "--reason", "no"), { code: 0, out: /denied by operator .*: no\n.*not why/ });
  await waitForState(node, two, "refused");
});

t.test("names that are none, and too short ones", async (t) => {
  t.match(await requests("show", "12345"), { code: 2, error: "FLM_USAGE" });
  t.match(await requests("show", "../../etc"), { code: 2, error: "FLM_USAGE" });
  t.match(await requests("approve", "f".repeat(64)), { code: 1, error: "FLM_APPROVAL_NONE" });
});

t.test("a node that does not answer is said to be busy, not to have no requests", async (t) => {
  const withdraw = await publishAccess(directory.operator, { url: "http://127.0.0.1:9", token: makeOperatorToken() });
  t.match(await requests("list"), { code: 1, error: "FLM_DATA_DIR_LOCKED" });
  await withdraw();
  t.match(await requests("list"), { code: 1, error: "FLM_DATA_DIR_LOCKED" });
});

t.test("without a running node the word is kept in the database, for its next start", async (t) => {
  await stopServing();
  await node.stop();
  await database.close();
  t.match(await requests("list"), { code: 0, out: /And again, on border.*\n {2}by ed25519:.*\n {2}waits until / });
  t.match(await requests("approve", three, "--reason", "later"), { code: 0, out: /approved by operator/ });
  database = await openNodeDatabase();
  node = startApprovingNode({ database, dataset: border, policies: demanding, now });
  await waitForState(node, three, "releasing");
  await node.stop();
  await database.close();
});

t.test("every command explains itself, with examples", async (t) => {
  for (const name of ["list", "show", "approve", "deny"])
    t.match(await runInProcess("requests", name, "--help"), { code: 0, out: /Examples:/ });
});

t.teardown(() => rm(directory.operator, { force: true }));
