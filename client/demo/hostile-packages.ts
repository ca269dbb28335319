import { FlamencoError } from "@flamenco/policies/errors";
import { canonicalJson, type SigningKey } from "@flamenco/policies/trust";
import { type Certificate, type PackageBundle, PackageStatement, parseDocument } from "@flamenco/policies/wire";
import { readPackageFolder, signPackage } from "../signing/index.js";

/**
 * What an attacker would send: sources that the verifier refuses, with certificates that say they are fine, properly
 * signed. The client's own packing would stop it; a registry and a node must not rely on that.
 */
export async function forgePackage(folder: string, key: SigningKey): Promise<PackageBundle> {
  const { description, files } = await readPackageFolder(folder);
  const lfs = files.flatMap(({ path, text }) =>
    [...text.matchAll(/^export function ([A-Za-z_][A-Za-z0-9_]*)/gm)].map(([, name = ""]) => ({
      name,
      file: path,
      description: "",
    })),
  );
  const certificates = lfs.map(({ name }) => claimHarmless(name, description.task.labels));
  return signPackage({ description, files, lfs, certificates }, key).bundle;
}

function claimHarmless(lf: string, labels: readonly string[]): Certificate {
  return {
    language: "flamenco-lf/1",
    lf,
    pure: true,
    total: true,
    stateless: true,
    deterministic: true,
    fields: ["srcPort"],
    privateFields: [],
    statistics: [],
    labels: [...labels],
    literals: [],
    predicates: 1,
    leaves: 2,
    operations: 1,
  };
}

/** A published package with another description than the one that was signed. */
export function alterAfterSigning({ envelope, files }: PackageBundle): PackageBundle {
  const signed: unknown = JSON.parse(Buffer.from(envelope.payload, "base64").toString("utf8"));
  const statement = parseDocument(PackageStatement, signed, "package statement");
  const description = statement.predicate.manifest.description;
  const manifest = {
    ...statement.predicate.manifest,
    description: `${description} (altered after signing)`.slice(0, 2000),
  };
  const altered = { ...statement, predicate: { ...statement.predicate, manifest } };
  return { envelope: { ...envelope, payload: Buffer.from(canonicalJson(altered)).toString("base64") }, files };
}

/** The error of something that must be refused. @throws FLM_DEMO_FAILED when it was accepted */
export async function expectRefusal(what: string, attempt: () => Promise<unknown>): Promise<FlamencoError> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof FlamencoError && error.code !== "FLM_REGISTRY_UNREACHABLE") return error;
    throw error;
  }
  throw new FlamencoError("FLM_DEMO_FAILED", `${what} was accepted, which must never happen.`);
}
