import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { initNode, nodeDirectoryOf, startNode } from "@flamenco/server";
import pino from "pino";
import t from "tap";
import { runInProcess } from "../../support/node-command.js";
import { startProxiedRegistry } from "../../support/registry-proxy.js";
import { Researcher } from "../../support/researcher.js";
import { addDataset, makeFlows } from "../../support/study-material.js";
import { alice, basics, demanding } from "./approving-node.js";

t.setTimeout(200_000);

t.test("a whole node waits for its operator's word, and releases what that word let pass", async (t) => {
  const root = t.testdir();
  const registry = await startProxiedRegistry(t, join(root, "registry"));
  const researcher = new Researcher(registry.direct, alice);
  await researcher.publish(basics);
  const dataDirectory = join(root, "data");
  const directory = nodeDirectoryOf(dataDirectory);
  const trusted = { keyId: alice.keyId, name: "alice" };
  const keyId = await initNode(directory, {
    name: "worf",
    registry: registry.url,
    researchers: [trusted],
    port: 0,
    preset: "open",
  });
  await rm(join(directory.policies, "open.cedar"));
  await writeFile(join(directory.policies, "mine.cedar"), demanding);
  await addDataset(directory.datasets, "border", makeFlows(600));
  const options = { dataDirectory, log: pino({ enabled: false }), now: () => new Date(), random: Math.random };
  let node = await startNode(options);
  t.teardown(() => node.stop());
  const requests = (...words: string[]) => runInProcess("requests", ...words, "--json", "--data-dir", dataDirectory);

  await researcher.waitForDataset("worf", "border");
  const target = { node: "worf", keyId, dataset: "border" };
  const [study, other] = [await researcher.ask([basics], target), await researcher.ask([basics], target)];
  await researcher.waitFor(study, "awaiting-approval");
  await researcher.waitFor(other, "awaiting-approval");
  await node.stop();
  node = await startNode(options);

  const { dossier } = JSON.parse((await requests("show", study)).out);
  t.match(dossier, { researcher: { name: "alice" }, release: { preset: "open", bound: null } });
  t.match(await requests("approve", study, "--reason", "looks fine"), { code: 0 });
  t.match(await requests("deny", other, "--reason", "10.0.0.1 is busy"), { code: 0 });
  t.match(await researcher.waitFor(study, "released", "failed", "refused"), { state: "released" });
  const [result] = await researcher.results(study);
  t.match(result?.release, {
    policies: ["mine.cedar#ask-me", "mine.cedar#the-rest"],
    policySet: dossier.policySet,
  });
  const refused = await researcher.waitFor(other, "refused");
  t.match(refused.error, { code: "FLM_APPROVAL_DENIED", details: [] });
  t.notMatch(JSON.stringify(refused), /10\.0\.0\.1/);

  const audited = await runInProcess("audit", "list", "--json", "--data-dir", dataDirectory);
  for (const text of ['"verdict":"approved"', '"verdict":"denied"', '"action":"readStatistics"', "FLM_APPROVAL_DENIED"])
    t.ok(audited.out.includes(text), `the audit log has ${text}`);
  t.notMatch(audited.out, /looks fine|10\.0\.0\.1/, "and no reasons");

  const { runs } = (await (await fetch(`${node.url}/runs`)).json()) as { runs: { study: string; policySet: string }[] };
  t.equal(runs.find((run) => run.study === study)?.policySet, dossier.policySet);
});
