import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Run } from "@flamenco/server";
import t from "tap";
import { freshNodeName, testOnEveryBackend } from "../../support/databases.js";
import { addDataset, makeFlows } from "../../support/study-material.js";
import {
  type ApprovingNode,
  alice,
  demanding,
  makeRequest,
  startApprovingNode,
  waitForState,
} from "./approving-node.js";

const start = new Date("2026-03-01T12:00:00.000Z");
const border = await addDataset(t.testdir(), "border", makeFlows(30));
const other = await addDataset(join(t.testdirName, "other"), "border", makeFlows(31));
const yes = { verdict: "approved", by: "operator ana", reason: "looked at" } as const;
const no = { ...yes, verdict: "denied", reason: "row 17 of 10.0.0.1 is none of their business" } as const;

await testOnEveryBackend("approval by a person", async (t, backend) => {
  const database = await backend.open({ directory: join(t.testdir(), "database"), nodeName: freshNodeName() });
  t.teardown(() => database.close());
  let time = start.getTime();
  const now = () => new Date(time);
  let node: ApprovingNode;
  const startNode = (change: { policies?: string; dataset?: typeof border } = {}) => {
    node = startApprovingNode({ database, dataset: border, policies: demanding, now, ...change });
    return node;
  };
  startNode();
  t.teardown(() => node.stop());
  let nonces = 0;
  const ask = async (): Promise<string> => {
    nonces += 1;
    const { envelope, digest } = makeRequest(now(), String(nonces).padStart(32, "0"));
    await node.store.addOffered(digest, JSON.stringify(envelope));
    return digest;
  };
  const asked = async (): Promise<string> => {
    const study = await ask();
    await waitForState(node, study, "awaiting-approval");
    return study;
  };

  await t.test("a run that a permit wants approved waits, and runs when a person says yes", async (t) => {
    const study = await asked();
    t.equal(node.worked, 0, "nothing ran yet");
    t.same(node.states, ["fetched", "awaiting-approval"], "the registry is told");
    const { request, dossier } = await node.approvals.show(study);
    t.match(request, { study, state: "awaiting-approval", author: alice.keyId, dataset: "border", decision: null });
    t.match(dossier, {
      researcher: { keyId: alice.keyId, trusted: true, name: "alice", institution: "uoregon" },
      dataset: { name: "border", version: border.version },
      packages: [{ name: "alice/flows", signers: [alice.keyId] }],
      outputs: ["analysis"],
      release: { preset: "open", bound: null },
      decisions: [
        { action: "run", policies: ["mine.cedar#ask-me"], reasons: ["I look at each run."], approval: "person" },
        { action: "readStatistics" },
        { action: "release", approval: null },
      ],
    });
    const [shownPackage] = dossier.packages;
    t.match(shownPackage?.files[0]?.text, /export function lowPort/, "the sources");
    t.match(
      shownPackage?.lfs.map(({ name, certificate, explanation }) => [name, certificate.fields, explanation]),
      [
        ["lowPort", ["srcPort"], /srcPort/],
        ["highPort", ["srcPort"], /srcPort/],
        ["smallPackets", ["averagePacketSize"], /averagePacketSize/],
      ],
      "what each function reads and decides",
    );
    t.match(await node.approvals.decide(study, yes), {
      decision: { verdict: "approved", by: "operator ana", reason: "looked at", at: now().toISOString() },
    });
    await waitForState(node, study, "releasing");
    t.equal(node.worked, 1);
    t.same(node.audit, [{ type: "approval", study, verdict: "approved", by: "operator ana", shown: request.shown }]);
    t.equal((await node.store.find(study))?.policySet, dossier.policySet, "the run keeps the set it was decided with");
    await t.rejects(node.approvals.decide(study, yes), { code: "FLM_APPROVAL_DECIDED" }, "not twice");
    await t.rejects(node.approvals.decide(study, no), { code: "FLM_APPROVAL_DECIDED" }, "nor otherwise");
  });

  await t.test("a person says no: the researcher is told that, and not what the person wrote", async (t) => {
    const study = await asked();
    await node.approvals.decide(study, no);
    await waitForState(node, study, "refused");
    const run = (await node.store.find(study)) as Run;
    t.match(run.error, { code: "FLM_APPROVAL_DENIED", details: [] });
    t.notMatch(JSON.stringify(run), /10\.0\.0\.1/);
    t.match(await node.approvals.show(study), { request: { decision: { verdict: "denied", reason: /10\.0\.0\.1/ } } });
  });

  await t.test("of ten who decide at once, one does", async (t) => {
    const study = await asked();
    const words = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        node.approvals.decide(study, { ...(index % 2 === 0 ? yes : no), by: `operator ${index}` }),
      ),
    );
    t.equal(words.filter(({ status }) => status === "fulfilled").length, 1);
    for (const word of words) {
      if (word.status === "rejected") t.equal(word.reason.code, "FLM_APPROVAL_DECIDED");
    }
    await waitForState(node, study, words[0]?.status === "fulfilled" ? "releasing" : "refused");
  });

  await t.test("orders that are none are refused, and the run goes on waiting", async (t) => {
    const study = await asked();
    const { request } = await node.approvals.show(study);
    const wrong: Record<string, unknown> = {
      nothing: undefined,
      "no name": { verdict: "approved", reason: "" },
      "an empty name": { ...yes, by: "" },
      "another verdict": { ...yes, verdict: "maybe" },
      "an approver beside": { ...yes, approver: "the boss" },
      "a reason of a page": { ...yes, reason: "a".repeat(501) },
      "a number for a reason": { ...yes, reason: 1 },
    };
    for (const [name, order] of Object.entries(wrong)) {
      await t.rejects(node.approvals.decide(study, order), { code: "FLM_SCHEMA" }, name);
    }
    const changed = { ...yes, shown: "0".repeat(64) };
    await t.rejects(
      node.approvals.decide(study, changed),
      { code: "FLM_APPROVAL_CHANGED" },
      "looked at something else",
    );
    await t.rejects(node.approvals.decide("f".repeat(64), yes), { code: "FLM_APPROVAL_NONE" }, "an unknown study");
    t.match(await node.approvals.decide(study, { ...yes, shown: request.shown }), {
      decision: { verdict: "approved" },
    });
    await waitForState(node, study, "releasing");
  });

  await t.test("the node stops and starts: what was asked stays asked, what was said stays said", async (t) => {
    const [one, two] = [await asked(), await asked()];
    await node.stop();
    await node.approvals.decide(one, yes);
    startNode();
    await waitForState(node, one, "releasing");
    t.match(await node.store.find(two), { state: "awaiting-approval" });
    await pause(100);
    t.match(await node.store.find(two), { state: "awaiting-approval" }, "looked at again, still waiting");
    t.equal((await node.approvals.list()).find(({ study }) => study === two)?.askedAt, now().toISOString());
    await node.approvals.decide(two, yes);
    await waitForState(node, two, "releasing");
  });

  await t.test("an approval is of what was shown: other policies want a new one", async (t) => {
    const study = await asked();
    const before = await node.approvals.show(study);
    await node.stop();
    startNode({ policies: demanding.replace("I look at each run.", "I look twice.") });
    for (let attempt = 0; attempt < 200; attempt += 1) {
      if ((await node.approvals.show(study)).request.shown !== before.request.shown) break;
      await pause(10);
    }
    await t.rejects(
      node.approvals.decide(study, { ...yes, shown: before.request.shown }),
      { code: "FLM_APPROVAL_CHANGED" },
      "what was looked at is not what waits",
    );
    t.match(await node.approvals.show(study), { dossier: { decisions: [{ reasons: ["I look twice."] }] } });
    await node.stop();
    startNode({ policies: demanding.replace('@approval("person")', "") });
    await waitForState(node, study, "releasing");
    await node.stop();
    startNode();
  });

  await t.test("approved, and then the dataset has another version: asked again", async (t) => {
    const study = await asked();
    await node.stop();
    await node.approvals.decide(study, yes);
    startNode({ dataset: other });
    for (let attempt = 0; attempt < 200; attempt += 1) {
      if ((await node.approvals.show(study)).request.decision === null) break;
      await pause(10);
    }
    t.match(await node.approvals.show(study), {
      request: { decision: null },
      dossier: { dataset: { version: other.version } },
    });
    t.match(await node.store.find(study), { state: "awaiting-approval" });
    t.equal(node.worked, 0);
    await node.approvals.decide(study, yes);
    await waitForState(node, study, "releasing");
    await node.stop();
    startNode();
  });

  await t.test("policies that come to demand approval make an interrupted run wait for it", async (t) => {
    await node.stop();
    const study = await ask();
    for (const state of ["fetched", "running"] as const) {
      await node.store.transition(
        (await node.store.find(study)) as Run,
        state,
        state === "running" ? { attempts: 1 } : {},
      );
    }
    startNode();
    await waitForState(node, study, "awaiting-approval");
    t.equal(node.worked, 0);
    await node.approvals.decide(study, yes);
    await waitForState(node, study, "releasing");
  });

  await t.test("a request expires with its study", async (t) => {
    const study = await asked();
    time += 61 * 60_000;
    await t.rejects(node.approvals.decide(study, yes), { code: "FLM_STUDY_EXPIRED" });
    t.same(await node.approvals.listDue(), [study]);
    await node.stop();
    startNode();
    await waitForState(node, study, "expired");
    t.same(await node.approvals.listDue(), []);
    await t.rejects(node.approvals.decide(study, yes), { code: "FLM_STUDY_EXPIRED" });
    t.equal(node.worked, 0);
  });
});
