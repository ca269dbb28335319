import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyLfs } from "@flamenco/language";
import { digestOf, type SigningKey, signDocument } from "@flamenco/policies/trust";
import {
  type Envelope,
  type PackageBundle,
  type PackageManifest,
  type PackageReference,
  payloadTypes,
  type SourceFile,
  type Study,
} from "@flamenco/policies/wire";
import { type DatasetFixture, type FixtureOptions, writeDatasetFixture } from "./dataset-fixture.js";
import { makeBundle, task } from "./signed-documents.js";

/** Three labeling functions on ports and sizes, with a statistic. */
export const lfSources: SourceFile = {
  path: "flows.ts",
  text: `import { ABSTAIN } from "@flamenco/lf";

/** NTP amplification leaves low ports. */
export function lowPort(flow: Flow, stats: Stats): Vote {
  if (flow.srcPort <= 6600) return "attack";
  return ABSTAIN;
}

/** Clients use high ports. */
export function highPort(flow: Flow, stats: Stats): Vote {
  if (flow.srcPort >= 9000) return "benign";
  return ABSTAIN;
}

/** Small packets are not amplified. */
export function smallPackets(flow: Flow, stats: Stats): Vote {
  if (flow.averagePacketSize <= stats.averagePacketSize.p25) return "benign";
  return ABSTAIN;
}
`,
};

export interface SignedPackage {
  readonly bundle: PackageBundle;
  readonly reference: PackageReference;
}

const exportedNames = (text: string): string[] =>
  [...text.matchAll(/^export function (\w+)/gm)].map(([, name]) => name ?? "");

/**
 * A package as its author publishes it: certificates computed from the sources, everything signed.
 * @param grantedFields private fields that the author's check was told to allow
 */
export function makePackage(
  author: SigningKey,
  options: {
    source?: SourceFile;
    name?: string;
    grantedFields?: readonly string[];
    manifest?: Partial<PackageManifest>;
  } = {},
): SignedPackage {
  const { source = lfSources, name = `${author.name}/flows`, grantedFields = [] } = options;
  const lfs = exportedNames(source.text).map((lf) => ({ name: lf, file: source.path, description: "" }));
  const kind = options.manifest?.kind ?? "flow/1";
  const labels = options.manifest?.task?.labels ?? task.labels;
  const certificates = verifyLfs({ kind, labels, files: [source], lfs }, { grantedFields }).map(
    ({ certificate }) => certificate,
  );
  const bundle = makeBundle([author], { name, lfs, ...options.manifest }, [source], certificates);
  return { bundle, reference: referenceOf(bundle) };
}

/** Reference of a bundle, from its own manifest. */
export function referenceOf({ envelope }: PackageBundle): PackageReference {
  const statement = JSON.parse(Buffer.from(envelope.payload, "base64").toString("utf8"));
  const manifest = statement.predicate.manifest as PackageManifest;
  return { name: manifest.name, version: manifest.version, id: digestOf(manifest) };
}

/** A study as it travels, and its name. */
export function signStudy(study: Study, ...keys: readonly SigningKey[]): { envelope: Envelope; digest: string } {
  return { envelope: signDocument(payloadTypes.study, study, keys), digest: digestOf(study) };
}

/** `count` flows of which every third is an attack from a low port; deterministic. */
export function makeFlows(count: number): Required<Pick<FixtureOptions, "rows" | "truth">> {
  const attack = (index: number) => index % 3 === 0;
  return {
    rows: Array.from({ length: count }, (_, index) => ({
      srcPort: attack(index) ? 123 + (index % 500) : 9_000 + (index % 40_000),
      averagePacketSize: attack(index) ? 400 + (index % 97) : 40 + (index % 53),
    })),
    truth: Array.from({ length: count }, (_, index) => (attack(index) ? "attack" : "benign")),
  };
}

/** Put a dataset where a node looks for it: real Parquet, in the layout of an import. */
export async function addDataset(datasets: string, name: string, options: FixtureOptions): Promise<DatasetFixture> {
  const staging = await mkdtemp(join(tmpdir(), "flamenco-dataset-"));
  const fixture = await writeDatasetFixture(staging, { ...options, name });
  const directory = join(datasets, name, fixture.version);
  await mkdir(join(datasets, name), { recursive: true });
  await cp(staging, directory, { recursive: true });
  await writeFile(join(datasets, name, "current"), `${fixture.version}\n`);
  await rm(staging, { recursive: true });
  return { ...fixture, directory };
}
