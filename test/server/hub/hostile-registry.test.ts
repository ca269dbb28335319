import { join } from "node:path";
import type { RunState } from "@flamenco/policies/wire";
import { nodeDirectoryOf, type RunningNode, startNode } from "@flamenco/server";
import pino from "pino";
import t, { type Test } from "tap";
import { makeNode } from "../../support/node-process.js";
import {
  type Intercept,
  type Passing,
  type ProxiedRegistry,
  startProxiedRegistry,
} from "../../support/registry-proxy.js";
import { Researcher } from "../../support/researcher.js";
import { makeKey, makeStudy } from "../../support/signed-documents.js";
import { addDataset, makeFlows, makePackage, type SignedPackage, signStudy } from "../../support/study-material.js";

t.setTimeout(240_000);

const alice = makeKey("alice");
const mallory = makeKey("mallory");
const basics = makePackage(alice);
const flows = makeFlows(500);

interface World {
  readonly node: RunningNode;
  readonly registry: ProxiedRegistry;
  readonly researcher: Researcher;
  /** Ask for a study. @returns its digest */
  ask(packages?: readonly SignedPackage[]): Promise<string>;
  runs(): Promise<{ study: string; state: RunState; error: { code: string } | null }[]>;
}

async function makeWorld(t: Test, intercept?: Intercept): Promise<World> {
  const root = t.testdir();
  const registry = await startProxiedRegistry(t, join(root, "registry"));
  registry.intercept = intercept;
  const researcher = new Researcher(registry.direct, alice);
  await researcher.publish(basics);
  const dataDirectory = join(root, "data");
  await makeNode(dataDirectory, { name: "worf", registry: registry.url, trust: [alice.keyId] });
  await addDataset(nodeDirectoryOf(dataDirectory).datasets, "border", flows);
  const node = await startNode({
    dataDirectory,
    port: 0,
    log: pino({ enabled: false }),
    now: () => new Date(),
    // Takes the waiting out of the backoff: a test has no time for it.
    random: () => -1,
  });
  t.teardown(() => node.stop());
  return {
    node,
    registry,
    researcher,
    ask: async (packages = [basics]) => {
      await researcher.waitForDataset("worf", "border");
      return researcher.ask(packages, { node: "worf", keyId: node.keyId, dataset: "border" });
    },
    runs: async () =>
      ((await (await fetch(`${node.url}/runs`)).json()) as { runs: Awaited<ReturnType<World["runs"]>> }).runs,
  };
}

type Answer = (passing: Passing) => void;

const json =
  (status: number, body: unknown): Answer =>
  ({ response }) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
const text =
  (status: number, body: string, headers: Record<string, string> = {}): Answer =>
  ({ response }) =>
    void response.writeHead(status, { "content-type": "text/html", ...headers }).end(body);
const cut: Answer = ({ response }) => void response.destroy();
const cutInside: Answer = ({ response }) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" }).write('{"cursor":');
  setTimeout(() => response.destroy(), 20);
};
const endless: Answer = ({ response }) => {
  response.writeHead(200, { "content-type": "application/json" });
  const chunk = "x".repeat(1024 * 1024);
  const write = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", write).on("error", () => {});
  write();
};

/** Answers that no registry of ours gives, whatever was asked. */
const nonsense: Record<string, Answer> = {
  "a page of HTML": text(200, "<html><body>Welcome to the hotel</body></html>"),
  "a page of HTML, as an error": text(404, "<html>not here</html>"),
  "an overload": text(503, "busy"),
  "too many requests": json(429, { code: "FLM_STUDY_UNKNOWN", message: "slow down", details: [] }),
  "a redirect elsewhere": text(302, "", { location: "http://127.0.0.1:1/" }),
  "nothing at all": text(200, ""),
  "JSON of another shape": json(200, { hello: "world" }),
  null: json(200, null),
  "an unknown error code": json(400, { code: "FLM_NEVER_HEARD_OF", message: "", details: [] }),
  "a connection that is cut": cut,
  "an answer that is cut": cutInside,
  "an answer that never ends": endless,
};

/** Each answer once, to requests that match; then everything passes. */
function once(
  matches: (passing: Passing) => boolean,
  answers: readonly Answer[],
): { intercept: Intercept; left: () => number } {
  const queue = [...answers];
  return {
    left: () => queue.length,
    intercept: (passing) => {
      const answer = matches(passing) ? queue.shift() : undefined;
      answer?.(passing);
      return answer !== undefined;
    },
  };
}

const isOffers = ({ path }: Passing) => path.startsWith("/exchange/offers/");
const isAnnouncement = ({ path, method }: Passing) => path === "/nodes" && method === "POST";
const isPackage = ({ path }: Passing) => path.startsWith("/packages/");
const isReport = ({ path }: Passing) => path === "/exchange/runs";
const isResult = ({ path }: Passing) => path === "/exchange/results";

const announcements = once(isAnnouncement, Object.values(nonsense));
const world = await makeWorld(t, announcements.intercept);

t.test("nonsense in answer to announcements delays a node, and it is announced", async (t) => {
  await world.researcher.waitForDataset("worf", "border");
  t.equal(announcements.left(), 0, "every hostile answer was given");
});

