import { join } from "node:path";
import { type DatasetTerms, estimateStudy, type ReleaseEstimate } from "@flamenco/client";
import { presetRules } from "@flamenco/policies/release";
import type { OutputName, ReleaseTerms } from "@flamenco/policies/wire";
import t from "tap";
import { makeKey, makeTerms, task } from "../support/signed-documents.js";
import { documentOf, runFlamenco } from "./support/command-line.js";
import { packageFiles, writeFolder } from "./support/folders.js";
import { plainTerminal } from "./support/plain-terminal.js";
import { startRegistry } from "./support/real-registry.js";
import { openScriptedNode } from "./support/scripted-node.js";

const client = new URL("../../../client/dist/", import.meta.url);
const { renderEstimate } = (await import(new URL("rendering/index.js", client).href)) as {
  renderEstimate: (terminal: object, estimate: ReleaseEstimate) => string;
};
const options = (await import(new URL("cli/study-options.js", client).href)) as {
  parseEpsilon: (text: string) => number;
  parseRows: (text: string) => number;
  parseOutputs: (list: string) => OutputName[];
};

type Packages = Parameters<typeof estimateStudy>[0]["packages"];
/** As much of packages as an estimate reads. */
const packagesOf = (...lfs: number[]) =>
  lfs.map((count) => ({
    manifest: { task, lfs: Array.from({ length: count }, () => ({})) },
    certificates: [],
  })) as unknown as Packages;

t.setTimeout(60_000);

t.test("an estimate prices a release in shares of the budgets of its preset", async (t) => {
  const estimate = estimateStudy({ packages: packagesOf(3, 1), dataset: 123_456, preset: "standard" });
  const { plan, budgets } = estimate;
  t.match(plan.request, { rows: 120_000, lfs: 4, labels: 2, outputs: ["analysis", "labelModel", "metrics", "tree"] });
  t.ok(plan.epsilonSpent <= 0.5 && plan.epsilonSpent > 0.49);
  for (const [budget, epsilon] of [
    [budgets.collaborator, 4],
    [budgets.dataset, 8],
  ] as const) {
    t.equal(budget.epsilon, epsilon);
    t.equal(budget.share, plan.microRho / budget.microRho);
    t.ok(budget.releases * plan.microRho <= budget.microRho, "that many are paid for");
    t.ok((budget.releases + 1) * plan.microRho > budget.microRho, "and not one more");
  }
  t.strictSame([estimate.swamped, estimate.remedies], [[], null]);
  const cheap = estimateStudy({ packages: packagesOf(4), dataset: 123_456, preset: "standard", epsilon: 0.25 });
  t.ok(cheap.plan.microRho < plan.microRho && cheap.budgets.dataset.releases > budgets.dataset.releases);
  t.ok(cheap.plan.expected.coverage > plan.expected.coverage);
});

t.test("what an estimate refuses is what a node refuses", async (t) => {
  const asked = { packages: packagesOf(1), dataset: 100_000, preset: "standard" as const };
  for (const epsilon of [-1, 0, Number.NaN, "0.2", 1e300, 0.6] as number[]) {
    t.throws(() => estimateStudy({ ...asked, epsilon }), {
      code: "FLM_RELEASE_RANGE",
      message: "epsilon must be a number from 0.05 to 0.5.",
    });
  }
  for (const output of ["exactTree", "combinations"] as const)
    t.throws(() => estimateStudy({ ...asked, outputs: [output] }), { code: "FLM_RELEASE_OUTPUT" });
  t.throws(() => estimateStudy({ ...asked, preset: "strict", outputs: ["tree"] }), { code: "FLM_RELEASE_OUTPUT" });
  t.throws(() => estimateStudy({ ...asked, dataset: 0 }), { code: "FLM_RELEASE_RANGE", message: /^rows/ });
});

const [uma, uc3m] = [makeKey("uma"), makeKey("uc3m")].map(({ keyId }) => keyId) as [string, string];
const told = (changes: Partial<ReleaseTerms> = {}): DatasetTerms => ({
  node: "north",
  name: "border",
  at: "2026-03-01T12:00:00.000Z",
  terms: makeTerms(changes),
});
const charged = (microRho: number, complete = true): ReleaseTerms["charged"] => ({
  datasetMicroRho: 2 * microRho,
  collaborators: [{ keyId: uma, microRho }],
  complete,
});

