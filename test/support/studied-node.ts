import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunState } from "@flamenco/policies/wire";
import { nodeDirectoryOf } from "@flamenco/server";
import type { Test } from "tap";
import { type Backend, freshNodeName } from "./databases.js";
import { makeNode, type NodeProcess, startNodeProcess } from "./node-process.js";
import { type ProxiedRegistry, startProxiedRegistry } from "./registry-proxy.js";
import { Researcher } from "./researcher.js";
import { makeKey } from "./signed-documents.js";
import { addDataset, makeFlows, makePackage, type SignedPackage } from "./study-material.js";

const alice = makeKey("alice");
const basics = makePackage(alice);
const other = makePackage(alice, { name: "alice/other" });
const dataset = makeFlows(2_000);

interface SeenRun {
  readonly study: string;
  readonly state: RunState;
  readonly attempts: number;
}

/** A real registry, a node in a process of its own with a dataset, and a researcher whom it trusts. */
export interface StudiedNode {
  readonly name: string;
  readonly rows: number;
  readonly dataDirectory: string;
  /** The version of its dataset that a sealed worker may read. */
  readonly datasetVersion: string;
  readonly registry: ProxiedRegistry;
  readonly researcher: Researcher;
  /** The process that runs now. */
  readonly process: NodeProcess;
  /** The package that a study uses when none is named. */
  readonly basics: SignedPackage;
  readonly other: SignedPackage;
  /** Ask the node for a study, with the usual package when none is named. @returns its digest */
  ask(packages?: readonly SignedPackage[]): Promise<string>;
  /** Change the ceilings of node.json; they count from the next start. */
  changeLimits(change: Readonly<Record<string, number>>): Promise<void>;
  /** Start it again after it was ended, with nothing in the way of its registry. */
  startAgain(): Promise<void>;
  /** Wait until the node itself says that a run is as wanted. */
  waitForRun(study: string, wanted: (run: SeenRun) => boolean): Promise<void>;
  waitForState(study: string, state: RunState): Promise<void>;
}

/** @param ceilings changes of the limits in node.json before the first start */
export async function startStudiedNode(
  t: Test,
  backend: Pick<Backend, "databaseUrl">,
  ceilings: Readonly<Record<string, number>> = {},
): Promise<StudiedNode> {
  const root = t.testdir();
  const registry = await startProxiedRegistry(t, join(root, "registry"));
  const researcher = new Researcher(registry.direct, alice);
  for (const one of [basics, other]) await researcher.publish(one);
  const dataDirectory = join(root, "data");
  const name = freshNodeName();
  const keyId = await makeNode(dataDirectory, { name, registry: registry.url, trust: [alice.keyId] });
  const directory = nodeDirectoryOf(dataDirectory);
  const { directory: datasetVersion } = await addDataset(directory.datasets, "border", dataset);
  const changeLimits: StudiedNode["changeLimits"] = async (change) => {
    const config = JSON.parse(await readFile(directory.config, "utf8"));
    await writeFile(directory.config, JSON.stringify({ ...config, limits: { ...config.limits, ...change } }));
  };
  await changeLimits(ceilings);
  let process = await startNodeProcess(t, dataDirectory, backend.databaseUrl);
  const waitForRun: StudiedNode["waitForRun"] = async (study, wanted) => {
    for (;;) {
      const { runs } = (await (await fetch(`${process.url}/runs`)).json()) as { runs: SeenRun[] };
      if (runs.some((run) => run.study === study && wanted(run))) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return {
    name,
    rows: dataset.rows.length,
    dataDirectory,
    datasetVersion,
    basics,
    other,
    registry,
    researcher,
    get process() {
      return process;
    },
    changeLimits,
    ask: async (packages = [basics]) => {
      await researcher.waitForDataset(name, "border");
      return researcher.ask(packages, { node: name, keyId, dataset: "border" });
    },
    startAgain: async () => {
      registry.intercept = undefined;
      process = await startNodeProcess(t, dataDirectory, backend.databaseUrl);
    },
    waitForRun,
    waitForState: (study, state) => waitForRun(study, (run) => run.state === state),
  };
}
