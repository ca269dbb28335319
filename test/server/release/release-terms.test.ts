import { join } from "node:path";
import { presetRules } from "@flamenco/policies/release";
import { type DatasetManifest, NodeAnnouncement, parseDocument } from "@flamenco/policies/wire";
import { BudgetLedger, describeDatasets } from "@flamenco/server";
import { freshNodeName, testOnEveryBackend } from "../../support/databases.js";

const version = (digit: string) => digit.repeat(64);
const keyOf = (number: number) => `ed25519:${String(number).padStart(43, "A")}`;
const ceilings = { collaboratorMicroRho: 1_000_000, datasetMicroRho: 1_000_000 };
const datasetOf = (name: string, rows: number, truth: DatasetManifest["truth"] = null) => ({
  name,
  version: version("b"),
  manifest: { kind: "flow/1", rows, truth },
});

await testOnEveryBackend("the terms that a node announces", async (t, backend) => {
  const database = await backend.open({ directory: join(t.testdir(), "database"), nodeName: freshNodeName() });
  t.teardown(() => database.close());
  const ledger = new BudgetLedger(database, () => new Date("2026-03-01T12:00:00.000Z"));
  const charge = (collaborator: string, microRho: number, ofVersion = version("b"), dataset = "border") =>
    ledger.reserve(
      {
        request: `${collaborator} ${ofVersion} ${dataset}`,
        study: version("c"),
        dataset,
        version: ofVersion,
        collaborator,
        microRho,
      },
      ceilings,
    );
  await charge(keyOf(1), 10);
  await charge(keyOf(2), 30);
  await charge(keyOf(1), 5, version("a"));
  await charge(keyOf(3), 7, version("b"), "other");

  await t.test("rules, rows to two digits, and what was charged on this version", async (t) => {
    const own = { ...presetRules.standard, rowsPerUnit: 9 };
    const config: Parameters<typeof describeDatasets>[1] = {
      preset: "strict",
      datasets: [{ name: "border", preset: "standard", rules: own }],
    };
    const described = await describeDatasets(
      [datasetOf("border", 123_456, { labeledRows: 9, labels: ["a"] }), datasetOf("unasked", 9)],
      config,
      ledger,
    );
    t.strictSame(described, [
      {
        name: "border",
        kind: "flow/1",
        terms: {
          preset: "standard",
          rules: own,
          version: version("b"),
          rows: 120_000,
          hasTruth: true,
          charged: {
            datasetMicroRho: 45,
            collaborators: [
              { keyId: keyOf(2), microRho: 30 },
              { keyId: keyOf(1), microRho: 10 },
            ],
            complete: true,
          },
        },
      },
      {
        name: "unasked",
        kind: "flow/1",
        terms: {
          preset: "strict",
          rules: presetRules.strict,
          version: version("b"),
          rows: 9,
          hasTruth: false,
          charged: { datasetMicroRho: 0, collaborators: [], complete: true },
        },
      },
    ]);
    t.notMatch(JSON.stringify(described), /123456/, "the exact number of rows is not told");
  });

  await t.test("an operator may keep them back", async (t) => {
    const described = await describeDatasets([datasetOf("border", 123_456)], { announceTerms: false }, ledger);
    t.strictSame(described, [{ name: "border", kind: "flow/1" }]);
  });

  await t.test(
    "of many collaborators those who spent most are listed, and it is said that there are more",
    async (t) => {
      for (let number = 10; number < 115; number++) await charge(keyOf(number), number);
      const [{ terms }] = (await describeDatasets([datasetOf("border", 5)], undefined, ledger)) as [
        NodeAnnouncement["datasets"][number],
      ];
      t.equal(terms?.charged.collaborators.length, 100);
      t.equal(terms?.charged.collaborators[0]?.microRho, 114);
      t.equal(terms?.charged.complete, false);

      const many = Array.from({ length: 1000 }, (_, index) => datasetOf(index === 0 ? "border" : `set-${index}`, 1e6));
      const datasets = await describeDatasets(many, undefined, ledger);
      t.equal(datasets[0]?.terms?.charged.collaborators.length, 5, "fewer each where there are many datasets");
      const announcement = {
        schema: "flamenco-node/1",
        name: "n",
        keyId: keyOf(1),
        datasets,
        at: "2026-03-01T12:00:00.000Z",
        software: "t",
      };
      t.doesNotThrow(() => parseDocument(NodeAnnouncement, announcement, "announcement"));
    },
  );
});
