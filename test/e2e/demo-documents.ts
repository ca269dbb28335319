import { openEnvelope as open, sodiumReady } from "@flamenco/policies/trust";
import { type Analysis, type ErrorDocument, payloadTypes, Result } from "@flamenco/policies/wire";

await sodiumReady;

/** `summary.json`, as its readers rely on it. */
export interface DemoSummary {
  readonly study: string;
  readonly nodes: Readonly<
    Record<
      string,
      {
        readonly keyId: string;
        readonly rows: number;
        readonly analysis: Analysis | null;
        readonly weights: Readonly<Record<string, number | null>>;
        readonly f1: number | null;
        readonly treeF1: number | null;
        readonly refusals: readonly (ErrorDocument & { readonly what: string; readonly by: string })[];
      }
    >
  >;
}

export function openEnvelope(envelope: unknown) {
  return open(envelope, payloadTypes.result, Result, "result");
}
