import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { sodiumReady } from "@flamenco/policies/trust";
import type { PackageBundle } from "@flamenco/policies/wire";
import { renderResults, writeResultFiles } from "../rendering/index.js";
import {
  type Collection,
  collectResults,
  createKey,
  createStudy,
  findNodes,
  findPackages,
  loadKey,
  packPackage,
  type RegistryClient,
  type SignedStudy,
} from "../sdk/index.js";
import { formatCount, openProgressDisplay, type Terminal } from "../terminal/index.js";
import { type Cast, DATASET } from "./cast.js";
import type { DemoFolder } from "./demo-folder.js";
import { type DemoRefusal, type DemoSummary, renderRefusals, summarizeDemo } from "./demo-summary.js";
import { alterAfterSigning, expectRefusal, forgePackage } from "./hostile-packages.js";
import { type Network, waitForNodes } from "./network.js";
import type { StepLog } from "./step-log.js";

export const STEPS = 8;

export interface StoryOptions {
  readonly cast: Cast;
  readonly folder: DemoFolder;
  readonly network: Network;
  readonly steps: StepLog;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Tables go to the terminal; with `--json` they would only be in the way. */
  readonly showTables: boolean;
}

export interface StoryEnd {
  readonly summary: DemoSummary;
  readonly cast: Cast;
  readonly registryUrl: string;
  /** Data directory with the researchers' keys. */
  readonly researcherHome: string;
  readonly files: readonly string[];
}

