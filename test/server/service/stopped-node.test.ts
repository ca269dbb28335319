import { testOnEveryBackend } from "../../support/databases.js";
import { startStudiedNode } from "../../support/studied-node.js";

await testOnEveryBackend("a node that is ended again and again", async (t, backend) => {
  const node = await startStudiedNode(t, backend);
  const { researcher } = node;

  await t.test("killed each time that a worker runs: the run fails cleanly in the end", async (t) => {
    const study = await node.ask();
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await node.waitForRun(study, ({ state, attempts }) => state === "running" && attempts === attempt);
      await node.process.kill();
      await node.startAgain();
    }
    t.match(await researcher.waitFor(study, "released", "failed"), {
      state: "failed",
      error: { code: "FLM_WORKER_CRASHED" },
    });
    t.same(await researcher.results(study), []);
  });

  await t.test("asked to stop each time: the run is taken up again, and no attempt is counted", async (t) => {
    const study = await node.ask();
    for (let round = 1; round <= 3; round += 1) {
      await node.waitForState(study, "running");
      t.equal(await node.process.stop("SIGTERM"), 0);
      await node.startAgain();
    }
    t.match(await researcher.waitFor(study, "released", "failed"), { state: "released" });
    t.equal((await researcher.results(study)).length, 1);
    t.equal(await node.process.stop("SIGINT"), 0);
  });
});
