import { appendFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digestOf } from "@flamenco/policies/trust";
import { CatalogAnswer, OffersAnswer, ResultsAnswer, registryPaths, StudyStatus } from "@flamenco/policies/wire";
import { createRegistry } from "@flamenco/registry";
import t, { type Test } from "tap";
import { north, offersPath, packagePath, resultsPath, south, studyPath, TestRegistry } from "../harness.js";

const journalOf = (dataDir: string) => join(dataDir, "registry", "journal.jsonl");
const objectsOf = (dataDir: string) => join(dataDir, "registry", "objects");

/** A registry with one of everything, stopped. */
async function fillRegistry(t: Test) {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  await registry.report(north, { study, state: "fetched", sequence: 1 });
  await registry.result(south, study);
  const read = async () => ({
    catalog: await registry.read(CatalogAnswer, registryPaths.packages),
    status: await registry.read(StudyStatus, studyPath(study)),
    offers: await registry.read(OffersAnswer, offersPath(north)),
    results: await registry.read(ResultsAnswer, resultsPath(study)),
  });
  return { registry, study, read };
}

t.test("each change is one line, chained to the one before", async (t) => {
  const { registry } = await fillRegistry(t);
  const lines = (await readFile(journalOf(registry.dataDir), "utf8")).trimEnd().split("\n");
  const entries = lines.map(
    (line) => JSON.parse(line) as { sequence: number; previous: string; hash: string; body: { type: string } },
  );
  t.strictSame(
    entries.map(({ body }) => body.type),
    ["package", "node", "node", "study", "run", "result"],
  );
  t.strictSame(
    entries.map(({ sequence }) => sequence),
    [1, 2, 3, 4, 5, 6],
  );
  t.strictSame(
    entries.map(({ previous }) => previous),
    ["0".repeat(64), ...entries.slice(0, -1).map(({ hash }) => hash)],
  );
});

t.test("a last line that a crash cut short is removed and reported, and nothing else is lost", async (t) => {
  const { registry, study, read } = await fillRegistry(t);
  const before = await read();
  const path = journalOf(registry.dataDir);
  const whole = await readFile(path);
  const lastLine = whole.subarray(whole.lastIndexOf(0x0a, whole.length - 2) + 1);
  for (const length of [1, 2, 100, lastLine.length - 1]) {
    await registry.stop();
    await appendFile(path, lastLine.subarray(0, length));
    await registry.start();
    t.strictSame(registry.registry.recovery, { entries: 6, tornBytes: length });
    t.strictSame(await readFile(path), whole, "the file is as before the crash");
    t.strictSame(await read(), before);
  }
  await registry.report(north, { study, state: "running", sequence: 2 });
  await registry.restart();
  t.strictSame(registry.registry.recovery, { entries: 7, tornBytes: 0 }, "what is written afterwards is whole");
});

t.test("a registry that crashed in its first write starts empty", async (t) => {
  const registry = await TestRegistry.open(t);
  await registry.stop();
  await writeFile(journalOf(registry.dataDir), '{"sequence":1');
  await registry.start();
  t.strictSame(registry.registry.recovery, { entries: 0, tornBytes: 13 });
});

/** The entry with another time and the hash that belongs to it: only the entry after it can tell. */
function rewriteEntry(line: string): string {
  const { hash: _, ...entry } = JSON.parse(line) as Record<string, unknown>;
  const other = { ...entry, at: "2027-01-01T00:00:00.000Z" };
  return JSON.stringify({ ...other, hash: digestOf(other) });
}

