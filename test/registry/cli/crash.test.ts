import { once } from "node:events";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { signDocument } from "@flamenco/policies/trust";
import {
  CatalogAnswer,
  NodesAnswer,
  PublishAnswer,
  parseDocument,
  payloadTypes,
  registryPaths,
} from "@flamenco/policies/wire";
import t from "tap";
import { makeAnnouncement, makeKey } from "../../support/signed-documents.js";
import { makeVerifiedBundle } from "../../support/verified-packages.js";
import { alice } from "../harness.js";
import { startService } from "./process.js";

// Every case starts processes, which takes its time on a busy machine.
t.setTimeout(240_000);

const rounds = 3;
const nodesPerRound = 60;
/** Answers after which the process is killed, while the rest is on its way. */
const killAfter = 25;

async function post(url: string, document: object): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(document),
  });
  return { status: answer.status, body: await answer.json() };
}

t.test("killed in the middle of writing, again and again, it keeps all that it acknowledged", async (t) => {
  const dataDir = t.testdir();
  const acknowledged = { nodes: new Set<string>(), packages: new Set<string>() };

  for (let round = 0; round < rounds; round++) {
    const { child, ready } = await startService(t, dataDir);
    const exit = once(child, "exit");
    let answers = 0;
    const count = () => {
      answers += 1;
      if (answers === killAfter) child.kill("SIGKILL");
    };
    const announcements = Array.from({ length: nodesPerRound }, async (_, index) => {
      const node = makeKey(`node-${round}-${index}`);
      const envelope = signDocument(payloadTypes.node, makeAnnouncement(node, new Date()), [node]);
      if ((await post(ready.url + registryPaths.nodes, envelope)).status === 200) acknowledged.nodes.add(node.keyId);
      count();
    });
    const publications = Array.from({ length: 10 }, async (_, index) => {
      const bundle = makeVerifiedBundle([alice], { version: `${round}.0.${index}` });
      const { status, body } = await post(ready.url + registryPaths.packages, bundle);
      if (status === 201) acknowledged.packages.add(parseDocument(PublishAnswer, body, "answer").package.id);
      count();
    });
    const outcomes = await Promise.allSettled([...announcements, ...publications]);
    t.strictSame(await exit, [null, "SIGKILL"]);
    t.ok(
      outcomes.some(({ status }) => status === "rejected"),
      "the kill came while requests were under way",
    );
    // What a crash in the middle of a line leaves behind.
    await appendFile(join(dataDir, "registry", "journal.jsonl"), '{"at":"2026-01-01T00:00:0');
  }

  const { child, ready } = await startService(t, dataDir);
  const { packages } = parseDocument(
    CatalogAnswer,
    await (await fetch(ready.url + registryPaths.packages)).json(),
    "catalog",
  );
  const { nodes } = parseDocument(NodesAnswer, await (await fetch(ready.url + registryPaths.nodes)).json(), "nodes");
  const keys = new Set(nodes.map(({ signatures }) => signatures[0]?.keyid));
  const ids = new Set(packages.map(({ id }) => id));
  t.ok(acknowledged.nodes.size + acknowledged.packages.size >= rounds * (killAfter - 1));
  t.strictSame(
    [...acknowledged.nodes].filter((keyId) => !keys.has(keyId)),
    [],
    "no node is lost",
  );
  t.strictSame(
    [...acknowledged.packages].filter((id) => !ids.has(id)),
    [],
    "no package is lost",
  );
  child.kill("SIGTERM");
  t.strictSame(await once(child, "exit"), [0, null]);
});
