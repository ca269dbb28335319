import { type AuditEntry, ProofsAnswer, parseDocument, type RunState, registryPaths } from "@flamenco/policies/wire";
import { nodeDirectoryOf } from "@flamenco/server";
import { openLogFiles, replayLog } from "@flamenco/server/audit";
import type { Test } from "tap";
import { testOnEveryBackend } from "../../support/databases.js";
import type { Passing } from "../../support/registry-proxy.js";
import { startStudiedNode } from "../../support/studied-node.js";

const hold = () => new Promise<boolean>(() => {});
const documentOf = (body: string) => JSON.parse(Buffer.from(JSON.parse(body).payload, "base64").toString("utf8"));
const isPackage = ({ path }: Passing) => path.startsWith("/packages/");
const isResult = ({ path }: Passing) => path === "/exchange/results";
const isReportOf = ({ path, body }: Passing, state: RunState) =>
  path === "/exchange/runs" && documentOf(body).state === state;

await testOnEveryBackend("a node that is killed", async (t, backend) => {
  const node = await startStudiedNode(t, backend);
  const { researcher, registry, name } = node;

  /** Ask, kill the node when `reached` resolves, start it again, and see exactly one result come of it. */
  const killWhen = async (t: Test, reached: (study: string) => Promise<void>): Promise<unknown> => {
    const study = await node.ask();
    await reached(study);
    await node.process.kill();
    await node.startAgain();
    t.match(await researcher.waitFor(study, "released", "failed", "refused"), { state: "released", resultReady: true });
    const results = await researcher.results(study);
    t.equal(results.length, 1, "one result");
    t.match(results[0], { node: name, dataset: { rows: node.rows } });
    await node.waitForState(study, "released");
    await hasOneEntryOf(t, study);
    return results[0];
  };

  /** The audit log has one entry of the release, and the registry a proof of it that holds. */
  const hasOneEntryOf = async (t: Test, study: string): Promise<void> => {
    const releases: AuditEntry[] = [];
    const { keyId } = node.process;
    await replayLog(openLogFiles(nodeDirectoryOf(node.dataDirectory).audit), {
      keyId,
      onRecord: ({ entry }) => {
        if (entry.type === "release" && entry.study === study) releases.push(entry);
      },
    });
    t.equal(releases.length, 1, "one entry of one release");
    const proofs = await fetch(registry.direct + registryPaths.proofs.replace(":digest", study));
    const { proofs: found } = parseDocument(ProofsAnswer, await proofs.json(), "proofs");
    t.same(
      found.map(({ proof }) => proof.record.entry),
      releases,
    );
  };

  await t.test("while a study is offered ends in one result", async (t) => {
    registry.intercept = (passing) => (isPackage(passing) ? hold() : false);
    await killWhen(t, (study) => node.waitForState(study, "offered"));
  });

  await t.test("after it fetched a study and before anybody knows ends in one result", async (t) => {
    registry.intercept = ({ path }) => (path === "/exchange/runs" ? hold() : false);
    await killWhen(t, (study) => node.waitForRun(study, ({ state }) => state !== "offered"));
  });

  await t.test("while a sealed worker runs ends in one result", async (t) => {
    await killWhen(t, (study) => node.waitForState(study, "running"));
  });

  await t.test("with the release recorded and its proof not sent ends in one result", async (t) => {
    let held: () => void = () => {};
    const recorded = new Promise<void>((resolve) => {
      held = resolve;
    });
    registry.intercept = ({ path }) => {
      if (path !== registryPaths.postProofs) return false;
      held();
      return hold();
    };
    await killWhen(t, () => recorded);
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
    await killWhen(t, (study) => node.waitForState(study, "released"));
  });
});
