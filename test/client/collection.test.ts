import { join } from "node:path";
import { collectResults, createStudy, packPackage, RegistryClient, type SignedStudy } from "@flamenco/client";
import t from "tap";
import { makeKey } from "../support/signed-documents.js";
import { packageFiles, writeFolder } from "./support/folders.js";
import { startRegistry } from "./support/real-registry.js";
import { makeFullResult } from "./support/results.js";
import { openScriptedNode } from "./support/scripted-node.js";

const [alice, north, south] = [makeKey("alice"), makeKey("north"), makeKey("south")];

async function openScene(home: string) {
  const server = await startRegistry(home);
  const registry = new RegistryClient({ url: server.url });
  const nodes = { north: openScriptedNode(server.url, north), south: openScriptedNode(server.url, south) };
  const packed = await packPackage(await writeFolder(join(home, "package"), packageFiles()), alice);
  await registry.publish(packed.bundle);
  await Promise.all([nodes.north.announce(), nodes.south.announce()]);
  const signed: SignedStudy = await createStudy(
    {
      title: "Two networks",
      task: packed.manifest.task,
      kind: "flow/1",
      packages: [packed.reference],
      targets: [north, south].map(({ name, keyId }) => ({ node: name, keyId, dataset: "border" })),
    },
    alice,
  );
  await registry.submitStudy(signed.envelope);
  return { home, server, registry, nodes, signed };
}

async function runToEnd(node: ReturnType<typeof openScriptedNode>, key: typeof north, study: string): Promise<void> {
  await node.report(study, "fetched");
  await node.report(study, "running", { progress: { stage: "votes", done: 1, total: 2 } });
  await node.report(study, "releasing");
  await node.sendResult(makeFullResult(key, study));
  await node.report(study, "released");
}

t.test("results are collected as the nodes bring them, with progress", async (t) => {
  const { server, registry, nodes, signed } = await openScene(t.testdir());
  t.teardown(server.close);
  const seen = new Set<string>();
  const collecting = collectResults(registry, signed, {
    onProgress: (runs) => {
      for (const { node, state } of runs) seen.add(`${node} ${state}`);
    },
  });
  await runToEnd(nodes.north, north, signed.digest);
  await runToEnd(nodes.south, south, signed.digest);
  const { results, problems } = await collecting;
  t.strictSame(
    results.map(({ result }) => result.node),
    ["north", "south"],
  );
  t.strictSame(problems, []);
  t.ok(seen.has("north offered"));
  t.ok(seen.has("south releasing") || seen.has("south released"));
});

t.test("a node that refuses spoils no other node's result", async (t) => {
  const { server, registry, nodes, signed } = await openScene(t.testdir());
  t.teardown(server.close);
  await runToEnd(nodes.north, north, signed.digest);
  await nodes.south.report(signed.digest, "refused", {
    error: { code: "FLM_ACCESS_DENIED", message: "No policy permits this.", details: [] },
  });
  const { results, problems } = await collectResults(registry, signed);
  t.strictSame(
    results.map(({ result }) => result.node),
    ["north"],
  );
  t.match(problems, [
    { node: "south", state: "refused", error: { code: "FLM_ACCESS_DENIED", message: "No policy permits this." } },
  ]);
});

t.test("the waiting ends when its time is over or when it is interrupted; the study goes on", async (t) => {
  const { server, registry, signed } = await openScene(t.testdir());
  t.teardown(server.close);
  await t.rejects(collectResults(registry, signed, { timeoutMs: 50 }), {
    code: "FLM_WAIT_TIMEOUT",
    message: /north is offered/,
  });
  await t.rejects(collectResults(registry, signed, { signal: AbortSignal.timeout(50) }), { code: "FLM_INTERRUPTED" });
  const { results, problems } = await collectResults(registry, signed, { wait: false });
  t.strictSame(results, []);
  t.match(problems, [{ error: { code: "FLM_WAIT_TIMEOUT" } }, { error: { code: "FLM_WAIT_TIMEOUT" } }]);
});

t.test("a registry that restarts while somebody waits is asked again", async (t) => {
  const { home, server, registry, nodes, signed } = await openScene(t.testdir());
  let away = 0;
  const collecting = collectResults(registry, signed, { onUnreachable: () => (away += 1) });
  await runToEnd(nodes.north, north, signed.digest);
  await server.close();
  while (away === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  const second = await startRegistry(home, server.port);
  t.teardown(second.close);
  await runToEnd(nodes.south, south, signed.digest);
  t.equal((await collecting).results.length, 2);
});

t.test("a study that the registry does not know is an error at once", async (t) => {
  const { server, registry, signed } = await openScene(t.testdir());
  t.teardown(server.close);
  await t.rejects(collectResults(registry, { ...signed, digest: "0".repeat(64) }), { code: "FLM_STUDY_UNKNOWN" });
});
