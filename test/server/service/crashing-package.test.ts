import { readFile, stat } from "node:fs/promises";
import { nodeDirectoryOf } from "@flamenco/server";
import t from "tap";
import { workersOn } from "../../support/processes.js";
import { runNodeCommand } from "../../support/program-run.js";
import { startStudiedNode } from "../../support/studied-node.js";

/** Less than a sealed worker takes before it has read its first row: every run is killed for it. */
const tightMegabytes = 128;
const roomyMegabytes = 2_048;

// Processes start slowly on a busy machine; nothing here asserts how long.
t.setTimeout(300_000);

// On one database: that the counts are kept on both is tested where they are counted.
t.test("a package that crashes the sealed worker", { timeout: 300_000 }, async (t) => {
  const node = await startStudiedNode(t, { databaseUrl: undefined }, { memoryMegabytes: tightMegabytes });
  const { researcher, dataDirectory, datasetVersion, basics, other } = node;
  const { id } = basics.reference;
  const command = (...parameters: string[]) =>
    runNodeCommand(["quarantine", ...parameters, "--data-dir", dataDirectory, "--json"], undefined);
  const ended = (study: string) => researcher.waitFor(study, "released", "failed", "refused");

  await t.test("is refused after its second crash", async (t) => {
    for (const crash of [1, 2]) {
      t.match(
        await ended(await node.ask()),
        { state: "failed", error: { code: "FLM_WORKER_MEMORY" } },
        `crash ${crash}: the worker is killed for its memory`,
      );
    }
    t.match(await ended(await node.ask()), { state: "refused", error: { code: "FLM_PACKAGE_QUARANTINED" } });
    t.match(
      await ended(await node.ask([other, basics])),
      { state: "refused", error: { code: "FLM_PACKAGE_QUARANTINED", details: [{ at: "alice/flows@1.0.0" }] } },
      "also beside another package",
    );
  });

  await t.test("is refused by the next start too", async (t) => {
    await node.process.stop();
    await node.changeLimits({ memoryMegabytes: roomyMegabytes });
    await node.startAgain();
    t.match(await ended(await node.ask()), { state: "refused", error: { code: "FLM_PACKAGE_QUARANTINED" } });
    t.match(await ended(await node.ask([other])), { state: "released" }, "and others are not");
  });

  await t.test("is listed and lifted while the node runs, by the operator alone", async (t) => {
    const listed = await command("list");
    t.match(JSON.parse(listed.out), {
      packages: [{ id, name: "alice/flows", crashes: 2, lastCode: "FLM_WORKER_MEMORY", quarantined: true }],
    });
    for (const headers of [{}, { authorization: "Bearer undefined" }, { authorization: `Bearer ${"A".repeat(43)}` }]) {
      const answer = await fetch(`${node.process.url}/quarantine/${id}`, { method: "DELETE", headers });
      t.match(await answer.json(), { code: "FLM_OPERATOR_ONLY" });
    }
    t.match(await command("lift", "alice/nothing@1.0.0"), { code: 1, out: /FLM_NOT_FOUND/ });
    t.match(await command("lift", "alice/flows@1.0.0"), { code: 0, out: new RegExp(id) });
    t.match(JSON.parse((await command("list")).out), { packages: [] });
    t.match(await ended(await node.ask()), { state: "released" });
  });

  await t.test(
    "is quarantined by one study whose worker is killed twice",
    { skip: process.platform !== "linux" },
    async (t) => {
      const study = await node.ask();
      let killed = 0;
      const reaper = setInterval(() => {
        for (const pid of workersOn(datasetVersion)) {
          killed += 1;
          process.kill(pid, "SIGKILL");
        }
      }, 5);
      t.match(await ended(study), { state: "failed", error: { code: "FLM_PACKAGE_QUARANTINED" } });
      clearInterval(reaper);
      t.ok(killed >= 2, "as the kernel does when memory is short");
      const { packages } = JSON.parse((await command("list")).out);
      t.match(packages, [{ id, crashes: 2, lastCode: "FLM_WORKER_CRASHED" }]);
    },
  );

  await t.test("leaves a way for the operator that others cannot read, gone when the node stops", async (t) => {
    const { operator } = nodeDirectoryOf(dataDirectory);
    t.equal((await stat(operator)).mode & 0o777, 0o600);
    const { token } = JSON.parse(await readFile(operator, "utf8"));
    const asked = await fetch(`${node.process.url}/quarantine`, { headers: { authorization: `Bearer ${token}` } });
    t.notOk((await asked.text()).includes(token));
    await node.process.stop();
    await t.rejects(stat(operator), { code: "ENOENT" });
    t.match(await command("lift", id), { code: 0 }, "and while it is stopped, the database is free");
  });
});
