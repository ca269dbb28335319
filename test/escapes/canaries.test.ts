import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { launchWorker } from "@flamenco/sandbox/worker";
import { nodeDirectoryOf } from "@flamenco/server";
import t from "tap";
import { makeFlows, writeDatasetFixture } from "../support/dataset-fixture.js";
import { jobFor, jobPackage } from "../support/lf-sources.js";
import { makeNode } from "../support/node-process.js";
import { startProxiedRegistry } from "../support/registry-proxy.js";
import { Researcher } from "../support/researcher.js";
import { makeKey } from "../support/signed-documents.js";
import { addDataset, makePackage } from "../support/study-material.js";

/** Values of single rows, private and ordinary, as they could stand in bytes. */
const canaries = ["CANARY-203-0-113-66", "918273645"];

function markedFlows(count: number) {
  const { rows, truth } = makeFlows(count);
  const marked = rows.map((row, index) =>
    index % 50 === 7 ? { ...row, srcAddr: canaries[0] as string, bytes: Number(canaries[1]) } : row,
  );
  return { rows: marked, truth };
}

const findCanary = (text: string): string | undefined => canaries.find((value) => text.includes(value));

async function damage(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[40] = (bytes[40] as number) ^ 255;
  await writeFile(path, bytes);
}

t.test("nothing that the launcher returns shows a row value", { timeout: 240_000 }, async (t) => {
  const fixture = await writeDatasetFixture(join(t.testdir(), "dataset"), markedFlows(300));
  const limits = { deadlineSeconds: 60, memoryMegabytes: 1024 };
  const missing = jobPackage(
    "wien/missing",
    `import { ABSTAIN, type Flow } from "@flamenco/lf";
/** Reads what is not there. */
export function idle(flow: Flow) { return flow.idleMean > flow.bytes ? "attack" : ABSTAIN; }
`,
  );
  const see = async (launch: Omit<Parameters<typeof launchWorker>[0], "limits">, some = limits) => {
    const told: unknown[] = [];
    const { result } = launchWorker({ ...launch, limits: some, onProgress: (step) => told.push(step) });
    const end: unknown = await result.catch((error: unknown) => error);
    const { code, message, stack, cause, details } = end as Error & { code?: string; details?: unknown };
    const seen = [message, stack, String(cause), JSON.stringify([end, details, told])].join("\n");
    return { code, seen };
  };
  const ends = {
    released: await see({ job: jobFor(fixture) }),
    missing: await see({ job: jobFor(fixture, { packages: [missing] }) }),
    late: await see({ job: jobFor(fixture) }, { ...limits, deadlineSeconds: 0.05 }),
    corrupt: await damage(join(fixture.directory, "part-00000.parquet")).then(() => see({ job: jobFor(fixture) })),
  };
  t.match(ends, {
    released: { code: undefined },
    missing: { code: "FLM_FIELD_MISSING" },
    late: { code: "FLM_WORKER_DEADLINE" },
    corrupt: { code: "FLM_DATASET_CORRUPT" },
  });
  for (const [name, { seen }] of Object.entries(ends)) t.equal(findCanary(seen), undefined, name);
});

t.test("no byte that a node writes, answers or sends shows a row value", { timeout: 240_000 }, async (t) => {
  const root = t.testdir();
  const registry = await startProxiedRegistry(t, join(root, "registry"));
  let sent = "";
  registry.intercept = ({ body }) => {
    sent += body;
    // Envelopes carry their documents in base64.
    for (const [, payload = ""] of body.matchAll(/"payload":"([^"]+)"/g)) sent += Buffer.from(payload, "base64");
    return false;
  };
  const alice = makeKey("alice");
  const researcher = new Researcher(registry.direct, alice);
  const basics = makePackage(alice);
  await researcher.publish(basics);
  const dataDirectory = join(root, "data");
  const keyId = await makeNode(dataDirectory, { name: "north", registry: registry.url, trust: [alice.keyId] });
  const dataset = await addDataset(nodeDirectoryOf(dataDirectory).datasets, "border", markedFlows(500));

  const program = fileURLToPath(new URL("../../../server/bin/flamenco-node.js", import.meta.url));
  const child = spawn(
    process.execPath,
    [program, "start", "--data-dir", dataDirectory, "--port", "0", "--json", "--stop-with-parent"],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  const exited = once(child, "exit");
  t.teardown(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  let written = "";
  child.stdout.on("data", (bytes) => {
    written += bytes;
  });
  child.stderr.on("data", (bytes) => {
    written += bytes;
  });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const { url } = JSON.parse(line) as { url: string };

  await researcher.waitForDataset("north", "border");
  const target = { node: "north", keyId, dataset: "border" };
  const good = await researcher.ask([basics], target);
  t.match(await researcher.waitFor(good, "released", "failed", "refused"), { state: "released" });
  await damage(join(dataset.directory, "part-00000.parquet"));
  const bad = await researcher.ask([basics], target);
  t.match(await researcher.waitFor(bad, "released", "failed", "refused"), { state: "failed" });

  let answers = "";
  for (const path of [
    "/health",
    "/runs",
    `/runs/${good}`,
    `/runs/${bad}`,
    "/datasets",
    "/datasets/border",
    "/nothing",
  ]) {
    answers += await (await fetch(url + path)).text();
  }
  child.kill("SIGTERM");
  await exited;
  t.ok(sent.includes(good) && written.includes("ready") && answers.includes(bad), "there was something to look at");
  for (const [name, text] of Object.entries({ sent, written, answers })) t.equal(findCanary(text), undefined, name);
});