for (const [what, matches] of Object.entries({
  packages: isPackage,
  reports: isReport,
  results: isResult,
  offers: isOffers,
})) {
  t.test(`nonsense in answer to ${what} delays a study, and loses nothing`, async (t) => {
    const script = once(matches, Object.values(nonsense));
    world.registry.intercept = script.intercept;
    // Packages are kept once they were verified: ask for one that the node has not seen.
    const fresh = makePackage(alice, { name: `alice/${what}` });
    await world.researcher.publish(fresh);
    const study = await world.researcher.ask([fresh], { node: "worf", keyId: world.node.keyId, dataset: "border" });
    t.match(await world.researcher.waitFor(study, "released", "failed", "refused"), { state: "released" });
    // The poll that was waiting when the script began was answered in earnest; the next ones were not.
    if (what === "offers") await world.researcher.waitFor(await world.ask(), "released");
    t.equal(script.left(), 0, "every hostile answer was given");
    t.equal((await world.researcher.results(study)).length, 1);
  });
}

t.test("offers that are not what they say", async (t) => {
  const target = { node: "worf", keyId: world.node.keyId, dataset: "border" };
  const make = (nonce: string) =>
    makeStudy(alice, { packages: [basics.reference], targets: [target], now: new Date(), nonce: nonce.repeat(32) });
  const forged = signStudy(make("a"), mallory);
  const renamed = signStudy(make("b"), alice);
  const unsigned = signStudy(make("c"));
  const huge = signStudy({ ...make("d"), packages: Array.from({ length: 32 }, () => basics.reference) }, alice);
  const bloated = { ...huge.envelope, payload: `${"A".repeat(2 * 1024 * 1024)}${huge.envelope.payload}` };
  const offers = [
    { study: forged.digest, envelope: forged.envelope },
    { study: "0".repeat(64), envelope: renamed.envelope },
    { study: unsigned.digest, envelope: unsigned.envelope },
    { study: huge.digest, envelope: bloated },
  ];
  const script = once(isOffers, [json(200, { cursor: 0, offers }), json(200, { cursor: 9e15, offers })]);
  world.registry.intercept = script.intercept;
  const first = await world.ask();
  await world.researcher.waitFor(first, "released");
  const second = await world.ask();
  await world.researcher.waitFor(second, "released");
  t.equal(script.left(), 0);
  const runs = new Map((await world.runs()).map((run) => [run.study, run]));
  t.match(
    runs.get(forged.digest),
    { state: "refused", error: { code: "FLM_SIGNATURE" } },
    "signed by another: refused, once",
  );
  t.match(runs.get(unsigned.digest), { state: "refused", error: { code: "FLM_UNSIGNED" } }, "unsigned: refused");
  for (const absent of ["0".repeat(64), renamed.digest, huge.digest]) {
    t.notOk(runs.has(absent), "what is not the study that it names leaves no trace");
  }
});

t.test("an offer that comes twice runs once", async (t) => {
  const study = await world.ask();
  await world.researcher.waitFor(study, "released");
  const answer = await fetch(`${world.registry.direct}/studies/${study}`);
  const { envelope } = (await answer.json()) as { envelope: unknown };
  const again = json(200, {
    cursor: 0,
    offers: [
      { study, envelope },
      { study, envelope },
    ],
  });
  const script = once(isOffers, [again, again]);
  world.registry.intercept = script.intercept;
  const next = await world.ask();
  await world.researcher.waitFor(next, "released");
  t.equal(script.left(), 0);
  t.equal((await world.runs()).filter((run) => run.study === study).length, 1);
  t.equal((await world.researcher.results(study)).length, 1);
});

t.test("something else in place of a package: the study is refused, and the researcher told", async (t) => {
  const fresh = makePackage(alice, { name: "alice/fresh" });
  await world.researcher.publish(fresh);
  const altered = fresh.bundle.files.map((file) => ({ ...file, text: `${file.text} ` }));
  const answers: Record<string, [Answer, string]> = {
    "another package": [json(200, basics.bundle), "FLM_DIGEST"],
    "a package that somebody altered": [json(200, { ...fresh.bundle, files: altered }), "FLM_DIGEST"],
    "an answer that there is none": [
      json(404, { code: "FLM_PACKAGE_UNKNOWN", message: "no such package", details: [] }),
      "FLM_PACKAGE_UNKNOWN",
    ],
  };
  for (const [name, [answer, code]] of Object.entries(answers)) {
    world.registry.intercept = once(isPackage, [answer]).intercept;
    const study = await world.ask([fresh]);
    const refused = { state: "refused", error: { code } };
    t.match(await world.researcher.waitFor(study, "refused", "released"), refused, name);
    t.match(
      (await world.runs()).find((run) => run.study === study),
      refused,
      name,
    );
  }
});

t.test("a result that the registry refuses for good fails the run, and says so", async (t) => {
  const conflict = json(409, { code: "FLM_RESULT_CONFLICT", message: "another is here", details: [] });
  world.registry.intercept = once(isResult, [conflict]).intercept;
  const study = await world.ask();
  t.match(await world.researcher.waitFor(study, "failed", "released"), {
    state: "failed",
    error: { code: "FLM_RESULT_CONFLICT" },
  });
});

t.test("a report that the registry refuses for good does not hold up the others", async (t) => {
  const refused = json(409, { code: "FLM_RUN_TRANSITION", message: "no", details: [] });
  world.registry.intercept = once(isReport, [refused, json(200, { accepted: false, reason: "old" })]).intercept;
  const study = await world.ask();
  t.match(await world.researcher.waitFor(study, "failed", "released"), { state: "released" });
});
