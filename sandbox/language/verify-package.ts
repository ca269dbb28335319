import { type ErrorDetail, FlamencoError } from "@flamenco/policies/errors";
import { canonicalJson } from "@flamenco/policies/trust";
import { kindOf } from "@flamenco/policies/wire";
import type { LfSources, Refusal, VerifiablePackage, VerifiedLf } from "./verification.js";
import { verifyFile } from "./verify-file.js";

export interface GrantOptions {
  /** Private fields that policy lets these sources read. */
  readonly grantedFields?: readonly string[] | undefined;
}

/**
 * Verify the sources of some LFs, in their order. Every TypeScript file is verified, used or not; the exported functions
 * must be exactly the LFs that are listed.
 * @throws FLM_LF_REFUSED with each place in the details; FLM_PACKAGE_FORMAT when the list and the exports differ;
 * FLM_SCHEMA for an unknown kind.
 */
export function verifyLfs(sources: LfSources, options: GrantOptions = {}): VerifiedLf[] {
  const kind = kindOf(sources.kind);
  const verified = new Map<string, VerifiedLf>();
  const refusals: Refusal[] = [];
  for (const { path, text } of sources.files) {
    if (!path.endsWith(".ts")) continue;
    const file = verifyFile(text, { kind, labels: sources.labels, path, grantedFields: options.grantedFields });
    refusals.push(...file.refusals);
    for (const lf of file.lfs) verified.set(lfKey(path, lf.name), lf);
  }
  if (refusals.length > 0) throw refusedError(refusals);
  const listed = new Set(sources.lfs.map(({ file, name }) => lfKey(file, name)));
  for (const [key, { name }] of verified) {
    if (!listed.has(key))
      throw new FlamencoError("FLM_PACKAGE_FORMAT", `The exported function ${name} is not in the manifest.`);
  }
  return sources.lfs.map(({ file, name }) => {
    const lf = verified.get(lfKey(file, name));
    if (lf === undefined)
      throw new FlamencoError("FLM_PACKAGE_FORMAT", `The file ${file} exports no function ${name}.`);
    return lf;
  });
}

const lfKey = (file: string, name: string): string => `${file}#${name}`;

function refusedError(refusals: readonly Refusal[]): FlamencoError {
  const details: ErrorDetail[] = refusals.map(({ path, line, column, code, message, excerpt }) => ({
    at: `${path}:${line}:${column}`,
    message: `${code}: ${message}\n${excerpt}`,
  }));
  const [first] = refusals;
  const where = first === undefined ? "" : `: ${first.path}:${first.line}:${first.column}: ${first.message}`;
  const more = refusals.length > 1 ? ` (and ${refusals.length - 1} more)` : "";
  return new FlamencoError("FLM_LF_REFUSED", `The verifier refused a labeling function${where}${more}`, { details });
}

/**
 * Verify a package whose signatures hold: verify its sources again, here, and compare each certificate with the signed
 * one in canonical form. @returns its LFs in the manifest's order.
 * @throws as verifyLfs, and FLM_PACKAGE_CERTIFICATE
 */
export function verifyPackage(opened: VerifiablePackage, options: GrantOptions = {}): VerifiedLf[] {
  const { manifest, files, certificates } = opened;
  const lfs = verifyLfs({ kind: manifest.kind, labels: manifest.task.labels, files, lfs: manifest.lfs }, options);
  for (const [index, { name, certificate }] of lfs.entries()) {
    const signed = certificates[index];
    if (signed === undefined || canonicalJson(signed) !== canonicalJson(certificate)) {
      throw new FlamencoError(
        "FLM_PACKAGE_CERTIFICATE",
        `The certificate of ${name} is not the one that its source yields.`,
      );
    }
  }
  return lfs;
}