t.test("by a node's terms an estimate tells what is left, and whether it pays", async (t) => {
  const packages = packagesOf(4);
  const alone = estimateStudy({ packages, dataset: 120_000 });
  t.equal(alone.dataset, null);
  t.strictSame([alone.budgets.dataset.leftMicroRho, alone.budgets.dataset.leftReleases], [null, null]);
  t.ok(alone.affordable, "what nobody tells is no refusal");

  const fresh = estimateStudy({ packages, dataset: told(), collaborator: uma });
  t.strictSame(fresh.plan, alone.plan, "a node under the preset's own rules charges the same");
  t.match(fresh.dataset, { node: "north", name: "border", preset: "standard", version: "a".repeat(64) });
  t.equal(fresh.budgets.collaborator.leftMicroRho, fresh.budgets.collaborator.microRho);
  t.equal(fresh.budgets.collaborator.leftEpsilon, 4, "all of it, not what its rounding leaves");

  const price = fresh.plan.microRho;
  const used = (by: string | undefined, complete?: boolean) =>
    estimateStudy({ packages, dataset: told({ charged: charged(price, complete) }), collaborator: by }).budgets;
  t.equal(used(uma).collaborator.leftReleases, fresh.budgets.collaborator.releases - 1);
  t.equal(used(uma).dataset.leftReleases, fresh.budgets.dataset.releases - 2);
  t.equal(
    used(uc3m).collaborator.leftReleases,
    fresh.budgets.collaborator.releases,
    "others have spent nothing of theirs",
  );
  t.equal(used(uc3m, false).collaborator.leftReleases, null, "but where not all are listed, who knows");
  t.equal(used(undefined).collaborator.leftEpsilon, null);

  for (const [name, microRho, affordable] of [
    ["just enough", fresh.budgets.collaborator.microRho - price, true],
    ["a millionth too little", fresh.budgets.collaborator.microRho - price + 1, false],
    ["more charged than there is, under rules of before", 1e9, false],
  ] as const) {
    const dataset = told({ charged: { ...charged(microRho), datasetMicroRho: 0 } });
    t.equal(estimateStudy({ packages, dataset, collaborator: uma }).affordable, affordable, name);
  }
  const spent = told({ charged: { datasetMicroRho: 1e9, collaborators: [], complete: true } });
  t.notOk(estimateStudy({ packages, dataset: spent, collaborator: uma }).affordable, "everybody's is spent");
});

t.test(
  "an estimate goes by the rules that a node tells, and by those of a stricter preset where that is asked for",
  async (t) => {
    const packages = packagesOf(2);
    const rules = {
      ...presetRules.standard,
      epsilon: { release: 2, collaborator: 4, dataset: 8, catalogue: 0.1 },
      rowsPerUnit: 1,
    };
    const own = estimateStudy({ packages, dataset: told({ rules, hasTruth: false }) });
    t.match(own, {
      preset: "standard",
      epsilonAtMost: 2,
      rules: { rowsPerUnit: 1 },
      plan: { request: { rows: 120_000 } },
    });
    t.equal(own.plan.request.testRows, 0, "no rows are set apart where there is no ground truth");
    t.equal(estimateStudy({ packages, dataset: told({ rules }), preset: "strict" }).epsilonAtMost, 0.25);
    t.throws(
      () =>
        estimateStudy({ packages, dataset: told({ preset: "strict", rules: presetRules.strict }), preset: "standard" }),
      {
        code: "FLM_PRESET_REFUSED",
      },
    );
    const open = estimateStudy({ packages, dataset: told({ preset: "open", rules: presetRules.open }) });
    t.equal(open.preset, "standard");
    t.match(renderEstimate(plainTerminal, open), /under open: without noise a release costs nothing/);
  },
);

