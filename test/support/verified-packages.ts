import { verifyLfs } from "@flamenco/language";
import type { SigningKey } from "@flamenco/policies/trust";
import type { PackageBundle, PackageManifest } from "@flamenco/policies/wire";
import { makeBundle, makeManifest } from "./signed-documents.js";

/** A labeling function that the language accepts. */
export const lowPortSource = `import { ABSTAIN, type Flow } from "@flamenco/lf";

/** NTP amplification leaves low ports. */
export function lowPort(flow: Flow) {
  return flow.srcPort <= 6600 ? "attack" : ABSTAIN;
}
`;

/** A package with one LF \`lowPort\`, its true certificate and true signatures: one that a registry must accept. */
export function makeVerifiedBundle(
  keys: readonly SigningKey[],
  overrides: Partial<PackageManifest> = {},
  text: string = lowPortSource,
): PackageBundle {
  const files = [{ path: "port.ts", text }];
  const manifest = makeManifest(files, overrides);
  const { kind, task, lfs } = manifest;
  const certificates = verifyLfs({ kind, labels: task.labels, files, lfs }).map(({ certificate }) => certificate);
  return makeBundle(keys, overrides, files, certificates);
}
