import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { presetPolicyUrls } from "@flamenco/policies/access";
import { presetRules } from "@flamenco/policies/release";
import type { ReleaseRules, Study } from "@flamenco/policies/wire";
import { nodeDirectoryOf } from "@flamenco/server";
import t from "tap";
import { makeNode, startNodeProcess } from "../../support/node-process.js";
import { runNodeCommand } from "../../support/program-run.js";
import { alice, plainPackage } from "../../support/protected-release.js";
import { startProxiedRegistry } from "../../support/registry-proxy.js";
import { Researcher } from "../../support/researcher.js";
import { addDataset, makeFlows, makePackage } from "../../support/study-material.js";

t.setTimeout(300_000);

const root = t.testdir();
const registry = await startProxiedRegistry(t, join(root, "registry"));
const researcher = new Researcher(registry.direct, alice);
const comparing = makePackage(alice);
for (const one of [plainPackage, comparing]) await researcher.publish(one);
const dataDirectory = join(root, "data");
const keyId = await makeNode(dataDirectory, { name: "worf", registry: registry.url, trust: [alice.keyId] });
const directory = nodeDirectoryOf(dataDirectory);
await addDataset(directory.datasets, "border", makeFlows(3_000));
await rm(join(directory.policies, "open.cedar"));
await copyFile(presetPolicyUrls.standard, join(directory.policies, "standard.cedar"));

/** Rules under which three thousand rows are not swamped. */
const rules: ReleaseRules = {
  ...presetRules.standard,
  privacyUnit: "row",
  rowsPerUnit: 1,
  epsilon: { release: 6, collaborator: 9, dataset: 10, catalogue: 0.1 },
};
const release = { datasets: [{ name: "border", preset: "standard", rules }], tickSeconds: 1 };
const config = JSON.parse(await readFile(directory.config, "utf8"));
await writeFile(directory.config, JSON.stringify({ ...config, release }));
/** As long as the whole file runs, whichever test starts it. */
const startNode = () => startNodeProcess(t, dataDirectory, undefined);
let node = await startNode();

const ask = async (change: Partial<Study> = {}, packages = [plainPackage]) => {
  await researcher.waitForDataset("worf", "border");
  const target = { node: "worf", keyId, dataset: "border" };
  const outputs: Study["outputs"] = ["analysis", "labelModel", "metrics", "tree"];
  return researcher.ask(packages, target, { release: { preset: "standard" }, outputs, ...change });
};
const endOf = (study: string) => researcher.waitFor(study, "released", "failed", "refused");
const readLedger = async () => {
  const { token } = JSON.parse(await readFile(directory.operator, "utf8")) as { token: string };
  const answer = await fetch(`${node.url}/ledger`, { headers: { authorization: `Bearer ${token}` } });
  return (await answer.json()) as {
    reservations: { reservedAt: string; entry: { request: string; microRho: number } }[];
    accounts: { microRho: number }[];
  };
};

