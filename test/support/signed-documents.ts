import { createHash } from "node:crypto";
import { presetRules } from "@flamenco/policies/release";
import {
  digestOf,
  type SigningKey,
  sha256,
  signDocument,
  signingKeyFromSeed,
  sodiumReady,
} from "@flamenco/policies/trust";
import {
  type Certificate,
  type NodeAnnouncement,
  type PackageBundle,
  type PackageManifest,
  payloadTypes,
  type ReleaseTerms,
  type Result,
  type RunReport,
  type SourceFile,
  type Study,
} from "@flamenco/policies/wire";

await sodiumReady;

/** A key that is the same in every test run: its seed is the SHA-256 of its name. Never for anything but tests. */
export function makeKey(name: string): SigningKey {
  return signingKeyFromSeed(name, createHash("sha256").update(name).digest());
}

export const task = { id: "ddos-ntp", labels: ["benign", "attack"], positive: "benign" };

const portSource = `/** NTP amplification leaves port 123. */
export function lowPort(flow: Flow, stats: Stats): Vote {
  if (flow.srcPort <= 6600) return "attack";
  return ABSTAIN;
}
`;
export const portFile: SourceFile = { path: "port.ts", text: portSource };

/** The shape of a certificate; what it claims is the verifier's business, which tests of signatures do not ask. */
export function makeCertificate(lf: string): Certificate {
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
    labels: ["attack"],
    literals: [],
    predicates: 1,
    leaves: 2,
    operations: 3,
  };
}

/** A manifest of the given files, with one LF `lowPort` in the first. */
export function makeManifest(files: readonly SourceFile[], overrides: Partial<PackageManifest> = {}): PackageManifest {
  return {
    schema: "flamenco-package/1",
    name: "alice/ports",
    version: "1.0.0",
    kind: "flow/1",
    task,
    license: "Apache-2.0",
    description: "Votes by port.",
    authors: [{ name: "Alice" }],
    files: files.map(({ path, text }) => ({ path, sha256: sha256(text), bytes: Buffer.byteLength(text) })),
    lfs: [{ name: "lowPort", file: "port.ts", description: "" }],
    ...overrides,
  };
}

/** The in-toto statement about a manifest. */
export function makeStatement(manifest: PackageManifest, certificates: readonly Certificate[]) {
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: `${manifest.name}@${manifest.version}`, digest: { sha256: digestOf(manifest) } }],
    predicateType: "urn:flamenco:package:1",
    predicate: { manifest, certificates },
  };
}

/** A package whose signatures and digests hold. */
export function makeBundle(
  keys: readonly SigningKey[],
  overrides: Partial<PackageManifest> = {},
  files: readonly SourceFile[] = [portFile],
  certificates: readonly Certificate[] = [makeCertificate("lowPort")],
): PackageBundle {
  const manifest = makeManifest(files, overrides);
  return {
    envelope: signDocument(payloadTypes.package, makeStatement(manifest, certificates), keys),
    files: [...files],
  };
}

const minute = 60_000;

/** A study about one package and some nodes, made at `now` and good for an hour. */
export function makeStudy(
  author: SigningKey,
  parts: Pick<Study, "packages" | "targets"> & { now: Date; nonce?: string } & Partial<Study>,
): Study {
  const { now, nonce = "0".repeat(32), ...rest } = parts;
  return {
    schema: "flamenco-study/1",
    title: "Two networks",
    task,
    kind: "flow/1",
    outputs: ["analysis"],
    labelModel: "auto",
    release: { preset: "open" },
    seed: 7,
    author: author.keyId,
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + 60 * minute).toISOString(),
    nonce,
    ...rest,
  };
}

/** Terms of a dataset of about 120,000 rows with ground truth, under `standard`. */
export function makeTerms(changes: Partial<ReleaseTerms> = {}): ReleaseTerms {
  return {
    preset: "standard",
    rules: presetRules.standard,
    version: "a".repeat(64),
    rows: 120_000,
    hasTruth: true,
    charged: { datasetMicroRho: 0, collaborators: [], complete: true },
    ...changes,
  };
}

/** A node's announcement of one dataset `border`. */
export function makeAnnouncement(
  node: SigningKey,
  now: Date,
  overrides: Partial<NodeAnnouncement> = {},
): NodeAnnouncement {
  return {
    schema: "flamenco-node/1",
    name: node.name,
    keyId: node.keyId,
    datasets: [{ name: "border", kind: "flow/1" }],
    at: now.toISOString(),
    software: "test/1",
    ...overrides,
  };
}

/** A node's report of its run. */
export function makeReport(
  node: SigningKey,
  parts: Pick<RunReport, "study" | "state" | "sequence"> & Partial<RunReport>,
): RunReport {
  return {
    schema: "flamenco-run/1",
    node: node.name,
    keyId: node.keyId,
    at: "2026-01-01T00:00:00.000Z",
    software: "test/1",
    ...parts,
  };
}

/** A node's result without outputs. */
export function makeResult(node: SigningKey, study: string, overrides: Partial<Result> = {}): Result {
  return {
    schema: "flamenco-result/1",
    study,
    node: node.name,
    keyId: node.keyId,
    dataset: { name: "border", version: "0".repeat(64), kind: "flow/1", rows: 10 },
    outputs: {},
    release: { preset: "open", protection: "exact", policies: [] },
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt: "2026-01-01T00:00:01.000Z",
    software: "test/1",
    ...overrides,
  };
}
