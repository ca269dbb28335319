import { join } from "node:path";
import { estimateStudy, type ReleaseEstimate } from "@flamenco/client";
import type { OutputName } from "@flamenco/policies/wire";
import t from "tap";
import { task } from "../support/signed-documents.js";
import { documentOf, runFlamenco } from "./support/command-line.js";
import { packageFiles, writeFolder } from "./support/folders.js";
import { plainTerminal } from "./support/plain-terminal.js";
import { startRegistry } from "./support/real-registry.js";

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
  const estimate = estimateStudy({ packages: packagesOf(3, 1), rows: 123_456, preset: "standard" });
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
  const cheap = estimateStudy({ packages: packagesOf(4), rows: 123_456, preset: "standard", epsilon: 0.25 });
  t.ok(cheap.plan.microRho < plan.microRho && cheap.budgets.dataset.releases > budgets.dataset.releases);
  t.ok(cheap.plan.expected.coverage > plan.expected.coverage);
});

t.test("what an estimate refuses is what a node refuses", async (t) => {
  const asked = { packages: packagesOf(1), rows: 100_000, preset: "standard" as const };
  for (const epsilon of [-1, 0, Number.NaN, "0.2", 1e300, 0.6] as number[]) {
    t.throws(() => estimateStudy({ ...asked, epsilon }), {
      code: "FLM_RELEASE_RANGE",
      message: "epsilon must be a number from 0.05 to 0.5.",
    });
  }
  for (const output of ["exactTree", "combinations"] as const)
    t.throws(() => estimateStudy({ ...asked, outputs: [output] }), { code: "FLM_RELEASE_OUTPUT" });
  t.throws(() => estimateStudy({ ...asked, preset: "strict", outputs: ["tree"] }), { code: "FLM_RELEASE_OUTPUT" });
  t.throws(() => estimateStudy({ ...asked, rows: 0 }), { code: "FLM_RELEASE_RANGE", message: /^rows/ });
});

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
    renderEstimate(plainTerminal, estimateStudy({ packages: packagesOf(lfs), rows, preset: "standard", ...changes }));
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
  const drawn = estimateStudy({ packages: comparing as unknown as Packages, rows: 123_456, preset: "standard" });
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
    preset: "strict",
    plan: { request: { lfs: 1, rows: 2000, outputs: ["analysis", "labelModel", "metrics"] } },
    swamped: ["coverage", "labelAccuracyLoss", "f1"],
    remedies: { rows: Number, lfs: null },
  });
});
