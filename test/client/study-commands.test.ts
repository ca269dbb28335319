import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RegistryClient } from "@flamenco/client";
import type { Result } from "@flamenco/policies/wire";
import t from "tap";
import { makeKey } from "../support/signed-documents.js";
import { documentOf, runFlamenco } from "./support/command-line.js";
import { packageFiles, writeFolder } from "./support/folders.js";
import { startRegistry } from "./support/real-registry.js";
import { makeFullResult } from "./support/results.js";
import { openScriptedNode } from "./support/scripted-node.js";

const [north, south] = [makeKey("north"), makeKey("south")];

async function openScene(home: string) {
  const server = await startRegistry(join(home, "registry"));
  const options = { dataDir: join(home, "alice"), env: { FLAMENCO_REGISTRY: server.url } };
  const nodes = { north: openScriptedNode(server.url, north), south: openScriptedNode(server.url, south) };
  await Promise.all([nodes.north.announce(), nodes.south.announce()]);
  await runFlamenco(["keys", "new", "alice"], options);
  await runFlamenco(["lf", "publish", await writeFolder(join(home, "package"), packageFiles())], options);
  const run = (...more: string[]) =>
    runFlamenco(
      ["study", "run", "--packages", "alice/ports@1.0.0", "--nodes", "north,south", "--json", ...more],
      options,
    );
  return { server, options, nodes, run };
}

async function release(
  node: ReturnType<typeof openScriptedNode>,
  key: typeof north,
  study: string,
  result = makeFullResult(key, study),
): Promise<void> {
  for (const state of ["fetched", "running", "releasing"] as const) await node.report(study, state);
  await node.sendResult(result);
  await node.report(study, "released");
}

// Every command is a process of its own; a busy machine starts them slowly.
t.setTimeout(300_000);

