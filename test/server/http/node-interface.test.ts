import { createHash } from "node:crypto";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { canonicalJson, signDocument } from "@flamenco/policies/trust";
import { ErrorDocument, parseDocument, payloadTypes } from "@flamenco/policies/wire";
import {
  Approvals,
  buildApp,
  type Dossier,
  openDatabase,
  Quarantine,
  type Run,
  RunFeed,
  RunStore,
  restoreRelease,
} from "@flamenco/server";
import pino from "pino";
import t from "tap";
import { makeKey, makeResult } from "../../support/signed-documents.js";

const node = makeKey("worf");
const digest = (name: string) => createHash("sha256").update(name).digest("hex");
const study = digest("study");
const database = await openDatabase({ directory: join(t.testdir(), "database"), nodeName: "worf" }, () => new Date());
const feed = new RunFeed();
const store = new RunStore({
  database,
  now: () => new Date(),
  signReport: () => "{}",
  onChange: (run) => feed.publish(run),
});
const quarantine = new Quarantine(database, () => new Date("2026-01-02T03:04:05Z"));
const approvals = new Approvals(database, () => new Date());
const operatorToken = "t".repeat(43);
const app = buildApp(
  {
    nodeName: "worf",
    store,
    feed,
    quarantine,
    approvals,
    operatorToken,
    listDatasets: async () => [{ name: "border", kind: "flow/1", version: digest("version"), rows: 30 }],
    readLedger: async () => ({ reservations: [], accounts: [] }),
    findRelease: async (of) => {
      const text = await store.readResult(of);
      return text === null ? undefined : restoreRelease(of, text, node.keyId);
    },
  },
  pino({ enabled: false }),
);
t.teardown(async () => {
  await app.close();
  await database.close();
});

await store.addOffered(study, "envelope");
const step = async (state: Run["state"], change = {}) =>
  store.transition((await store.find(study)) as Run, state, change);
await step("fetched", { title: "Two networks", dataset: "border" });

t.test("says who it is, what data it has and how runs stand; never a row, never an envelope", async (t) => {
  t.match((await app.inject("/health")).json(), { service: "node", name: "worf" });
  t.strictSame((await app.inject("/datasets")).json(), {
    datasets: [{ name: "border", kind: "flow/1", version: digest("version"), rows: 30 }],
  });
  const { runs } = (await app.inject("/runs")).json();
  t.match(runs, [{ study, state: "fetched", title: "Two networks", dataset: "border", error: null, progress: null }]);
  t.notOk("envelope" in runs[0]);
  t.strictSame((await app.inject(`/runs/${study}`)).json(), runs[0]);
});

t.test("answers every failure with an error document", async (t) => {
  const failures: [method: "GET" | "POST" | "DELETE", url: string, code: string][] = [
    ["GET", "/nothing", "FLM_NOT_FOUND"],
    ["POST", "/runs", "FLM_NOT_FOUND"],
    ["DELETE", `/runs/${study}`, "FLM_NOT_FOUND"],
    ["GET", "/runs/short", "FLM_SCHEMA"],
    ["GET", `/runs/${"A".repeat(64)}`, "FLM_SCHEMA"],
    ["GET", `/runs/${digest("other")}`, "FLM_STUDY_UNKNOWN"],
    ["GET", `/runs/${digest("other")}/events`, "FLM_STUDY_UNKNOWN"],
    ["GET", `/runs/${digest("other")}/result`, "FLM_STUDY_UNKNOWN"],
    ["GET", `/runs/${study}/result`, "FLM_NOT_FOUND"],
    ["GET", "/%zz", "FLM_SCHEMA"],
  ];
  for (const [method, url, code] of failures) {
    const answer = await app.inject({ method, url });
    t.ok(answer.statusCode >= 400, `${method} ${url}`);
    t.equal(parseDocument(ErrorDocument, answer.json(), "answer").code, code, `${method} ${url}`);
  }
});

t.test("answers to local names alone: a web page cannot read it under a name of its own", async (t) => {
  for (const host of [
    "evil.example",
    "evil.example:7620",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "10.0.0.1",
  ]) {
    t.equal((await app.inject({ url: "/runs", headers: { host } })).statusCode, 404, host);
  }
  for (const host of ["127.0.0.1", "127.0.0.1:7620", "localhost:1", "[::1]:7620"]) {
    t.equal((await app.inject({ url: "/runs", headers: { host } })).statusCode, 200, host);
  }
});

