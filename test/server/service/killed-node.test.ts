import { join } from "node:path";
import type { RunState } from "@flamenco/policies/wire";
import { nodeDirectoryOf } from "@flamenco/server";
import type { Test } from "tap";
import { freshNodeName, testOnEveryBackend } from "../../support/databases.js";
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

const hold = () => new Promise<boolean>(() => {});
const documentOf = (body: string) => JSON.parse(Buffer.from(JSON.parse(body).payload, "base64").toString("utf8"));
const isPackage = ({ path }: Passing) => path.startsWith("/packages/");
const isResult = ({ path }: Passing) => path === "/exchange/results";
const isReportOf = ({ path, body }: Passing, state: RunState) =>
  path === "/exchange/runs" && documentOf(body).state === state;

await testOnEveryBackend("a node that is killed", async (t, backend) => {
  const world = await makeWorld(t);
  const { researcher, registry, dataDirectory, name, keyId } = world;
  let node = await startNodeProcess(t, dataDirectory, backend.databaseUrl);
  const ask = async () => {
    await researcher.waitForDataset(name, "border");
    return researcher.ask([basics], { node: name, keyId, dataset: "border" });
  };
  const killAndStart = async () => {
    await node.kill();
    registry.intercept = undefined;
    node = await startNodeProcess(t, dataDirectory, backend.databaseUrl);
  };

  /** Ask, kill the node when `reached` resolves, start it again, and see exactly one result come of it. */
  const killWhen = async (t: Test, reached: (study: string) => Promise<void>): Promise<unknown> => {
    const study = await ask();
    await reached(study);
    await killAndStart();
    t.match(await researcher.waitFor(study, "released", "failed", "refused"), { state: "released", resultReady: true });
    const results = await researcher.results(study);
    t.equal(results.length, 1, "one result");
    t.match(results[0], { node: name, dataset: { rows: dataset.rows.length } });
    await waitForState(node.url, study, "released");
    return results[0];
  };

  await t.test("while a study is offered ends in one result", async (t) => {
    registry.intercept = (passing) => (isPackage(passing) ? hold() : false);
    await killWhen(t, (study) => waitForState(node.url, study, "offered"));
  });

  await t.test("after it fetched a study and before anybody knows ends in one result", async (t) => {
    registry.intercept = ({ path }) => (path === "/exchange/runs" ? hold() : false);
    await killWhen(t, (study) => waitForRun(node.url, study, ({ state }) => state !== "offered"));
  });

  await t.test("while a sealed worker runs ends in one result", async (t) => {
    await killWhen(t, (study) => waitForState(node.url, study, "running"));
  });

  await t.test("with the release stored and not sent ends in one result, of the same bytes", async (t) => {
    let sent: (body: string) => void = () => {};
    const body = new Promise<string>((resolve) => {
      sent = resolve;
    });
    registry.intercept = (passing) => {
      if (!isResult(passing)) return false;
      sent(passing.body);
      return hold();
    };
    const result = await killWhen(t, async () => {
      await body;
    });
    t.strictSame(result, documentOf(await body));
  });

  await t.test("when the registry has the result and the node does not know it ends in one result", async (t) => {
    let taken: () => void = () => {};
    const arrived = new Promise<void>((resolve) => {
      taken = resolve;
    });
    registry.intercept = async (passing) => {
      if (!isResult(passing)) return false;
      const headers = { "content-type": "application/json" };
      await fetch(registry.direct + passing.path, { method: "POST", headers, body: passing.body });
      taken();
      return hold();
    };
    await killWhen(t, () => arrived);
  });

  await t.test("when it is released and the last report is not sent ends in one result", async (t) => {
    registry.intercept = (passing) => (isReportOf(passing, "released") ? hold() : false);
    await killWhen(t, (study) => waitForState(node.url, study, "released"));
  });

  await t.test("each time that a worker runs fails cleanly in the end", async (t) => {
    const study = await ask();
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await waitForRun(node.url, study, ({ state, attempts }) => state === "running" && attempts === attempt);
      await killAndStart();
    }
    t.match(await researcher.waitFor(study, "released", "failed"), {
      state: "failed",
      error: { code: "FLM_WORKER_CRASHED" },
    });
    t.same(await researcher.results(study), []);
  });

  await t.test("or only asked to stop: the run is taken up again, and no attempt is counted", async (t) => {
    const study = await ask();
    for (let round = 1; round <= 3; round += 1) {
      await waitForState(node.url, study, "running");
      t.equal(await node.stop("SIGTERM"), 0);
      node = await startNodeProcess(t, dataDirectory, backend.databaseUrl);
    }
    t.match(await researcher.waitFor(study, "released", "failed"), { state: "released" });
    t.equal((await researcher.results(study)).length, 1);
    t.equal(await node.stop("SIGINT"), 0);
  });
});
