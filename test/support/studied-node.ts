import { join } from "node:path";
import type { RunState } from "@flamenco/policies/wire";
import { nodeDirectoryOf } from "@flamenco/server";
import type { Test } from "tap";
import { type Backend, freshNodeName } from "./databases.js";
import { makeNode, type NodeProcess, startNodeProcess } from "./node-process.js";
import { type ProxiedRegistry, startProxiedRegistry } from "./registry-proxy.js";
import { Researcher } from "./researcher.js";
import { makeKey } from "./signed-documents.js";
import { addDataset, makeFlows, makePackage } from "./study-material.js";

const alice = makeKey("alice");
const basics = makePackage(alice);
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
  readonly registry: ProxiedRegistry;
  readonly researcher: Researcher;
  /** The process that runs now. */
  readonly process: NodeProcess;
  /** Ask the node for a study. @returns its digest */
  ask(): Promise<string>;
  /** Start it again after it was ended, with nothing in the way of its registry. */
  startAgain(): Promise<void>;
  /** Wait until the node itself says that a run is as wanted. */
  waitForRun(study: string, wanted: (run: SeenRun) => boolean): Promise<void>;
  waitForState(study: string, state: RunState): Promise<void>;
}

export async function startStudiedNode(t: Test, backend: Backend): Promise<StudiedNode> {
  const root = t.testdir();
  const registry = await startProxiedRegistry(t, join(root, "registry"));
  const researcher = new Researcher(registry.direct, alice);
  await researcher.publish(basics);
  const dataDirectory = join(root, "data");
  const name = freshNodeName();
  const keyId = await makeNode(dataDirectory, { name, registry: registry.url, trust: [alice.keyId] });
  await addDataset(nodeDirectoryOf(dataDirectory).datasets, "border", dataset);
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
    registry,
    researcher,
    get process() {
      return process;
    },
    ask: async () => {
      await researcher.waitForDataset(name, "border");
      return researcher.ask([basics], { node: name, keyId, dataset: "border" });
    },
    startAgain: async () => {
      registry.intercept = undefined;
      process = await startNodeProcess(t, dataDirectory, backend.databaseUrl);
    },
    waitForRun,
    waitForState: (study, state) => waitForRun(study, (run) => run.state === state),
  };
}