t.test("a study is sent, followed and read from the command line", { timeout: 120_000 }, async (t) => {
  const home = t.testdir();
  const { server, options, nodes, run } = await openScene(home);
  t.teardown(server.close);
  const settings = join(home, "lstm.json");
  await writeFile(settings, '{"units": 8, "steps": 5}');
  const classifier = ["--classifier", "lstm", "--classifier-settings", settings];
  const sent = await run("--title", "First", "--seed", "3", "--class-balance", "0.4,0.6", ...classifier);
  t.equal(sent.code, 0, sent.stdout);
  const { study } = documentOf<{ study: string }>(sent);
  const { envelope } = await new RegistryClient({ url: server.url }).studyStatus(study);
  t.match(JSON.parse(Buffer.from(envelope.payload, "base64").toString("utf8")), {
    endClassifier: { model: "lstm", units: 8, steps: 5 },
  });
  t.match(documentOf(await runFlamenco(["study", "list", "--json", "--key", "alice"], options)), {
    studies: [{ study, title: "First" }],
  });
  t.match(documentOf(await runFlamenco(["study", "status", study, "--json"], options)), {
    runs: [{ node: "north", state: "offered" }, { node: "south" }],
  });
  for (const state of ["fetched", "awaiting-approval"] as const) await nodes.north.report(study, state);
  t.match((await runFlamenco(["study", "status", study], options)).stdout, /north +waits for a person's approval/);

  t.match(documentOf(await runFlamenco(["study", "status", "--json"], options)), { studies: [{ study }] });

  const early = await runFlamenco(["study", "results", study, "--json"], options);
  t.equal(early.code, 1);
  t.match(documentOf(early), { results: [], problems: [{ node: "north" }, { node: "south" }] });

  const waiting = runFlamenco(["study", "results", study, "--wait", "--out", join(home, "out"), "--json"], options);
  await release(nodes.north, north, study);
  await release(nodes.south, south, study);
  const read = await waiting;
  t.equal(read.code, 0, read.stdout);
  const { results } = documentOf<{ results: Result[] }>(read);
  t.strictSame(
    results.map(({ node }) => node),
    ["north", "south"],
  );
  t.strictSame((await readdir(join(home, "out"))).sort(), [
    "f1.svg",
    "result-north.json",
    "result-south.json",
    "tree-north.svg",
    "tree-south.svg",
    "weights.svg",
  ]);
  t.match(JSON.parse(await readFile(join(home, "out", "result-north.json"), "utf8")), {
    payloadType: /result/,
    signatures: [{ keyid: north.keyId }],
  });

  const spoken = await runFlamenco(["study", "results", study], options);
  t.equal(spoken.code, 0);
  for (const text of [/north · 10 rows/, /lowPort/, /0\.800/, /label model: F1 of benign/, /srcPort <= 6600/])
    t.match(spoken.stdout, text);
});

t.test("tables keep within a narrow terminal", { timeout: 120_000 }, async (t) => {
  const { server, options, nodes, run } = await openScene(t.testdir());
  t.teardown(server.close);
  const { study } = documentOf<{ study: string }>(await run());
  await release(nodes.north, north, study);
  await release(nodes.south, south, study);
  for (const columns of [80, 160]) {
    const { stdout } = await runFlamenco(["study", "results", study], {
      ...options,
      env: { ...options.env, COLUMNS: String(columns) },
    });
    const table = stdout.split("\n").filter((line) => /north ·|lowPort|coverage/.test(line));
    t.ok(table.length > 0);
    t.ok(
      table.every((line) => line.length <= columns),
      String(columns),
    );
  }
});

t.test(
  "a node that refuses makes the command fail and says why; the other's result is there",
  { timeout: 120_000 },
  async (t) => {
    const { server, options, nodes, run } = await openScene(t.testdir());
    t.teardown(server.close);
    const { study } = documentOf<{ study: string }>(await run());
    await release(nodes.north, north, study);
    const ESC = String.fromCharCode(27);
    await nodes.south.report(study, "refused", {
      error: { code: "FLM_ACCESS_DENIED", message: `No policy permits this.${ESC}[2J`, details: [] },
    });
    const read = await runFlamenco(["study", "results", study, "--wait", "--json"], options);
    t.equal(read.code, 1);
    t.match(documentOf(read), {
      results: [{ node: "north" }],
      problems: [{ node: "south", state: "refused", error: { code: "FLM_ACCESS_DENIED" } }],
    });
    const spoken = await runFlamenco(["study", "results", study, "--wait"], options);
    t.match(spoken.stdout, /FLM_ACCESS_DENIED/);
    t.notOk(spoken.stdout.includes(ESC));
  },
);

t.test("a node cannot slip in another study's result", { timeout: 120_000 }, async (t) => {
  const { server, options, nodes, run } = await openScene(t.testdir());
  t.teardown(server.close);
  const { study } = documentOf<{ study: string }>(await run("--outputs", "analysis"));
  await release(nodes.north, north, study);
  const read = documentOf<{ problems: { node: string; error: { code: string } }[] }>(
    await runFlamenco(["study", "results", study, "--json"], options),
  );
  t.match(read.problems[0], { node: "north", error: { code: "FLM_RESULT_MISMATCH" } });
});

t.test("hostile strings of a node reach neither terminal nor picture", { timeout: 120_000 }, async (t) => {
  const home = t.testdir();
  const { server, options, nodes, run } = await openScene(home);
  t.teardown(server.close);
  const { study } = documentOf<{ study: string }>(await run());
  const ESC = String.fromCharCode(27);
  const hostile = `${ESC}]0;x\u0007<script>alert(1)</script>"'&\u202e`;
  for (const [node, key] of [
    [nodes.north, north],
    [nodes.south, south],
  ] as const) {
    const result = makeFullResult(key, study);
    result.outputs.labelModel!.reason = hostile;
    result.outputs.analysis!.warnings = [hostile];
    result.outputs.analysis!.lfs[0]!.lf = `alice/ports@1.0.0#${hostile}`;
    result.outputs.labelModel!.lfs = [`alice/ports@1.0.0#${hostile}`];
    result.outputs.tree!.tree.nodes[0] = { type: "test", condition: hostile, fields: [], yes: 1, no: 2 };
    await release(node, key, study, result);
  }
  const { code, stdout } = await runFlamenco(["study", "results", study, "--out", join(home, "out")], options);
  t.equal(code, 0, stdout);
  t.notMatch(stdout, /[^\P{Cc}\n]|\p{Cf}/u);
  for (const name of ["weights.svg", "tree-north.svg"]) {
    const picture = await readFile(join(home, "out", name), "utf8");
    t.notOk(picture.includes("<script"), name);
    t.notMatch(picture, /[^\P{Cc}\n]/u, name);
  }
});

t.test("a study that cannot be is refused before it is sent", { timeout: 120_000 }, async (t) => {
  const home = t.testdir();
  const { server, options } = await openScene(home);
  t.teardown(server.close);
  const cases: [string[], string][] = [
    [["--packages", "alice/ports@9.9.9", "--nodes", "north"], "FLM_PACKAGE_UNKNOWN"],
    [["--packages", "alice/ports", "--nodes", "north"], "FLM_USAGE"],
    [["--packages", "alice/ports@1.0.0", "--nodes", "west"], "FLM_NODE_UNKNOWN"],
    [["--packages", "alice/ports@1.0.0", "--nodes", "north,north"], "FLM_USAGE"],
    [["--packages", "alice/ports@1.0.0", "--nodes", "north", "--dataset", "other"], "FLM_DATASET_UNKNOWN"],
    [["--packages", "alice/ports@1.0.0", "--nodes", "north", "--outputs", "rows"], "FLM_USAGE"],
    [["--packages", "alice/ports@1.0.0", "--nodes", "north", "--class-balance", "1,2"], "FLM_SCHEMA"],
    [["--packages", "alice/ports@1.0.0", "--nodes", "north", "--key", "nobody"], "FLM_KEY_UNREADABLE"],
    [["--packages", "alice/ports@1.0.0", "--nodes", "north", "--timeout", "soon"], "FLM_USAGE"],
  ];
  for (const [args, code] of cases) {
    const result = await runFlamenco(["study", "run", "--json", ...args], options);
    t.not(result.code, 0, args.join(" "));
    t.match(documentOf(result), { code }, args.join(" "));
  }
  t.strictSame(await new RegistryClient({ url: server.url }).listStudies(), []);
});
