import type { SigningKey } from "@flamenco/policies/trust";
import { openSignedBy } from "@flamenco/policies/trust";
import {
  NodeAnnouncement,
  NodesAnswer,
  parseDocument,
  payloadTypes,
  type ReleaseTerms,
  Result,
  ResultsAnswer,
  type RunState,
  type RunStatus,
  registryPaths,
  type Study,
  StudyStatus,
} from "@flamenco/policies/wire";
import { makeStudy } from "./signed-documents.js";
import { type SignedPackage, signStudy } from "./study-material.js";

async function exchange(url: string, body?: unknown): Promise<unknown> {
  const response = await fetch(
    url,
    body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
  );
  const answer: unknown = await response.json();
  if (!response.ok) throw Object.assign(new Error(`${url}: ${JSON.stringify(answer)}`), answer);
  return answer;
}

/** What a researcher does at a registry, without the client: tests of the node need no more. */
export class Researcher {
  #nonce = 0;

  constructor(
    readonly registry: string,
    readonly key: SigningKey,
  ) {}

  async publish({ bundle }: SignedPackage): Promise<void> {
    await exchange(this.registry + registryPaths.packages, bundle);
  }

  /** Wait until a node has announced a dataset, with terms that are as wanted. @returns what it announced */
  async waitForDataset(
    node: string,
    dataset: string,
    wanted: (terms: ReleaseTerms | undefined) => boolean = () => true,
  ): Promise<NodeAnnouncement["datasets"][number]> {
    for (;;) {
      const { nodes } = parseDocument(NodesAnswer, await exchange(this.registry + registryPaths.nodes), "nodes");
      const announced = nodes.map(
        (envelope) =>
          openSignedBy(envelope, payloadTypes.node, NodeAnnouncement, "announcement", ({ keyId }) => keyId).document,
      );
      const { datasets = [] } = announced.find(({ name }) => name === node) ?? {};
      const found = datasets.find(({ name, terms }) => name === dataset && wanted(terms));
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ask one node. @returns the study's digest. */
  async ask(
    packages: readonly SignedPackage[],
    target: Study["targets"][number],
    change: Partial<Study> = {},
  ): Promise<string> {
    this.#nonce += 1;
    const study = makeStudy(this.key, {
      packages: packages.map(({ reference }) => reference),
      targets: [target],
      now: new Date(),
      nonce: this.#nonce.toString(16).padStart(32, "0"),
      ...change,
    });
    const { envelope, digest } = signStudy(study, this.key);
    await exchange(this.registry + registryPaths.studies, envelope);
    return digest;
  }

  /** The run of a study's only node, as the registry knows it, as soon as it is in one of the states. */
  async waitFor(study: string, ...states: readonly RunState[]): Promise<RunStatus> {
    let revision = -1;
    for (;;) {
      const path = registryPaths.study.replace(":digest", study);
      const query = revision < 0 ? "" : `?wait=20&revision=${revision}`;
      const status = parseDocument(StudyStatus, await exchange(this.registry + path + query), "status");
      revision = status.revision;
      const [run] = status.runs;
      if (run !== undefined && states.includes(run.state)) return run;
    }
  }

  /** The results that are there, their signatures checked. */
  async results(study: string): Promise<Result[]> {
    const path = registryPaths.results.replace(":digest", study);
    const { results } = parseDocument(ResultsAnswer, await exchange(this.registry + path), "results");
    return results.map(
      (envelope) => openSignedBy(envelope, payloadTypes.result, Result, "result", ({ keyId }) => keyId).document,
    );
  }
}