t.test("a node that is killed once budget is reserved releases one protected result, charged once", async (t) => {
  const study = await ask();
  while ((await readLedger()).reservations.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await node.kill();
  node = await startNode();
  const { state } = await endOf(study);
  t.equal(state, "released");
  const [result] = await researcher.results(study);
  t.match(result?.release, { preset: "standard", protection: "protected", bound: { unit: "row", rowsPerUnit: 1 } });
  t.equal(result?.dataset.rows, 3_000);
  const accuracy = result?.outputs.metrics?.labelModel?.accuracy ?? 0;
  t.ok(accuracy > 0.8, `the labeling functions are right: ${accuracy}`);
  const { reservations, accounts } = await readLedger();
  t.equal(reservations.length, 1);
  t.equal(reservations[0]?.entry.microRho, result?.release.bound?.microRho);
  t.ok(accounts.every(({ microRho }) => microRho === reservations[0]?.entry.microRho));

  await t.test("the same question gets the same answer, and is not charged", async (t) => {
    const again = await ask({ title: "Once more", seed: 99 });
    await endOf(again);
    t.strictSame((await researcher.results(again))[0]?.outputs, result?.outputs);
    t.equal((await readLedger()).reservations.length, 1);
  });
});

t.test("what cannot be protected is refused with a code, and charges nothing", async (t) => {
  const refused: Record<string, [Partial<Study>, string]> = {
    "exact outputs": [{ release: { preset: "open" } }, "FLM_PRESET_REFUSED"],
    "combinations of functions": [{ outputs: ["combinations"] }, "FLM_OUTPUT_UNPROTECTED"],
    "the exact tree": [{ outputs: ["exactTree"] }, "FLM_OUTPUT_UNPROTECTED"],
    "an epsilon above the rules": [{ release: { preset: "standard", epsilon: 7 } }, "FLM_RELEASE_RANGE"],
    "a release that its noise would swamp": [{ release: { preset: "standard", epsilon: 0.05 } }, "FLM_RELEASE_SWAMPED"],
  };
  for (const [name, [change, code]] of Object.entries(refused)) {
    const { state, error } = await endOf(await ask(change));
    t.match({ state, code: error?.code }, { state: "refused", code }, name);
  }
  t.equal((await readLedger()).reservations.length, 1);
});

t.test("a question that the budget does not pay for is refused", async (t) => {
  const second = await ask({ classBalance: [0.6, 0.4], outputs: ["analysis"] }, [comparing]);
  t.equal((await endOf(second)).state, "released", "a second one is paid for");
  const [result] = await researcher.results(second);
  t.match(
    result?.release.bound?.catalogue,
    { columns: ["averagePacketSize"] },
    "with the statistics that it compares with",
  );
  const { state, error } = await endOf(await ask({ classBalance: [0.7, 0.3], outputs: ["analysis"] }));
  t.equal(state, "refused");
  t.match(error?.code, /^FLM_(ACCESS_DENIED|BUDGET_EXHAUSTED)$/);
});

t.test("researchers see the terms, and what is left of the budgets", async (t) => {
  const { accounts } = await readLedger();
  const spent = Math.max(...accounts.map(({ microRho }) => microRho));
  const { terms } = await researcher.waitForDataset(
    "worf",
    "border",
    (told) => told?.charged.datasetMicroRho === spent,
  );
  t.match(terms, {
    preset: "standard",
    rules,
    rows: 3_000,
    hasTruth: true,
    charged: { collaborators: [{ keyId: alice.keyId, microRho: spent }], complete: true },
  });
});

t.test("the operator sees what is spent and on what", async (t) => {
  const show = await runNodeCommand(["budget", "show", "border", "--json", "--data-dir", dataDirectory], undefined);
  t.equal(show.code, 0);
  const budget = JSON.parse(show.out);
  t.match(budget, {
    event: "budget",
    dataset: "border",
    preset: "standard",
    collaborators: [{ collaborator: alice.keyId }],
  });
  const { accounts, reservations } = await readLedger();
  t.equal(budget.total.spentMicroRho, accounts[0]?.microRho);
  t.ok(budget.total.spentEpsilon > 6 && budget.total.spentEpsilon <= budget.total.ceilingEpsilon);
  const history = await runNodeCommand(["budget", "history", "border", "--data-dir", dataDirectory], undefined);
  t.equal(history.code, 0);
  for (const { reservedAt, entry } of reservations) {
    t.match(history.out, new RegExp(`${reservedAt}  ${entry.request.slice(0, 12)}.* ${entry.microRho}\\n`));
  }
  const { leftMicroRho, releasesLeft, ceilingMicroRho } = budget.total;
  t.equal(leftMicroRho, ceilingMicroRho - (accounts[0]?.microRho ?? 0));
  t.ok(releasesLeft * (reservations[0]?.entry.microRho ?? 0) <= leftMicroRho);
  const typo = await runNodeCommand(["budget", "history", "bordr", "--json", "--data-dir", dataDirectory], undefined);
  t.match(JSON.parse(typo.out), { error: { code: "FLM_DATASET_UNKNOWN" } });
});