t.test("shows the quarantine to everybody here, and lifts it for whoever shows the operator's token", async (t) => {
  const id = digest("heavy");
  const crash = new FlamencoError("FLM_WORKER_CRASHED", "It ended.");
  for (let time = 0; time < 2; time++)
    await quarantine.charge([{ name: "mallory/heavy", version: "1.0.0", id }], crash);
  const held = {
    ...{ id, name: "mallory/heavy", version: "1.0.0", crashes: 2, lastCode: "FLM_WORKER_CRASHED" },
    ...{ lastAt: "2026-01-02T03:04:05.000Z", quarantined: true },
  };
  const list = async () => (await app.inject("/quarantine")).json();
  t.strictSame(await list(), { packages: [held] });
  const lift = (headers: Record<string, string>, of = id) =>
    app.inject({ method: "DELETE", url: `/quarantine/${of}`, headers });
  const authorization = `Bearer ${operatorToken}`;
  const strangers: Record<string, Record<string, string>> = {
    "no token": {},
    "an empty token": { authorization: "" },
    "a part of it": { authorization: authorization.slice(0, -1) },
    "more than it": { authorization: `${authorization}t` },
    "another scheme": { authorization: operatorToken },
    "a cookie": { cookie: `token=${operatorToken}` },
  };
  for (const [name, headers] of Object.entries(strangers)) {
    const answer = await lift({ ...headers, origin: "https://evil.example" });
    t.match([answer.statusCode, answer.json().code], [403, "FLM_OPERATOR_ONLY"], name);
  }
  t.equal((await lift({ authorization, host: "evil.example" })).statusCode, 404, "under a foreign name");
  t.equal((await app.inject({ method: "POST", url: `/quarantine/${id}`, headers: { authorization } })).statusCode, 404);
  const preflight = await app.inject({
    method: "OPTIONS",
    url: `/quarantine/${id}`,
    headers: { origin: "https://evil.example", "access-control-request-method": "DELETE" },
  });
  t.notOk(
    Object.keys(preflight.headers).some((name) => name.startsWith("access-control")),
    "no page is let in",
  );
  t.strictSame(await list(), { packages: [held] }, "nothing of that lifted it");
  t.match((await lift({ authorization }, "short")).json(), { code: "FLM_SCHEMA" });
  t.strictSame((await lift({ authorization })).json(), { lifted: true });
  t.strictSame((await lift({ authorization })).json(), { lifted: false });
  t.strictSame(await list(), { packages: [] });
});

t.test(
  "tells of runs that wait for a person, and takes that person's word, with the operator's token alone",
  async (t) => {
    const waiting = digest("waiting");
    await store.addOffered(waiting, "envelope");
    for (const state of ["fetched", "awaiting-approval"] as const) {
      const heading = { title: "Wants a word", author: node.keyId, dataset: "border" };
      await store.transition((await store.find(waiting)) as Run, state, heading);
    }
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const { shown } = await approvals.ask({ study: waiting, expiresAt } as Dossier);
    const url = `/requests/${waiting}`;
    const order = { verdict: "denied", by: "operator ana", reason: "no" };
    const authorization = `Bearer ${operatorToken}`;
    const origin = "https://evil.example";
    for (const headers of [{}, { authorization: "Bearer x" }, { cookie: `token=${operatorToken}` }]) {
      for (const asked of [{ url: "/requests" }, { url }, { method: "POST" as const, url, payload: order }]) {
        const answer = await app.inject({ ...asked, headers: { ...headers, origin } });
        t.match([answer.statusCode, answer.json().code], [403, "FLM_OPERATOR_ONLY"]);
      }
    }
    const post = (payload: object | string, headers = {}) =>
      app.inject({ method: "POST", url, payload, headers: { authorization, ...headers } });
    t.equal(
      (await post("verdict=denied", { "content-type": "text/plain" })).json().code,
      "FLM_SCHEMA",
      "a form's type",
    );
    t.equal((await post({ ...order, approver: "me" })).json().code, "FLM_SCHEMA", "an approver beside");
    t.equal((await post({ ...order, reason: "a".repeat(70_000) })).json().code, "FLM_TOO_LARGE");
    t.match((await app.inject({ url: "/requests", headers: { authorization } })).json(), {
      requests: [{ study: waiting, shown, state: "awaiting-approval", decision: null }],
    });
    t.match((await app.inject({ url, headers: { authorization } })).json(), {
      request: { shown },
      dossier: { study: waiting },
    });
    t.match((await post(order)).json(), { request: { decision: { verdict: "denied", by: "operator ana" } } });
    t.match([(await post(order)).statusCode, (await post(order)).json().code], [409, "FLM_APPROVAL_DECIDED"]);
    const unknown = await app.inject({ url: `/requests/${digest("none")}`, headers: { authorization } });
    t.equal(unknown.json().code, "FLM_APPROVAL_NONE");
  },
);

t.test("tells every state and the progress of a run as it happens, and ends with it", async (t) => {
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const response = await fetch(`${url}/runs/${study}/events`);
  t.match(response.headers.get("content-type"), /^text\/event-stream/);
  const text = response.text();
  await step("running", { attempts: 1, walls: ["process", "bubblewrap"] });
  await store.recordProgress(study, { stage: "votes", done: 1, total: 2 });
  const result = canonicalJson(signDocument(payloadTypes.result, makeResult(node, study), [node]));
  await step("releasing", { result });
  await step("released");
  const events = [...(await text).matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? ""));
  t.same(
    events.map(({ state }) => state),
    ["offered", "fetched", "running", "running", "releasing", "released"],
  );
  t.same(
    events.map(({ sequence }) => sequence),
    [0, 1, 2, 3, 4, 5],
  );
  t.strictSame(events[3].progress, { stage: "votes", done: 1, total: 2 });

  const again = await (await fetch(`${url}/runs/${study}/events`)).text();
  t.equal([...again.matchAll(/^event: state$/gm)].length, 5, "who comes later gets every state, and the end");
  t.equal((await app.inject(`/runs/${study}/result`)).body, result, "the release, byte for byte");
  t.strictSame((await app.inject(`/runs/${study}`)).json().walls, ["process", "bubblewrap"], "walls that stood");
});

t.test("shows no release that the gate did not make", async (t) => {
  const forged = digest("forged");
  await store.addOffered(forged, "envelope");
  for (const state of ["fetched", "running", "releasing"] as const) {
    const run = (await store.find(forged)) as Run;
    await store.transition(run, state, state === "releasing" ? { result: '{"rows":[[1,2,3]]}' } : {});
  }
  const answer = await app.inject(`/runs/${forged}/result`);
  t.equal(answer.statusCode, 400);
  t.notMatch(answer.body, /1,2,3/);
});