t.test("options are held to their ranges before a registry is asked", async (t) => {
  t.equal(options.parseEpsilon("0.25"), 0.25);
  t.equal(options.parseRows("1e5"), 100_000);
  for (const text of ["-1", "0", "NaN", "much", "1e300", "", " ", "0.5x"]) {
    t.throws(() => options.parseEpsilon(text), {
      code: "FLM_RELEASE_RANGE",
      message: "epsilon must be a number from 0.05 to 8.",
    });
    t.throws(() => options.parseRows(text), { code: "FLM_RELEASE_RANGE", message: /^rows must be a number from 1 to/ });
  }
  t.throws(() => options.parseOutputs("tree,rows"), { code: "FLM_USAGE", message: /no output "rows"/ });
});

t.test("a person reads price, budgets, noise and errors, and what would do", async (t) => {
  const read = (rows: number, lfs: number, changes = {}) =>
    renderEstimate(
      plainTerminal,
      estimateStudy({ packages: packagesOf(lfs), dataset: rows, preset: "standard", ...changes }),
    );
  const fine = read(123_456, 1);
  for (const text of [
    /1 labeling function, about 120,000 rows, of analysis, labelModel, metrics, tree\./,
    /Price: epsilon 0\.500 at delta 8\.3e-7 \([\d,]+ micro-rho\) for each host-day, of which at most 4 rows count/,
    /yours, of a dataset version +4 +2\.1 % +47/,
    /coverage of a labeling function +0\.\d+ points +\d+ rows/,
    /The rules of standard permit it/,
  ])
    t.match(fine, text);
  t.ok(fine.split("\n").every((line) => line.length <= 160));
  const small = read(9_000, 1, { epsilon: 0.2 });
  t.match(small, /A node would refuse it.*error of F1 [\d.]+ %, at most 5 %/);
  t.match(small, /a dataset of [\d,]+ rows\n.*an epsilon of [\d.]+; standard gives at most 0\.5 to a release/);
  const comparing = packagesOf(2).map((one) => ({
    ...one,
    certificates: [{ statistics: ["bytes.p75", "bytes.mean"] }],
  }));
  const drawn = estimateStudy({ packages: comparing as unknown as Packages, dataset: 123_456, preset: "standard" });
  t.match(drawn.catalogue, { columns: ["bytes"], epsilon: 0.1, microRho: 5000 });
  t.match(
    renderEstimate(plainTerminal, drawn),
    /compare with those of bytes\. Each column costs epsilon 0\.1 \(5,000 micro-rho\)/,
  );
  t.notMatch(fine, /Statistics/, "nothing is said of statistics where none is compared with");
  t.match(read(30_000, 60, { outputs: ["labelModel"] }), /\n {2}\d+ labeling functions\n/);
  t.notMatch(read(123_456, 4, { outputs: ["analysis"] }), /F1|leaf/, "what is not asked for has no error");
});

t.test("the command asks the registry for its packages, and exits 1 where a node would refuse", async (t) => {
  const home = t.testdir();
  const server = await startRegistry(join(home, "registry"));
  t.teardown(server.close);
  const at = { dataDir: join(home, "alice"), env: { FLAMENCO_REGISTRY: server.url } };
  await runFlamenco(["keys", "new", "alice"], at);
  await runFlamenco(["lf", "publish", await writeFolder(join(home, "package"), packageFiles())], at);
  const estimated = await runFlamenco(
    ["study", "estimate", "--packages", "alice/ports@1.0.0", "--rows", "2000", "--preset", "strict", "--json"],
    at,
  );
  t.equal(estimated.code, 1);
  t.match(documentOf(estimated), {
    dataset: null,
    preset: "strict",
    plan: { request: { lfs: 1, rows: 2000, outputs: ["analysis", "labelModel", "metrics"] } },
    swamped: ["coverage", "labelAccuracyLoss", "f1"],
    remedies: { rows: Number, lfs: null },
  });
});

