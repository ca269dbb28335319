import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AuditEntry } from "@flamenco/policies/wire";
import { initNode, nodeDirectoryOf, startNode } from "@flamenco/server";
import { openLogFiles, replayLog } from "@flamenco/server/audit";
import pino from "pino";
import t from "tap";
import { addDataset, makeFlows } from "../../support/study-material.js";

t.setTimeout(120_000);

const dataDirectory = t.testdir();
const directory = nodeDirectoryOf(dataDirectory);
const keyId = await initNode(directory, {
  name: "worf",
  registry: "http://127.0.0.1:9",
  researchers: [],
  port: 0,
  preset: "open",
});
const log = pino({ enabled: false });
const start = () => startNode({ dataDirectory, port: 0, log, now: () => new Date(), random: () => 0.5 });

async function readEntries(): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  await replayLog(openLogFiles(directory.audit), { keyId, onRecord: ({ entry }) => void entries.push(entry) });
  return entries;
}

t.test("a node begins its log when it starts, and says nothing twice", async (t) => {
  for (const round of ["first start", "second start"]) {
    await (await start()).stop();
    t.same(
      (await readEntries()).map(({ type }) => type),
      ["policies"],
      round,
    );
  }
});

t.test("policies that changed and datasets that came are recorded at the next start", async (t) => {
  const { version } = await addDataset(directory.datasets, "border", makeFlows(30));
  const path = join(directory.policies, "open.cedar");
  await writeFile(path, `${await readFile(path, "utf8")}\n@id("more")\nforbid (principal, action, resource);\n`);
  await (await start()).stop();
  const [before, after, dataset, ...rest] = await readEntries();
  t.match([before, after], [{ type: "policies" }, { type: "policies" }]);
  t.notSame(before, after);
  t.same(dataset, { type: "dataset", dataset: { name: "border", version } });
  t.same(rest, []);
});

t.test("a node whose log was edited does not start, and lets its directory go", async (t) => {
  const path = join(directory.audit, "open", "0.entries");
  const whole = await readFile(path, "latin1");
  await writeFile(path, whole.replace('"name":"border"', '"name":"bordex"'), "latin1");
  await t.rejects(start(), { code: "FLM_AUDIT_DIVERGED", message: /From entry 2 on: it was altered/ });
  await writeFile(path, whole, "latin1");
  await (await start()).stop();
  t.equal((await readEntries()).length, 3);
});
