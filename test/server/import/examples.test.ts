import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { verifyFile } from "@flamenco/language";
import { kindOf, PackageDescription, parseDocument } from "@flamenco/policies/wire";
import { ColumnReader, openDatasetVersion } from "@flamenco/sandbox/columns";
import { parseLabelMap } from "@flamenco/server/import";
import t from "tap";
import {
  dropsOf,
  importFiles,
  linesOf,
  north,
  northPath,
  publishedBy,
  repository,
  southPath,
} from "./import-fixture.js";

const labels = parseLabelMap("benign=BENIGN,attack=DrDoS_NTP");

t.test("the example slices import as their page says", async (t) => {
  const page = readFileSync(join(repository, "examples/README.md"), "utf8");
  const slices = [
    { path: northPath, read: 1000, attack: 698, benign: 299, drops: { infinite: 3 } },
    { path: southPath, read: 900, attack: 223, benign: 672, drops: { "missing-value": 2, infinite: 3 } },
  ];
  for (const { path, read, attack, benign, drops } of slices) {
    const result = await importFiles(join(t.testdir(), "datasets"), [path], { labels, dryRun: true });
    const { account, rows, truth } = result.manifest;
    t.equal(account.read, read);
    t.equal(rows, attack + benign);
    t.equal(truth?.labeledRows, rows, "every row has ground truth");
    t.strictSame(result.unseenValues, []);
    t.strictSame(result.labelCounts, [
      { label: "attack", rows: attack },
      { label: "benign", rows: benign },
    ]);
    t.strictSame(dropsOf(result), drops);
    for (const field of ["srcPort", "averagePacketSize", "flowIatMin", "protocol"]) {
      t.equal(result.manifest.statistics[field]?.count, rows, `${field} is there in every row`);
    }
    t.match(page, account.files[0]?.sha256 ?? "", "the page names the file's digest");
    t.match(page, `${rows} (${attack} attack, ${benign} benign)`);
  }
});

t.test("no row is in both slices, and an infinite rate is where the account says", async (t) => {
  const south = new Set(readFileSync(southPath, "utf8").split("\n").slice(1));
  t.strictSame(
    north.rows.filter((row) => south.has(row)),
    [],
  );
  const result = await importFiles(join(t.testdir(), "datasets"), [northPath], { labels, dryRun: true });
  for (const line of linesOf(result, "infinite")) t.match(north.rows[line - 2], /Infinity/);
});

t.test("the example packages are described well, and share one task", async (t) => {
  const folders = [
    ...readdirSync(join(repository, "examples/packages")).map((name) => `packages/${name}`),
    ...readdirSync(join(repository, "examples/hostile"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `hostile/${name}`),
  ];
  for (const folder of folders) {
    const text = readFileSync(join(repository, "examples", folder, "flamenco.json"), "utf8");
    const description = parseDocument(PackageDescription, JSON.parse(text), folder);
    t.strictSame(description.task, { id: "ddos-ntp", labels: ["benign", "attack"], positive: "benign" });
    t.equal(description.name.split("/")[1], folder.split("/")[1], "the folder has the package's name");
  }
});

t.test("the data plane reads what the import wrote", async (t) => {
  const { directory, version, manifest } = publishedBy(
    await importFiles(join(t.testdir(), "datasets"), [northPath], { labels }),
  );
  const reader = await ColumnReader.open(await openDatasetVersion(directory, version), {
    fields: manifest.columns,
    categories: new Map(),
    labels: ["benign", "attack"],
  });
  const loaded = await reader.read(0, 997);
  reader.close();
  t.equal(loaded.truth.filter((label) => label === 1).length, 698);
  t.equal(loaded.truth.filter((label) => label === -1).length, 0);
  for (const [name, { count }] of Object.entries(manifest.statistics)) {
    const values = loaded.columns.get(name) ?? new Float64Array();
    t.equal(values.filter((value) => !Number.isNaN(value)).length, count, name);
  }
});

t.test("the example labeling functions pass the verifier, the hostile ones do not", async (t) => {
  const verify = (folder: string) =>
    verifyFile(readFileSync(join(repository, "examples", folder, "lfs.ts"), "utf8"), {
      kind: kindOf("flow/1"),
      labels: ["benign", "attack"],
    });
  for (const [folder, count] of [
    ["packages/ntp-ports", 2],
    ["packages/ntp-shapes", 3],
  ] as const) {
    const { lfs, refusals, warnings } = verify(folder);
    t.strictSame([lfs.length, refusals, warnings], [count, [], []], folder);
  }
  const hostile = verify("hostile/reads-address");
  t.strictSame(hostile.lfs, []);
  t.strictSame(new Set(hostile.refusals.map(({ code }) => code)), new Set(["FLM_LF_STATE", "FLM_LF_PRIVATE_FIELD"]));
});
