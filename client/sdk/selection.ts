import { verifyPackage } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import type { OpenedPackage } from "@flamenco/policies/trust";
import {
  type NodeAnnouncement,
  PackageName,
  type PackageSummary,
  type PresetName,
  parseDocument,
  presetNames,
  type ReleaseTerms,
  type StudyTarget,
  Version,
} from "@flamenco/policies/wire";
import type { RegistryClient } from "./registry-client.js";

export interface NodeChoice {
  /** Names of nodes, or their key ids. */
  readonly nodes: readonly string[];
  readonly kind: string;
  /** Name of the dataset on every node; default: each node's only dataset of the kind. */
  readonly dataset?: string | undefined;
}

/**
 * Packages by `namespace/name@version`, opened and verified as a node will verify them.
 * @throws FLM_PACKAGE_UNKNOWN, FLM_USAGE when they do not share task and kind, and whatever opening and verifying throws
 * @example
 * const packages = await findPackages(registry, ["uma/ntp@1.0.0", "uc3m/bursts@0.2.0"]);
 */
export async function findPackages(registry: RegistryClient, names: readonly string[]): Promise<OpenedPackage[]> {
  const packages = await Promise.all(
    names.map(async (name) => {
      const opened = await registry.fetchPackage(await findVersion(registry, name));
      verifyPackage(opened);
      return opened;
    }),
  );
  const [first, ...others] = packages;
  if (first === undefined) throw new FlamencoError("FLM_USAGE", "Name at least one package.");
  for (const { manifest } of others) {
    if (
      manifest.kind !== first.manifest.kind ||
      JSON.stringify(manifest.task) !== JSON.stringify(first.manifest.task)
    ) {
      throw new FlamencoError(
        "FLM_USAGE",
        `${first.manifest.name} and ${manifest.name} cannot be in one study: they differ in kind or task (${first.manifest.kind} ${first.manifest.task.id}, ${manifest.kind} ${manifest.task.id}).`,
      );
    }
  }
  return packages;
}

async function findVersion(registry: RegistryClient, reference: string): Promise<PackageSummary> {
  const [name = "", version, ...rest] = reference.split("@");
  if (version === undefined || rest.length > 0) {
    throw new FlamencoError(
      "FLM_USAGE",
      `${JSON.stringify(reference)} does not name a version; write namespace/name@version.`,
    );
  }
  parseDocument(PackageName, name, "package name");
  parseDocument(Version, version, "package version");
  const versions = (await registry.listPackages(name)).filter((summary) => summary.name === name);
  const found = versions.find((summary) => summary.version === version);
  if (found !== undefined) return found;
  const known = versions.map((summary) => summary.version).join(", ");
  throw new FlamencoError(
    "FLM_PACKAGE_UNKNOWN",
    known === ""
      ? `The registry has no package ${name}.`
      : `The registry has no version ${version} of ${name}; it has ${known}.`,
  );
}

/**
 * Targets of a study from the announcements of nodes.
 * @throws FLM_NODE_UNKNOWN, FLM_DATASET_UNKNOWN; FLM_USAGE when a name or a dataset is not unambiguous
 * @example
 * const targets = findNodes(await registry.listNodes(), { nodes: ["north", "south"], kind: "flow/1" });
 */
export function findNodes(announced: readonly NodeAnnouncement[], { nodes, kind, dataset }: NodeChoice): StudyTarget[] {
  return nodes.map((wanted) => {
    const found = announced.filter(({ name, keyId }) => name === wanted || keyId === wanted);
    const [node] = found;
    if (node === undefined) {
      const known = announced
        .map(({ name }) => name)
        .sort()
        .join(", ");
      throw new FlamencoError(
        "FLM_NODE_UNKNOWN",
        `The registry knows no node ${wanted}; it knows ${known === "" ? "none" : known}.`,
      );
    }
    if (found.length > 1) {
      const keys = found.map(({ keyId }) => keyId).join(", ");
      throw new FlamencoError(
        "FLM_USAGE",
        `More than one node calls itself ${wanted}. Ask its operator which key is its, and name that: ${keys}.`,
      );
    }
    return { node: node.name, keyId: node.keyId, dataset: chooseDataset(node, kind, dataset) };
  });
}

/** What a node tells of the terms under which a dataset of its releases. */
export interface DatasetTerms {
  readonly node: string;
  /** Name of the dataset. */
  readonly name: string;
  /** When the node said so. */
  readonly at: string;
  readonly terms: ReleaseTerms;
}

/**
 * The terms of a target, from the announcements of nodes.
 * @throws FLM_NODE_UNKNOWN; FLM_USAGE where the node's operator keeps them back
 * @example
 * const { terms } = findTerms(announced, target); // terms.rules.epsilon.release
 */
export function findTerms(announced: readonly NodeAnnouncement[], { node, keyId, dataset }: StudyTarget): DatasetTerms {
  const announcement = announced.find((candidate) => candidate.keyId === keyId);
  if (announcement === undefined) throw new FlamencoError("FLM_NODE_UNKNOWN", `The registry knows no node ${node}.`);
  const terms = announcement.datasets.find(({ name }) => name === dataset)?.terms;
  if (terms === undefined) {
    throw new FlamencoError(
      "FLM_USAGE",
      `${node} does not tell under what terms ${dataset} releases. Ask its operator how many rows it has.`,
    );
  }
  return { node, name: dataset, at: announcement.at, terms };
}

/** The strictest preset that one of the targets is under, as their nodes tell; `open` where none tells. */
export function strictestPreset(announced: readonly NodeAnnouncement[], targets: readonly StudyTarget[]): PresetName {
  const told = targets.flatMap(({ keyId, dataset }) => {
    const { datasets = [] } = announced.find((node) => node.keyId === keyId) ?? {};
    return datasets.flatMap(({ name, terms }) => (name === dataset && terms !== undefined ? [terms.preset] : []));
  });
  // They are listed from the least to the most strict.
  return presetNames.findLast((preset) => told.includes(preset)) ?? "open";
}

function chooseDataset(node: NodeAnnouncement, kind: string, wanted: string | undefined): string {
  const fitting = node.datasets.filter((dataset) => dataset.kind === kind);
  const names = fitting.map(({ name }) => name);
  const listed = names.length === 0 ? "none" : names.join(", ");
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
    throw new FlamencoError(
      "FLM_DATASET_UNKNOWN",
      `${node.name} has no dataset ${wanted} of kind ${kind}; it has ${listed}.`,
    );
  }
  const [only] = names;
  if (only === undefined)
    throw new FlamencoError("FLM_DATASET_UNKNOWN", `${node.name} has no dataset of kind ${kind}.`);
  if (names.length > 1)
    throw new FlamencoError("FLM_USAGE", `${node.name} has several datasets of kind ${kind}; name one: ${listed}.`);
  return only;
}
