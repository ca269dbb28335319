import { createHash } from "node:crypto";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { initNode, nodeDirectoryOf, openDatabase, Quarantine } from "@flamenco/server";
import t from "tap";
import { freshNodeName, testOnEveryBackend } from "../../support/databases.js";
import { runNodeCommand } from "../../support/program-run.js";

const reference = (name: string) => ({ name, version: "1.0.0", id: createHash("sha256").update(name).digest("hex") });
const [alone, one, other, free] = ["wien/alone", "wien/one", "oregon/other", "oregon/free"].map(reference) as [
  ReturnType<typeof reference>,
  ReturnType<typeof reference>,
  ReturnType<typeof reference>,
  ReturnType<typeof reference>,
];
const crash = new FlamencoError("FLM_WORKER_CRASHED", "It ended.");

await testOnEveryBackend("quarantine", async (t, backend) => {
  const place = { directory: join(t.testdir(), "database"), nodeName: freshNodeName() };
  const now = () => new Date("2024-01-01T00:00:00.000Z");
  let database = await backend.open(place);
  t.teardown(() => database.close());
  let quarantine = new Quarantine(database, now);

  await t.test("one crash is no quarantine, two are, in whatever way the worker died", async (t) => {
    await quarantine.charge([alone], crash);
    await quarantine.assertFree([alone, free]);
    await quarantine.charge([alone], new FlamencoError("FLM_WORKER_MEMORY", "Too much."));
    await t.rejects(quarantine.assertFree([free, alone]), {
      code: "FLM_PACKAGE_QUARANTINED",
      message: /wien\/alone@1\.0\.0.*quarantine lift/,
      details: [{ at: "wien/alone@1.0.0", message: new RegExp(`2 crashes.*FLM_WORKER_MEMORY.*${alone.id}`) }],
    });
    await quarantine.assertFree([free]);
  });

  await t.test("each package of a run is charged, also when runs end at the same time", async (t) => {
    await Promise.all([quarantine.charge([one, other], crash), quarantine.charge([other, one], crash)]);
    for (const held of [one, other])
      await t.rejects(quarantine.assertFree([held]), { code: "FLM_PACKAGE_QUARANTINED" });
  });

  await t.test("failures that no package brings about are not charged", async () => {
    for (const code of ["FLM_WORKER_WALLS", "FLM_WORKER_ENGINE", "FLM_DATASET_CORRUPT", "FLM_INTERRUPTED"] as const) {
      for (let time = 0; time < 3; time++) await quarantine.charge([free], new FlamencoError(code, "No fault."));
    }
    await quarantine.charge([free], new Error("unexpected"));
    await quarantine.assertFree([free]);
  });

  await t.test("it outlives the process, until it is lifted", async (t) => {
    await database.close();
    database = await backend.open(place);
    quarantine = new Quarantine(database, now);
    await t.rejects(quarantine.assertFree([alone]), { code: "FLM_PACKAGE_QUARANTINED" });
    t.equal(await quarantine.lift(alone.id), true);
    t.equal(await quarantine.lift(alone.id), false);
    await quarantine.assertFree([alone]);
    t.same((await quarantine.list()).map(({ name }) => name).sort(), ["oregon/other", "wien/one"]);
    await quarantine.charge([alone], crash);
    await quarantine.assertFree([alone]);
  });
});

t.test("the operator lists and lifts by the command line", async (t) => {
  const dataDir = t.testdir();
  const directory = nodeDirectoryOf(dataDir);
  await initNode(directory, { name: "worf", registry: "http://127.0.0.1:9", researchers: [], port: 0, preset: "open" });
  const database = await openDatabase({ directory: directory.database, nodeName: "worf" }, () => new Date());
  const quarantine = new Quarantine(database, () => new Date());
  for (let time = 0; time < 2; time++) await quarantine.charge([alone], crash);
  await database.close();

  const run = (...parameters: string[]) =>
    runNodeCommand(["quarantine", ...parameters, "--data-dir", dataDir], undefined);
  t.match(await run("list"), { code: 0, out: /^quarantined wien\/alone@1\.0\.0 {2}2 crashes/ });
  t.match(await run("lift", alone.id), { code: 0, out: /may use/ });
  t.match(await run("lift", alone.id, "--json"), { code: 1, out: /FLM_NOT_FOUND/ });
  t.match(await run("list", "--json"), { code: 0, out: /"packages":\[\]/ });
});