const damages: [what: string, entry: number, damage: (lines: string[]) => string[]][] = [
  [
    "a changed digit in the first entry",
    1,
    (lines) => lines.with(0, (lines[0] ?? "").replace('"bytes":', '"bytes":1')),
  ],
  ["a changed time in the third", 3, (lines) => lines.with(2, (lines[2] ?? "").replace('"at":"2026', '"at":"2027'))],
  ["a changed last entry", 6, (lines) => lines.with(5, (lines[5] ?? "").replace('"at":"2026', '"at":"2027'))],
  ["a line of nonsense in the middle", 4, (lines) => lines.with(3, "nonsense")],
  ["a line of nonsense at the end, with its line break", 7, (lines) => [...lines, "nonsense"]],
  ["an empty line", 3, (lines) => lines.toSpliced(2, 0, "")],
  ["an entry removed", 2, (lines) => lines.toSpliced(1, 1)],
  ["the first entries removed", 1, (lines) => lines.slice(3)],
  ["an entry twice", 3, (lines) => lines.toSpliced(2, 0, lines[1] ?? "")],
  ["two entries swapped", 2, (lines) => lines.with(1, lines[2] ?? "").with(2, lines[1] ?? "")],
  ["an unknown property", 2, (lines) => lines.with(1, (lines[1] ?? "").replace("{", '{"note":1,'))],
  ["an entry rewritten together with its hash", 4, (lines) => lines.with(2, rewriteEntry(lines[2] ?? ""))],
  ["zeros where an entry was", 5, (lines) => lines.with(4, "\0".repeat(40))],
];

t.test("a damaged entry keeps the registry from starting, is named, and the file is left alone", async (t) => {
  const { registry } = await fillRegistry(t);
  await registry.stop();
  const path = journalOf(registry.dataDir);
  const whole = await readFile(path, "utf8");
  for (const [what, entry, damage] of damages) {
    const text = `${damage(whole.trimEnd().split("\n")).join("\n")}\n`;
    t.not(text, whole, what);
    await writeFile(path, text);
    await t.rejects(
      createRegistry({ dataDir: registry.dataDir }),
      { code: "FLM_REGISTRY_CORRUPT", message: new RegExp(`^Entry ${entry} `) },
      what,
    );
    t.equal(await readFile(path, "utf8"), text, `${what}: nothing was changed`);
  }
  await writeFile(path, whole);
  await registry.start();
  t.equal(registry.registry.recovery.entries, 6, "the copy that was put back works");
});

t.test("an object that is gone or altered is noticed", async (t) => {
  const { registry, study } = await fillRegistry(t);
  const { packages } = await registry.read(CatalogAnswer, registryPaths.packages);
  await registry.stop();
  const directory = objectsOf(registry.dataDir);
  t.equal((await readdir(directory)).length, 2);
  for (const name of await readdir(directory)) {
    const whole = await readFile(join(directory, name));
    await rm(join(directory, name));
    await t.rejects(createRegistry({ dataDir: registry.dataDir }), {
      code: "FLM_REGISTRY_CORRUPT",
      message: /missing/,
    });
    await writeFile(join(directory, name), whole.subarray(1));
    await t.rejects(createRegistry({ dataDir: registry.dataDir }), { code: "FLM_REGISTRY_CORRUPT" }, "cut short");
    await writeFile(join(directory, name), whole);
  }
  await registry.start();
  for (const name of await readdir(directory)) {
    const whole = await readFile(join(directory, name));
    await writeFile(join(directory, name), Buffer.from(whole).fill(0x20, 10, 20));
  }
  const { status, body } = await registry.get(packagePath(packages[0]?.id ?? ""));
  t.equal(status, 500);
  t.equal(body.code, "FLM_REGISTRY_CORRUPT");
  await t.rejects(registry.registry.app.inject(resultsPath(study)), "a stream of results breaks off rather than lie");
});

t.test("what a crash left half written in the object store is removed", async (t) => {
  const { registry } = await fillRegistry(t);
  await registry.stop();
  const leftover = `${"0".repeat(64)}.incoming`;
  await writeFile(join(objectsOf(registry.dataDir), leftover), "half");
  await registry.start();
  t.notOk((await readdir(objectsOf(registry.dataDir))).includes(leftover));
});