/** The demo from the first key to the last refusal. Everything that it says was measured or answered by a service. */
export async function tellStory(options: StoryOptions): Promise<StoryEnd> {
  const { cast, folder, network, steps, terminal, signal } = options;
  await sodiumReady;
  const researcherHome = folder.state("researchers");
  const keys = await steps.run(
    `Two researchers make their keys: ${cast.researchers.join(", ")}`,
    () => Promise.all(cast.researchers.map((name) => createKey(researcherHome, name))),
    (made) => made.map(({ name, keyId }) => `${name} is ${keyId.slice(0, 20)}…`).join(", "),
  );
  const { client: registry } = await steps.run(
    "Starting the registry",
    network.startRegistry,
    ({ service }) => `The registry listens at ${service.ready.url}`,
  );

  const [nodeIds, references] = await Promise.all([
    steps.run(
      `Setting up ${cast.nodes.map(({ name }) => name).join(" and ")}: own key, own policies, own rows, own database`,
      async () => {
        await Promise.all(
          cast.nodes.map(async (node) => {
            await network.prepareNode(node, registry.url, keys);
            await network.startNode(node.name);
          }),
        );
        return waitForNodes(
          registry,
          cast.nodes.map(({ name }) => name),
          signal,
        );
      },
      (announced) => `The nodes are up and polling: ${announced.map(({ name }) => name).join(", ")}`,
    ),
    steps.run(
      "The researchers verify, sign and publish their labeling functions",
      () => publishAll(registry, cast, researcherHome),
      (published) =>
        `Published ${published.map(({ name, version, lfs }) => `${name}@${version} (${lfs} LFs)`).join(", ")}`,
    ),
  ]);

  const author = await loadKey(researcherHome, cast.researchers[0] ?? "");
  const signed = await steps.run(
    `${author.name} signs a study and leaves it with the registry`,
    async () => {
      const packages = await findPackages(
        registry,
        references.map(({ name, version }) => `${name}@${version}`),
      );
      const { task, kind } = packages[0]!.manifest;
      const targets = findNodes(nodeIds, { nodes: cast.nodes.map(({ name }) => name), kind, dataset: DATASET });
      const study = await createStudy(
        {
          title: `First light: ${task.id} on two networks`,
          task,
          kind,
          packages: packages.map(({ reference }) => reference),
          targets,
        },
        author,
      );
      await registry.submitStudy(study.envelope);
      return study;
    },
    ({ digest }) => `Study ${digest.slice(0, 16)}… asks both nodes for analysis, label model, metrics and tree`,
  );
  const { results } = await steps.run(
    "Both nodes verify, run and release, each over its own rows",
    () => awaitResults(options, registry, signed),
    (collection) =>
      collection.results
        .map(({ result }) => `${result.node} released over ${formatCount(result.dataset.rows)} rows`)
        .join(", "),
  );
  const { study } = signed;
  const documents = results.map(({ result }) => result);
  if (options.showTables) terminal.note(`\n${renderResults(terminal, documents, study.task.positive)}\n`);
  const files = await steps.run(
    "Writing the signed results and pictures",
    () => writeResultFiles(folder.path, results, study.task.positive),
    (written) => `Wrote ${written.join(", ")}`,
  );
  const refusals = await steps.run(
    "A hostile package, an altered one and a stranger knock at the same doors",
    () => tryHostile(options, registry, signed),
    (refused) => `Every one was refused (${refused.length} refusals)`,
  );
  terminal.note(`\n${renderRefusals(terminal, refusals)}\n`);

  const summary = summarizeDemo({
    study: signed.digest,
    task: study.task,
    packages: study.packages,
    seconds: steps.elapsed(),
    results: documents,
    refusals,
  });
  await writeFile(join(folder.path, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
  return { summary, cast, registryUrl: registry.url, researcherHome, files: [...files, "summary.json"] };
}

async function publishAll(
  registry: RegistryClient,
  cast: Cast,
  home: string,
): Promise<{ name: string; version: string; lfs: number }[]> {
  const published = [];
  for (const { folder, researcher } of cast.packages) {
    const { bundle, reference, manifest } = await packPackage(folder, await loadKey(home, researcher));
    await registry.publish(bundle);
    published.push({ name: reference.name, version: reference.version, lfs: manifest.lfs.length });
  }
  return published;
}

async function awaitResults(
  { terminal, signal }: StoryOptions,
  registry: RegistryClient,
  signed: SignedStudy,
): Promise<Collection> {
  const display = openProgressDisplay(terminal, 6);
  try {
    const collection = await collectResults(registry, signed, {
      onProgress: display.update,
      onUnreachable: () => display.say("The registry does not answer; asking again."),
      signal,
    });
    const [problem] = collection.problems;
    if (problem !== undefined) throw problem.error;
    return collection;
  } finally {
    display.close();
  }
}

/** What a stranger and a forger try, for real; whoever refuses says why. */
async function tryHostile(
  { cast, folder, signal }: StoryOptions,
  registry: RegistryClient,
  { study }: SignedStudy,
): Promise<DemoRefusal[]> {
  const home = folder.state("stranger");
  const stranger = cast.hostile.researcher;
  await createKey(home, stranger);
  const key = await loadKey(home, stranger);
  const publish = async (what: string, bundle: PackageBundle): Promise<DemoRefusal> => {
    return { what, by: "registry", error: await expectRefusal(what, () => registry.publish(bundle)) };
  };
  const [own] = cast.packages;
  if (own === undefined) throw new FlamencoError("FLM_DEMO_FAILED", "There is no package to alter.");
  const good = await packPackage(own.folder, await loadKey(folder.state("researchers"), own.researcher));
  const refusals = [
    await publish(
      `${stranger} publishes an LF that reads an address and one that keeps state`,
      await forgePackage(cast.hostile.folder, key),
    ),
    await publish(`${own.researcher}'s package, altered after signing`, alterAfterSigning(good.bundle)),
  ];

  const signed = await createStudy({ ...study, preset: study.release.preset }, key);
  await registry.submitStudy(signed.envelope);
  const { results, problems } = await collectResults(registry, signed, { signal });
  if (results.length > 0)
    throw new FlamencoError("FLM_DEMO_FAILED", "A node ran a stranger's study, which must never happen.");
  return [
    ...refusals,
    ...problems.map(({ node, error }) => ({
      what: `${stranger} sends the same study, signed with a key that no operator trusts`,
      by: node,
      error,
    })),
  ];
}
