import {
  describeProof,
  digestOf,
  leafHash,
  recordBytes,
  type SigningKey,
  signCheckpoint,
  TileTree,
} from "@flamenco/policies/trust";
import type { AuditRecord, ReleaseProof, Result } from "@flamenco/policies/wire";

/** A log of a node in which a result's release is the third entry of five, and the proof of it. */
export async function makeReleaseProof(
  node: SigningKey,
  result: Result,
  overrides: Partial<Extract<AuditRecord["entry"], { type: "release" }>> = {},
): Promise<ReleaseProof> {
  const record: AuditRecord = {
    schema: "flamenco-audit/1",
    index: 2,
    at: "2026-01-01T00:00:03.000Z",
    entry: {
      type: "release",
      study: result.study,
      result: digestOf(result),
      dataset: { name: result.dataset.name, version: result.dataset.version },
      preset: result.release.preset,
      policies: result.release.policies,
      ...overrides,
    },
  };
  const tree = new TileTree(async () => []);
  const leaves = [0, 1, 2, 3, 4].map((index) =>
    leafHash(index === record.index ? recordBytes(record) : Uint8Array.of(index)),
  );
  for (const leaf of leaves) tree.append(leaf);
  const checkpoint = signCheckpoint({ size: tree.size, root: tree.root() }, node);
  return describeProof(record, checkpoint, await tree.inclusionPath(record.index));
}
