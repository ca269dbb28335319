import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { readPackageFolder } from "../signing/index.js";

/** Who and what takes part in the demo: the nodes are given, the rest is what the examples hold. */
export interface Cast {
  readonly nodes: readonly { readonly name: string; readonly file: string }[];
  /** Packages of the examples, and the researcher (the namespace) who publishes each. */
  readonly packages: readonly { readonly folder: string; readonly researcher: string }[];
  /** Names of the researchers, at least two. */
  readonly researchers: readonly string[];
  /** Folder of the package that reads an address and keeps state, and who sends it. */
  readonly hostile: { readonly folder: string; readonly researcher: string };
}

export const DATASET = "flows";
const NODES = ["north", "south"] as const;

/** @throws FLM_DEMO_FAILED when the examples are not what the demo needs */
export async function readCast(examples: string): Promise<Cast> {
  const folder = join(examples, "packages");
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const packages = await Promise.all(names.map((name) => readPackage(join(folder, name))));
  const researchers = [...new Set(packages.map(({ researcher }) => researcher))];
  if (researchers.length < 2)
    throw new FlamencoError("FLM_DEMO_FAILED", `${folder} does not hold the packages of two researchers.`);
  return {
    nodes: NODES.map((name) => ({ name, file: join(examples, "data", `${name}.csv`) })),
    packages,
    researchers,
    hostile: await readPackage(join(examples, "hostile", "reads-address")),
  };
}

async function readPackage(folder: string): Promise<{ folder: string; researcher: string }> {
  const { description } = await readPackageFolder(folder);
  return { folder, researcher: description.name.split("/")[0] ?? "" };
}
