import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { verifyRelease } from "@flamenco/client";
import t from "tap";
import { type DemoSummary, openEnvelope } from "./demo-documents.js";
import { findDescendants, findProcesses, runAsPrinted, startDemo, waitForSurvivors } from "./demo-process.js";

// Whole demos, one after the other, on whatever machine this is.
t.setTimeout(1_800_000);

t.test("the demo ends with computed results of two nodes, and with every refusal", { timeout: 400_000 }, async (t) => {
  const out = join(t.testdir(), "demo-out");
  const demo = startDemo(out, "--json");
  t.strictSame(await demo.ended, { code: 0, signal: null }, demo.text());
  const summary = JSON.parse(await readFile(join(out, "summary.json"), "utf8")) as DemoSummary;
  t.strictSame(JSON.parse(demo.stdout()), summary, "--json answers the summary and nothing else");
  t.strictSame(Object.keys(summary.nodes), ["north", "south"]);

  for (const [name, node] of Object.entries(summary.nodes)) {
    const envelope: unknown = JSON.parse(await readFile(join(out, `result-${name}.json`), "utf8"));
    const { document: result, signers } = openEnvelope(envelope);
    t.strictSame(signers, [node.keyId], `${name} signed its result`);
    const proof: unknown = JSON.parse(await readFile(join(out, `result-${name}.proof.json`), "utf8"));
    const { statements } = await verifyRelease({ envelope, proof, nodeKey: node.keyId, study: summary.study });
    const proven = statements.filter((statement) => statement.proven).map(({ about }) => about);
    t.strictSame(proven, ["signature", "key", "study", "log"], `${name} recorded its release`);
    t.equal(node.rows, result.dataset.rows);
    t.equal(node.analysis?.rows, node.rows);
    t.equal(node.analysis?.lfs.length, 5);
    t.strictSame(Object.keys(node.weights), result.outputs.labelModel?.lfs);
    t.equal(node.f1, result.outputs.metrics?.labelModel?.positiveF1);
    t.equal(node.treeF1, result.outputs.metrics?.tree?.positiveF1);
    t.ok((node.f1 ?? 0) > 0.5 && (node.treeF1 ?? 0) > 0.5, `${name}: better than chance`);
    t.match(await readFile(join(out, `tree-${name}.svg`), "utf8"), /^<svg /);

    const codes = node.refusals.map(({ by, code }) => `${by} ${code}`);
    t.strictSame(codes, ["registry FLM_LF_REFUSED", "registry FLM_SIGNATURE", `${name} FLM_ACCESS_DENIED`]);
    const places = JSON.stringify(node.refusals[0]);
    t.match(places, /FLM_LF_PRIVATE_FIELD|srcAddr/);
    t.match(places, /FLM_LF_STATE|rowsSeen/);
  }
  t.not(summary.nodes.north?.rows, summary.nodes.south?.rows, "each node has rows of its own");
  for (const name of ["weights.svg", "f1.svg"]) t.match(await readFile(join(out, name), "utf8"), /^<svg /);
  t.strictSame((await readdir(join(out, "logs"))).sort(), ["north.log", "registry.log", "south.log"]);
  t.strictSame(await waitForSurvivors(out, []), []);
  t.notOk(existsSync(join(out, "demo.lock")));
});

t.test(
  "a node that is killed again and again in the middle still brings one result",
  { timeout: 400_000 },
  async (t) => {
    const out = join(t.testdir(), "demo-out");
    const demo = startDemo(out, "--json");
    const killed = new Set<number>();
    const hunting = (async () => {
      while (demo.process.exitCode === null && killed.size < 4) {
        const north = findProcesses(join(out, "state", "north")).find(({ command }) => command.includes("start"));
        if (north !== undefined && !killed.has(north.pid)) {
          await pause([50, 900, 1500, 2000][killed.size]);
          killed.add(north.pid);
          try {
            process.kill(north.pid, "SIGKILL");
          } catch {
            // It had ended already.
          }
        }
        await pause(20);
      }
    })();
    t.strictSame(await demo.ended, { code: 0, signal: null }, demo.text());
    await hunting;
    t.ok(killed.size > 0);
    const summary = JSON.parse(demo.stdout()) as DemoSummary;
    t.strictSame(Object.keys(summary.nodes), ["north", "south"]);
    t.strictSame((await readdir(out)).filter((name) => name.startsWith("result-")).sort(), [
      "result-north.json",
      "result-north.proof.json",
      "result-south.json",
      "result-south.proof.json",
    ]);
    t.strictSame(await waitForSurvivors(out, [...killed]), []);
  },
);

t.test(
  "with --keep the services stay, a second demo in the folder is refused, and the printed commands work",
  async (t) => {
    const out = join(t.testdir(), "demo-out");
    const demo = startDemo(out, "--keep");
    await demo.waitFor(/Ctrl-C here stops them all/);
    const second = startDemo(out, "--json");
    t.strictSame(await second.ended, { code: 1, signal: null });
    t.match(JSON.parse(second.stdout()), { code: "FLM_DEMO_RUNNING" });
    const commands = [...demo.text().matchAll(/^ {2}npx flamenco (.+)$/gm)].map(([, command = ""]) => command);
    t.equal(commands.length, 3);
    for (const command of commands) {
      const { code, text } = await runAsPrinted(command);
      t.equal(code, 0, `${command}\n${text}`);
    }
    const family = findDescendants(demo.process.pid!);
    t.ok(family.length >= 4, "registry and nodes are up");
    demo.process.kill("SIGINT");
    t.strictSame(await demo.ended, { code: 0, signal: null });
    t.strictSame(await waitForSurvivors(out, family), []);
  },
);

t.test("a folder that no demo made is not touched", { timeout: 400_000 }, async (t) => {
  const out = t.testdir({ "thesis.txt": "ten years of work", state: { "notes.txt": "more" } });
  const demo = startDemo(out, "--json");
  t.strictSame(await demo.ended, { code: 1, signal: null });
  t.match(JSON.parse(demo.stdout()), { code: "FLM_FILE_EXISTS" });
  t.strictSame((await readdir(out)).sort(), ["state", "thesis.txt"]);
});

t.test("a folder that cannot be used is one readable error", { timeout: 400_000 }, async (t) => {
  const out = t.testdir({ file: "" });
  const onFile = startDemo(join(out, "file"), "--json");
  t.strictSame(await onFile.ended, { code: 1, signal: null });
  t.match(JSON.parse(onFile.stdout()), { code: /FLM_FILE/ });
});
