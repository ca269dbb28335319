import { createStudy, findNodes, openStudy, type StudyRequest } from "@flamenco/client";
import { signDocument } from "@flamenco/policies/trust";
import { payloadTypes } from "@flamenco/policies/wire";
import t from "tap";
import { makeAnnouncement, makeKey, task } from "../support/signed-documents.js";

const author = makeKey("alice");
const north = makeKey("north");
const request: StudyRequest = {
  title: "Two networks",
  task,
  kind: "flow/1",
  packages: [{ name: "alice/ports", version: "1.0.0", id: "1".repeat(64) }],
  targets: [{ node: "north", keyId: north.keyId, dataset: "border" }],
};
const sources = {
  now: () => new Date("2026-01-01T00:00:00.000Z"),
  entropy: (bytes: number) => new Uint8Array(bytes).fill(7),
};

t.test("a study is what was asked for, signed, and named by its digest", async (t) => {
  const signed = await createStudy(request, author, sources);
  t.match(signed.study, {
    author: author.keyId,
    outputs: ["analysis", "labelModel", "metrics", "tree"],
    release: { preset: "open" },
    createdAt: "2026-01-01T00:00:00.000Z",
    expiresAt: "2026-01-08T00:00:00.000Z",
    nonce: "07".repeat(16),
  });
  t.strictSame(await openStudy(signed.envelope, signed.digest), signed);
});

t.test("a protected study says what it may cost, and asks for what its preset releases", async (t) => {
  const releaseOf = async (changes: Partial<StudyRequest>) =>
    (await createStudy({ ...request, ...changes }, author, sources)).study.release;
  t.strictSame(await releaseOf({ preset: "standard", epsilon: 0.25 }), { preset: "standard", epsilon: 0.25 });
  t.strictSame(await releaseOf({ preset: "strict" }), { preset: "strict" }, "what the node gives to one");
  const { study } = await createStudy({ ...request, preset: "strict" }, author, sources);
  t.strictSame(study.outputs, ["analysis", "labelModel", "metrics"], "strict releases no tree");
  for (const epsilon of [-1, 0, Number.NaN, "0.25", 1e300, Number.POSITIVE_INFINITY, 0.049, 8.1] as number[]) {
    await t.rejects(
      releaseOf({ preset: "standard", epsilon }),
      { code: "FLM_RELEASE_RANGE", message: "epsilon must be a number from 0.05 to 8." },
      String(epsilon),
    );
  }
  await t.rejects(releaseOf({ epsilon: 0.5 }), { code: "FLM_USAGE", message: /open adds no noise/ });
});

t.test("two studies of the same question are two studies", async (t) => {
  const [one, other] = [await createStudy(request, author), await createStudy(request, author)];
  t.not(one.digest, other.digest);
});

t.test("a study whose parts do not fit is not signed", async (t) => {
  const refuse = async (changes: Partial<StudyRequest>, code: string, message: RegExp) => {
    await t.rejects(createStudy({ ...request, ...changes }, author, sources), { code, message });
  };
  await refuse({ task: { ...task, positive: "other" } }, "FLM_USAGE", /positive label/);
  await refuse({ packages: [...request.packages, ...request.packages] }, "FLM_USAGE", /package is named twice/);
  await refuse({ targets: [...request.targets, ...request.targets] }, "FLM_USAGE", /node is named twice/);
  const prior = { lf: "alice/ports@1.0.0#f", mean: 0.9, strength: 10 };
  await refuse({ priors: [prior, prior] }, "FLM_USAGE", /two priors/);
  await refuse({ priors: [{ ...prior, lf: "eve/other@1.0.0#f" }] }, "FLM_USAGE", /in no package/);
  await refuse({ priors: [{ ...prior, strength: 0 }] }, "FLM_SCHEMA", /strength/);
  await refuse({ classBalance: [0.5, 0.3, 0.2] }, "FLM_USAGE", /2 shares/);
  await refuse({ classBalance: [0.5, 0.4] }, "FLM_USAGE", /add up to 1/);
  await refuse({ classBalance: [Number.NaN, 1] }, "FLM_SCHEMA", /classBalance/);
  await refuse({ endClassifier: { model: "knn" }, outputs: ["tree"] }, "FLM_USAGE", /measured in the metrics/);
  await refuse(
    { endClassifier: { model: "mlp", classWeights: [1, 1, 1] } },
    "FLM_USAGE",
    /one class weight for each label/,
  );
  await refuse({ endClassifier: { model: "mlp", batch: 0 } }, "FLM_SCHEMA", /endClassifier/);
  const { study } = await createStudy({ ...request, endClassifier: { model: "mlp", batch: 8 } }, author, sources);
  t.same(study.endClassifier, { model: "mlp", batch: 8 });
  await refuse({ targets: [] }, "FLM_SCHEMA", /targets/);
  await refuse({ seed: -1 }, "FLM_SCHEMA", /seed/);
  await refuse({ title: "x".repeat(201) }, "FLM_SCHEMA", /title/);
});

t.test("a registry cannot pass another study, or one that its author did not sign", async (t) => {
  const signed = await createStudy(request, author, sources);
  const other = await createStudy({ ...request, title: "Other" }, author, sources);
  await t.rejects(openStudy(other.envelope, signed.digest), { code: "FLM_REGISTRY_ANSWER" });
  const forged = signDocument(payloadTypes.study, signed.study, [makeKey("mallory")]);
  await t.rejects(openStudy(forged, signed.digest), { code: "FLM_SIGNATURE" });
});

t.test("nodes are found by name or key, each with its only fitting dataset", async (t) => {
  const south = makeKey("south");
  const now = new Date();
  const announced = [
    makeAnnouncement(north, now),
    makeAnnouncement(south, now, {
      datasets: [
        { name: "pings", kind: "rtt/1" },
        { name: "core", kind: "flow/1" },
      ],
    }),
  ];
  t.strictSame(findNodes(announced, { nodes: ["south", north.keyId], kind: "flow/1" }), [
    { node: "south", keyId: south.keyId, dataset: "core" },
    { node: "north", keyId: north.keyId, dataset: "border" },
  ]);
  t.throws(() => findNodes(announced, { nodes: ["west"], kind: "flow/1" }), {
    code: "FLM_NODE_UNKNOWN",
    message: /north, south/,
  });
  t.throws(() => findNodes(announced, { nodes: ["north"], kind: "rtt/1" }), { code: "FLM_DATASET_UNKNOWN" });
  t.throws(() => findNodes(announced, { nodes: ["north"], kind: "flow/1", dataset: "core" }), {
    code: "FLM_DATASET_UNKNOWN",
    message: /border/,
  });
});

t.test("a name that two keys claim, or a dataset that is not the only one, must be said", async (t) => {
  const now = new Date();
  const twin = makeAnnouncement(makeKey("mallory"), now, { name: "north" });
  t.throws(() => findNodes([makeAnnouncement(north, now), twin], { nodes: ["north"], kind: "flow/1" }), {
    code: "FLM_USAGE",
    message: /More than one node/,
  });
  t.match(findNodes([makeAnnouncement(north, now), twin], { nodes: [north.keyId], kind: "flow/1" }), [
    { keyId: north.keyId },
  ]);
  const rich = makeAnnouncement(north, now, {
    datasets: [
      { name: "border", kind: "flow/1" },
      { name: "core", kind: "flow/1" },
    ],
  });
  t.throws(() => findNodes([rich], { nodes: ["north"], kind: "flow/1" }), {
    code: "FLM_USAGE",
    message: /border, core/,
  });
});
