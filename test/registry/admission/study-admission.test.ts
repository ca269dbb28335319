import { digestOf, signDocument } from "@flamenco/policies/trust";
import { payloadTypes, registryPaths, StudiesAnswer, type Study, StudyStatus } from "@flamenco/policies/wire";
import { limits } from "@flamenco/registry";
import t from "tap";
import { alice, bob, mallory, north, signStudy, south, studyPath, TestRegistry } from "../harness.js";

const { studies } = registryPaths;
const day = 86_400_000;

t.test("a study is named by its digest, shows its runs as offered, and is the same when sent again", async (t) => {
  const registry = await TestRegistry.open(t);
  const document = await registry.draftStudy();
  const first = await registry.post(studies, signStudy(alice, document));
  t.equal(first.status, 201);
  t.strictSame(first.body, { study: digestOf(document), new: true });
  const again = await registry.post(studies, signStudy(alice, document));
  t.equal(again.status, 200);
  t.strictSame(again.body, { study: digestOf(document), new: false });

  const status = await registry.read(StudyStatus, studyPath(digestOf(document)));
  t.equal(status.revision, 0);
  t.strictSame(status.envelope, signStudy(alice, document));
  t.match(status.runs, [
    { node: "north", keyId: north.keyId, state: "offered", resultReady: false },
    { node: "south", keyId: south.keyId, state: "offered", resultReady: false },
  ]);
});

t.test("a study is refused unless its author signed it", async (t) => {
  const registry = await TestRegistry.open(t);
  const document = await registry.draftStudy();
  await registry.refuses("FLM_SIGNATURE", studies, signStudy(mallory, document), "signed by another");
  await registry.refuses(
    "FLM_SIGNATURE",
    studies,
    signDocument(payloadTypes.study, document, [alice, mallory]),
    "signed by one more",
  );
  await registry.refuses("FLM_UNSIGNED", studies, { ...signStudy(alice, document), signatures: [] });
  await registry.refuses(
    "FLM_SCHEMA",
    studies,
    signDocument(payloadTypes.run, document, [alice]),
    "signed as a run report",
  );
});

t.test("a study whose packages or nodes the registry does not know is refused", async (t) => {
  const registry = await TestRegistry.open(t);
  const document = await registry.draftStudy();
  const [reference] = document.packages;
  const [target] = document.targets;
  if (reference === undefined || target === undefined) throw new Error("empty study");
  const unknown: [what: string, code: string, overrides: Partial<Study>][] = [
    ["an id that was never published", "FLM_PACKAGE_UNKNOWN", { packages: [{ ...reference, id: "0".repeat(64) }] }],
    ["another version under that id", "FLM_PACKAGE_UNKNOWN", { packages: [{ ...reference, version: "9.0.0" }] }],
    ["another name under that id", "FLM_PACKAGE_UNKNOWN", { packages: [{ ...reference, name: "mallory/ports" }] }],
    ["a node that never announced itself", "FLM_NODE_UNKNOWN", { targets: [{ ...target, node: "west" }] }],
    ["a node's name with another key", "FLM_NODE_UNKNOWN", { targets: [{ ...target, keyId: mallory.keyId }] }],
    ["another node's key", "FLM_NODE_UNKNOWN", { targets: [{ ...target, keyId: south.keyId }] }],
    ["a name of the object prototype", "FLM_NODE_UNKNOWN", { targets: [{ ...target, node: "constructor" }] }],
  ];
  for (const [what, code, overrides] of unknown) {
    await registry.refuses(code, studies, signStudy(alice, { ...document, ...overrides }), what);
  }
  t.strictSame((await registry.read(StudiesAnswer, studies)).studies, []);
});

t.test("a study that contradicts itself is refused, with the place", async (t) => {
  const registry = await TestRegistry.open(t);
  const document = await registry.draftStudy();
  const [target] = document.targets;
  const [reference] = document.packages;
  if (reference === undefined || target === undefined) throw new Error("empty study");
  const soon = (ms: number) => new Date(registry.now.getTime() + ms).toISOString();
  const wrong: [at: string, overrides: Partial<Study>][] = [
    ["/task/positive", { task: { ...document.task, positive: "odd" } }],
    ["/classBalance", { classBalance: [0.2, 0.3, 0.5] }],
    ["/endClassifier", { endClassifier: { model: "tree" }, outputs: ["analysis"] }],
    ["/targets/1", { targets: [target, { ...target, dataset: "campus" }] }],
    ["/packages/1", { packages: [reference, reference] }],
    ["/packages/0", { kind: "rtt/1" }],
    ["/packages/0", { task: { ...document.task, labels: ["attack", "benign"] } }],
    ["/createdAt", { createdAt: "2026-13-45T99:99:99.999Z" }],
    ["/expiresAt", { expiresAt: "2026-13-45T99:99:99.999Z" }],
    ["/expiresAt", { createdAt: soon(day), expiresAt: soon(day) }],
    ["/expiresAt", { expiresAt: soon((limits.studyLifetimeDays + 1) * day) }],
    ["/expiresAt", { createdAt: soon(9999 * day), expiresAt: soon(10_000 * day) }],
  ];
  for (const [at, overrides] of wrong) {
    const { body } = await registry.refuses(
      "FLM_SCHEMA",
      studies,
      signStudy(alice, { ...document, ...overrides }),
      JSON.stringify(overrides),
    );
    t.equal(body.details[0].at, at);
  }
});

t.test("an expired study is refused, unless it is here already", async (t) => {
  const registry = await TestRegistry.open(t);
  const document = await registry.draftStudy();
  const late = signStudy(alice, { ...document, title: "Late" });
  await registry.post(studies, signStudy(alice, document));
  registry.later(60);
  const refusal = await registry.refuses("FLM_STUDY_EXPIRED", studies, late);
  t.equal(refusal.status, 410);
  t.equal((await registry.post(studies, signStudy(alice, document))).status, 200);
});

t.test("studies are listed newest first, by author on request, after a restart too", async (t) => {
  const registry = await TestRegistry.open(t);
  const first = await registry.postStudy({ title: "First" });
  const document = await registry.draftStudy({ title: "Second", author: bob.keyId });
  const second = digestOf(document);
  t.equal((await registry.post(studies, signStudy(bob, document))).status, 201);
  await registry.restart();
  const digests = async (query: string) =>
    (await registry.read(StudiesAnswer, `${studies}${query}`)).studies.map(({ study }) => study);
  t.strictSame(await digests(""), [second, first]);
  t.strictSame(await digests(`?author=${encodeURIComponent(bob.keyId)}`), [second]);
  t.strictSame(await digests(`?author=${encodeURIComponent(mallory.keyId)}`), []);
});

t.test("a study that is not here is named so", async (t) => {
  const registry = await TestRegistry.open(t);
  for (const path of [studyPath("0".repeat(64)), `${studyPath("0".repeat(64))}/results`]) {
    const { status, body } = await registry.get(path);
    t.equal(status, 404);
    t.equal(body.code, "FLM_STUDY_UNKNOWN");
  }
});
