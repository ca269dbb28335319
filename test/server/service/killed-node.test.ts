import { join } from "node:path";
import type { RunState } from "@flamenco/policies/wire";
import { nodeDirectoryOf } from "@flamenco/server";
import type { Test } from "tap";
import { type Backend, freshNodeName, testOnEveryBackend } from "../../support/databases.js";
import { makeNode, startNodeProcess } from "../../support/node-process.js";
import { type Passing, startProxiedRegistry } from "../../support/registry-proxy.js";
import { Researcher } from "../../support/researcher.js";
import { makeKey } from "../../support/signed-documents.js";
import { addDataset, makeFlows, makePackage } from "../../support/study-material.js";

const alice = makeKey("alice");
const basics = makePackage(alice);
const dataset = makeFlows(2_000);

interface World {
  readonly researcher: Researcher;
  readonly registry: Awaited<ReturnType<typeof startProxiedRegistry>>;
  readonly dataDirectory: string;
  readonly name: string;
  readonly keyId: string;
}

async function makeWorld(t: Test): Promise<World> {
  const root = t.testdir();
  const registry = await startProxiedRegistry(t, join(root, "registry"));
  const researcher = new Researcher(registry.direct, alice);
  await researcher.publish(basics);
  const dataDirectory = join(root, "data");
  const name = freshNodeName();
  const keyId = await makeNode(dataDirectory, { name, registry: registry.url, trust: [alice.keyId] });
  await addDataset(nodeDirectoryOf(dataDirectory).datasets, "border", dataset);
  return { researcher, registry, dataDirectory, name, keyId };
}

interface SeenRun {
  readonly study: string;
  readonly state: RunState;
  readonly attempts: number;
}

/** Wait until the node itself says that a run is as wanted. */
async function waitForRun(url: string, study: string, wanted: (run: SeenRun) => boolean): Promise<void> {
  for (;;) {
    const { runs } = (await (await fetch(`${url}/runs`)).json()) as { runs: SeenRun[] };
    if (runs.some((run) => run.study === study && wanted(run))) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const waitForState = (url: string, study: string, state: RunState) =>
  waitForRun(url, study, (run) => run.state === state);

const isPackage = ({ path }: Passing) => path.startsWith("/packages/");
const isResult = ({ path }: Passing) => path === "/exchange/results";
const isReportOf = ({ path, body }: Passing, state: RunState) =>
  path === "/exchange/runs" &&
  JSON.parse(Buffer.from(JSON.parse(body).payload, "base64").toString("utf8")).state === state;

/** Start a node, ask it, kill it when `reached` resolves, start it again, and see one result come of it. */
async function killWhen(
  t: Test,
  backend: Backend,
  world: World,
  reached: (url: string, study: string) => Promise<void>,
): Promise<void> {
  const { researcher, registry, dataDirectory, name, keyId } = world;
  const first = await startNodeProcess(t, dataDirectory, backend.databaseUrl);
  await researcher.waitForDataset(name, "border");
  const study = await researcher.ask([basics], { node: name, keyId, dataset: "border" });
  await reached(first.url, study);
  await first.kill();
  registry.intercept = undefined;
  const second = await startNodeProcess(t, dataDirectory, backend.databaseUrl);
  t.match(await researcher.waitFor(study, "released", "failed", "refused"), { state: "released", resultReady: true });
  const results = await researcher.results(study);
  t.equal(results.length, 1, "one result");
  t.match(results[0], { node: name, dataset: { rows: dataset.rows.length } });
  await waitForState(second.url, study, "released");
  t.equal(await second.stop(), 0);
}

await testOnEveryBackend("a node that is killed", async (t, backend) => {
  await t.test("while a study is offered ends in one result", async (t) => {
    const world = await makeWorld(t);
    world.registry.intercept = (passing) => (isPackage(passing) ? new Promise<boolean>(() => {}) : false);
    await killWhen(t, backend, world, (url, study) => waitForState(url, study, "offered"));
  });

  await t.test("after it fetched a study and before anybody knows ends in one result", async (t) => {
    const world = await makeWorld(t);
    world.registry.intercept = (passing) =>
      passing.path === "/exchange/runs" ? new Promise<boolean>(() => {}) : false;
    await killWhen(t, backend, world, (url, study) => waitForRun(url, study, ({ state }) => state !== "offered"));
  });

  await t.test("while a sealed worker runs ends in one result", async (t) => {
    const world = await makeWorld(t);
    await killWhen(t, backend, world, (url, study) => waitForState(url, study, "running"));
  });

  await t.test("with the release stored and not sent ends in one result, of the same bytes", async (t) => {
    const world = await makeWorld(t);
    const sent: string[] = [];
    world.registry.intercept = (passing) => {
      if (!isResult(passing)) return false;
      sent.push(passing.body);
      return new Promise<boolean>(() => {});
    };
    await killWhen(t, backend, world, async () => {
      while (sent.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    });
    const [study] = (await world.researcher.results(
      JSON.parse(Buffer.from(JSON.parse(sent[0] as string).payload, "base64").toString()).study,
    )) as [unknown];
    t.strictSame(study, JSON.parse(Buffer.from(JSON.parse(sent[0] as string).payload, "base64").toString()));
  });

  await t.test("when the registry has the result and the node does not know it ends in one result", async (t) => {
    const world = await makeWorld(t);
    let taken = false;
    world.registry.intercept = async (passing) => {
      if (!isResult(passing)) return false;
      const headers = { "content-type": "application/json" };
      await fetch(world.registry.direct + passing.path, { method: "POST", headers, body: passing.body });
      taken = true;
      return new Promise<boolean>(() => {});
    };
    await killWhen(t, backend, world, async () => {
      while (!taken) await new Promise((resolve) => setTimeout(resolve, 5));
    });
  });

  await t.test("when it is released and the last report is not sent ends in one result", async (t) => {
    const world = await makeWorld(t);
    world.registry.intercept = (passing) => (isReportOf(passing, "released") ? new Promise<boolean>(() => {}) : false);
    await killWhen(t, backend, world, (url, study) => waitForState(url, study, "released"));
  });

  await t.test("each time that a worker runs fails cleanly in the end", async (t) => {
    const { researcher, dataDirectory, name, keyId } = await makeWorld(t);
    let node = await startNodeProcess(t, dataDirectory, backend.databaseUrl);
    await researcher.waitForDataset(name, "border");
    const study = await researcher.ask([basics], { node: name, keyId, dataset: "border" });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await waitForRun(node.url, study, ({ state, attempts }) => state === "running" && attempts === attempt);
      await node.kill();
      node = await startNodeProcess(t, dataDirectory, backend.databaseUrl);
    }
    t.match(await researcher.waitFor(study, "released", "failed"), {
      state: "failed",
      error: { code: "FLM_WORKER_CRASHED" },
    });
    t.same(await researcher.results(study), []);
    t.equal(await node.stop(), 0);
  });
});
