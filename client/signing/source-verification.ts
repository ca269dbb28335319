import { type LfWarning, type Refusal, type VerifiedLf, verifyFile } from "@flamenco/language";
import type { Kind, SourceFile } from "@flamenco/policies/wire";

/** What the verifier says about all sources of a package. */
export interface SourceVerification {
  /** Accepted LFs, in the order of the files and of their places in them. */
  readonly lfs: readonly { readonly path: string; readonly lf: VerifiedLf }[];
  /** Every function that a file exports, accepted or not. */
  readonly exported: readonly { readonly path: string; readonly name: string }[];
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly LfWarning[];
}

/** Verify every TypeScript file, and that no two LFs have one name. Never throws on what the files hold. */
export function verifySources(
  files: readonly SourceFile[],
  { kind, labels }: { kind: Kind; labels: readonly string[] },
): SourceVerification {
  const lfs: { path: string; lf: VerifiedLf }[] = [];
  const exported: { path: string; name: string }[] = [];
  const refusals: Refusal[] = [];
  const warnings: LfWarning[] = [];
  const homes = new Map<string, string>();
  for (const { path, text } of files.filter(isTypeScript)) {
    const verification = verifyFile(text, { kind, labels, path });
    exported.push(...verification.exported.map((name) => ({ path, name })));
    refusals.push(...verification.refusals);
    warnings.push(...verification.warnings);
    for (const lf of verification.lfs) {
      const other = homes.get(lf.name);
      homes.set(lf.name, path);
      if (other === undefined) lfs.push({ path, lf });
      else refusals.push(repeatedName(lf.name, path, other));
    }
  }
  return { lfs, exported, refusals, warnings };
}

function isTypeScript({ path }: SourceFile): boolean {
  return path.endsWith(".ts");
}

function repeatedName(name: string, path: string, other: string): Refusal {
  return {
    code: "FLM_LF_NAME",
    path,
    line: 1,
    column: 1,
    message: `${name} is exported by ${other} too; the names of a package's labeling functions are distinct.`,
    excerpt: "",
    lf: name,
  };
}