t.test("a node is asked for its terms; what is left is that of whoever asks", async (t) => {
  const home = t.testdir();
  const server = await startRegistry(join(home, "registry"));
  t.teardown(server.close);
  const at = { dataDir: join(home, "alice"), env: { FLAMENCO_REGISTRY: server.url } };
  const { keyId } = documentOf<{ keyId: string }>(await runFlamenco(["keys", "new", "alice", "--json"], at));
  await runFlamenco(["lf", "publish", await writeFolder(join(home, "package"), packageFiles())], at);
  const terms = makeTerms({
    charged: { datasetMicroRho: 60_000, collaborators: [{ keyId, microRho: 40_000 }], complete: true },
  });
  await openScriptedNode(server.url, makeKey("north")).announce({
    datasets: [
      { name: "border", kind: "flow/1", terms },
      { name: "public", kind: "flow/1", terms: makeTerms({ preset: "open", rules: presetRules.open }) },
    ],
  });
  await openScriptedNode(server.url, makeKey("south")).announce();
  const estimate = (...more: string[]) =>
    runFlamenco(["study", "estimate", "--packages", "alice/ports@1.0.0", ...more, "--json"], at);

  const asked = await estimate("--node", "north", "--dataset", "border");
  t.equal(asked.code, 0, asked.stdout);
  const { budgets, plan } = documentOf<ReleaseEstimate>(asked);
  t.equal(budgets.collaborator.leftMicroRho, budgets.collaborator.microRho - 40_000);
  t.equal(budgets.dataset.leftMicroRho, budgets.dataset.microRho - 60_000);
  t.equal(plan.request.rows, 120_000);

  for (const [name, more, code, message] of [
    ["neither node nor rows", [], "FLM_USAGE", /either --node.*or --rows/],
    ["both", ["--node", "north", "--rows", "10"], "FLM_USAGE", /either --node.*or --rows/],
    ["a dataset without node", ["--rows", "1e5", "--dataset", "border"], "FLM_USAGE", /go with --node/],
    ["which of two datasets", ["--node", "north"], "FLM_USAGE", /border, public/],
    ["no such dataset", ["--node", "north", "--dataset", "nowhere"], "FLM_DATASET_UNKNOWN", /it has border, public/],
    ["no such node", ["--node", "east"], "FLM_NODE_UNKNOWN", /it knows north, south/],
    ["a node that keeps its terms back", ["--node", "south"], "FLM_USAGE", /does not tell under what terms border/],
    ["an unknown key", ["--node", "north", "--dataset", "border", "--key", "bob"], /^FLM_KEY/, /bob/],
  ] as const) {
    const refused = await estimate(...more);
    t.not(refused.code, 0, name);
    t.match(documentOf(refused), { code, message }, name);
  }

  const listed = documentOf<{ nodes: { name: string; datasets: { name: string; balances: object | null }[] }[] }>(
    await runFlamenco(["study", "nodes", "--json"], at),
  );
  t.match(listed.nodes.find(({ name }) => name === "north")?.datasets, [
    { name: "border", balances: { collaborator: { leftMicroRho: budgets.collaborator.leftMicroRho } } },
    { name: "public", balances: null },
  ]);
  const { stdout } = await runFlamenco(["study", "nodes"], { ...at, env: { ...at.env, COLUMNS: "200" } });
  t.match(stdout, /north +border +flow\/1 +about 120,000 +standard +0\.5 +[\d.]+ of 4 +[\d.]+ of 8 /);
  t.match(stdout, /north +public +flow\/1 +about 120,000 +open/);
  t.match(stdout, /south +border +flow\/1 +not told +not told/);

  const run = (...more: string[]) =>
    runFlamenco(["study", "run", "--packages", "alice/ports@1.0.0", ...more, "--json"], at);
  t.match(documentOf(await run("--nodes", "north,south", "--dataset", "border")), { preset: "standard" });
  await openScriptedNode(server.url, makeKey("east")).announce({
    datasets: [{ name: "border", kind: "flow/1", terms: makeTerms({ preset: "strict", rules: presetRules.strict }) }],
  });
  t.match(documentOf(await run("--nodes", "north,east", "--dataset", "border")), { preset: "strict" }, "the strictest");
  t.match(documentOf(await run("--nodes", "north", "--dataset", "public")), { preset: "open" });
  t.match(documentOf(await run("--nodes", "south")), { preset: "open" }, "as before where nobody tells");
});
