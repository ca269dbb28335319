import { presetRules } from "@flamenco/policies/release";
import { NodesAnswer, type ReleaseTerms, registryPaths } from "@flamenco/policies/wire";
import t from "tap";
import { makeAnnouncement, makeTerms } from "../../support/signed-documents.js";
import { mallory, north, signNode, south, TestRegistry } from "../harness.js";

const { nodes } = registryPaths;
const accepted = { accepted: true, reason: null };

t.test("the latest announcement of every node is listed, as it was signed", async (t) => {
  const registry = await TestRegistry.open(t);
  t.strictSame((await registry.announce(north)).body, accepted);
  await registry.announce(south);
  registry.later(1);
  const latest = makeAnnouncement(north, registry.now, { datasets: [{ name: "campus", kind: "rtt/1" }] });
  t.strictSame((await registry.post(nodes, signNode(north, latest))).body, accepted);
  t.strictSame((await registry.post(nodes, signNode(north, latest))).body, accepted, "and again");
  const before = await registry.read(NodesAnswer, nodes);
  t.strictSame(before.nodes[0], signNode(north, latest));
  t.equal(before.nodes.length, 2);
  await registry.restart();
  t.strictSame(await registry.read(NodesAnswer, nodes), before);
});

t.test("a node's name belongs to the first key that used it, for good", async (t) => {
  const registry = await TestRegistry.open(t);
  await registry.announce(north);
  const thief = signNode(mallory, makeAnnouncement(mallory, registry.now, { name: "north" }));
  const refusal = await registry.refuses("FLM_NODE_NAME_TAKEN", nodes, thief);
  t.equal(refusal.status, 403);
  await registry.restart();
  await registry.refuses("FLM_NODE_NAME_TAKEN", nodes, thief);
});

t.test("one key is one node, so that nobody can hoard names with it", async (t) => {
  const registry = await TestRegistry.open(t);
  await registry.announce(north);
  registry.later(1);
  await registry.refuses(
    "FLM_NODE_NAME_TAKEN",
    nodes,
    signNode(north, makeAnnouncement(north, registry.now, { name: "north-2" })),
  );
});

t.test("an announcement is signed by the node that it names", async (t) => {
  const registry = await TestRegistry.open(t);
  await registry.refuses("FLM_SIGNATURE", nodes, signNode(mallory, makeAnnouncement(north, registry.now)));
});

t.test("an old announcement, sent again by anybody, does not bring back an old list of datasets", async (t) => {
  const registry = await TestRegistry.open(t);
  const old = signNode(north, makeAnnouncement(north, registry.now));
  await registry.post(nodes, old);
  registry.later(1);
  await registry.announce(north, { datasets: [] });
  for (const round of ["at once", "after a restart"]) {
    const { status, body } = await registry.post(nodes, old);
    t.equal(status, 200);
    t.equal(body.accepted, false, round);
    t.strictSame((await registry.read(NodesAnswer, nodes)).nodes, [
      signNode(north, makeAnnouncement(north, registry.now, { datasets: [] })),
    ]);
    await registry.restart();
  }
});

t.test("a renewal without news is shown, and takes no room on the disk", async (t) => {
  const registry = await TestRegistry.open(t);
  await registry.announce(north);
  const { entries } = registry.registry.recovery;
  for (let minutes = 0; minutes < 5; minutes++) {
    registry.later(10);
    t.strictSame((await registry.announce(north)).body, accepted);
  }
  const renewed = signNode(north, makeAnnouncement(north, registry.now));
  t.strictSame((await registry.read(NodesAnswer, nodes)).nodes, [renewed]);
  await registry.restart();
  t.equal(registry.registry.recovery.entries, entries + 1);
});

t.test("what was charged since is shown and takes no room on the disk; other terms are news", async (t) => {
  const registry = await TestRegistry.open(t);
  const announce = (changes: Partial<ReleaseTerms>) =>
    registry.announce(north, { datasets: [{ name: "border", kind: "flow/1", terms: makeTerms(changes) }] });
  await announce({});
  const { entries } = registry.registry.recovery;
  const charged = (datasetMicroRho: number) => ({
    datasetMicroRho,
    collaborators: [{ keyId: mallory.keyId, microRho: datasetMicroRho }],
    complete: true,
  });
  for (const microRho of [1, 2, 3]) {
    registry.later(1);
    t.strictSame((await announce({ charged: charged(microRho) })).body, accepted);
  }
  const [envelope] = (await registry.read(NodesAnswer, nodes)).nodes;
  t.match(JSON.parse(Buffer.from(envelope!.payload, "base64").toString()), {
    datasets: [{ terms: { charged: { datasetMicroRho: 3 } } }],
  });
  registry.later(1);
  await announce({ charged: charged(3), rows: 130_000 });
  await registry.restart();
  t.equal(registry.registry.recovery.entries, entries + 2, "the first one and the one of more rows");
});

t.test("an announcement of a thousand datasets with their terms has room", async (t) => {
  const registry = await TestRegistry.open(t);
  const collaborators = Array.from({ length: 5 }, () => ({ keyId: mallory.keyId, microRho: 1_000_000_000 }));
  const terms = makeTerms({
    rules: { ...presetRules.standard, privacyUnit: "column", unitColumn: "c".repeat(64) },
    charged: { datasetMicroRho: 1_000_000_000, collaborators, complete: false },
  });
  const datasets = Array.from({ length: 1000 }, (_, index) => ({
    name: `${"d".repeat(59)}-${index}`,
    kind: "flow/1",
    terms,
  }));
  t.strictSame((await registry.announce(north, { datasets })).body, accepted);
});

t.test("a time that would shut out all later announcements is refused", async (t) => {
  const registry = await TestRegistry.open(t);
  for (const at of ["2099-01-01T00:00:00.000Z", "9999-99-99T99:99:99.999Z"]) {
    const { body } = await registry.refuses(
      "FLM_SCHEMA",
      nodes,
      signNode(north, makeAnnouncement(north, registry.now, { at })),
    );
    t.equal(body.details[0].at, "/at");
  }
});
