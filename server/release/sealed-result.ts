import { FlamencoError } from "@flamenco/policies/errors";
import { canonicalJson, openSignedBy, type SigningKey, signDocument } from "@flamenco/policies/trust";
import { type Outputs, parseDocument, payloadTypes, Result } from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import { software } from "../software.js";
import { decisionsOf, type VerifiedStudy } from "../verification/index.js";

/** What the sealed worker computed, and when. */
export interface ComputedOutputs {
  readonly rows: number;
  readonly outputs: Outputs;
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

/**
 * Put a result together, sign it, and hold it to its ceiling. The text is nothing that may leave: the gate alone says so.
 * @returns the signed envelope as canonical JSON
 * @throws FLM_TOO_LARGE
 */
export function sealResult(
  verified: VerifiedStudy,
  computed: ComputedOutputs & { readonly protection: Pick<Result["release"], "protection" | "bound"> },
  key: SigningKey,
): string {
  const { study, digest, target, dataset } = verified;
  const { rows, outputs, startedAt, finishedAt, protection } = computed;
  const result = parseDocument(
    Result,
    {
      schema: "flamenco-result/1",
      study: digest,
      node: target.node,
      keyId: key.keyId,
      dataset: { name: dataset.name, version: dataset.version, kind: dataset.manifest.kind, rows },
      outputs,
      release: {
        preset: study.release.preset,
        ...protection,
        // One policy may decide several questions.
        policies: [...new Set(decisionsOf(verified).flatMap(({ policies }) => policies))],
        policySet: verified.runDecision.policySet,
      },
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
      software,
    },
    "result",
  );
  const text = canonicalJson(signDocument(payloadTypes.result, result, [key]));
  if (text.length > limits.releaseBytes) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `The release is larger than ${limits.releaseBytes} bytes. Ask for fewer outputs.`,
    );
  }
  return text;
}

/**
 * Assert that this node sealed the text, for this study.
 * @throws FLM_SIGNATURE, FLM_SCHEMA, FLM_NOT_CANONICAL
 */
export function assertSealed(study: string, text: string, keyId: string): void {
  let envelope: unknown;
  try {
    envelope = JSON.parse(text);
  } catch (cause) {
    throw new FlamencoError("FLM_NOT_CANONICAL", "The stored release is damaged.", { cause });
  }
  const { document } = openSignedBy(envelope, payloadTypes.result, Result, "stored release", (result) => result.keyId);
  if (document.keyId !== keyId || document.study !== study || canonicalJson(envelope) !== text) {
    throw new FlamencoError("FLM_SIGNATURE", "The stored release is not one that this node made for this study.");
  }
}
