import { FlamencoError } from "@flamenco/policies/errors";
import { releasePresets } from "@flamenco/policies/release";
import { canonicalJson, openSignedBy, type SigningKey, signDocument } from "@flamenco/policies/trust";
import { type Outputs, parseDocument, payloadTypes, Result } from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import { software } from "../software.js";
import type { VerifiedStudy } from "../verification/index.js";
import { assertOutputs } from "./output-checks.js";

declare const releasedBrand: unique symbol;

/** Bytes that may leave the node. Only this file can make one: the brand is not exported, and `assertReleased` asks. */
export interface Released {
  readonly [releasedBrand]: true;
  readonly study: string;
  /** The signed envelope of a Result as canonical JSON text: what is stored, sent and shown, byte for byte. */
  readonly text: string;
}

/** Every Released that this process made. A forged object, or a copy, is not in it. */
const released = new WeakSet<object>();

function brand(study: string, text: string): Released {
  const value = Object.freeze({ study, text }) as Released;
  released.add(value);
  return value;
}

/**
 * The run-time half of the brand, for callers that a compiler did not check.
 * @throws FLM_INTERNAL
 */
export function assertReleased(value: unknown): asserts value is Released {
  if (typeof value !== "object" || value === null || !released.has(value)) {
    throw new FlamencoError(
      "FLM_INTERNAL",
      "Something that did not pass the release gate was about to leave the node.",
    );
  }
}

/** What the sealed worker computed, and when. */
export interface ComputedOutputs {
  readonly rows: number;
  readonly outputs: Outputs;
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

/**
 * Pass a run's outputs through the gate. In order: the policies allowed the release; the preset is one that this version
 * honours; the outputs are those asked for and inside their ranges; the result is put together, marked with its
 * protection, signed, and no larger than its ceiling.
 * @throws FLM_ACCESS_DENIED, FLM_PRESET_UNAVAILABLE, FLM_WORKER_PROTOCOL, FLM_TOO_LARGE
 */
export function releaseOutputs(verified: VerifiedStudy, computed: ComputedOutputs, key: SigningKey): Released {
  const { study, target, dataset, runDecision, releaseDecision } = verified;
  if (releaseDecision.decision !== "allow" || runDecision.decision !== "allow") {
    throw new FlamencoError("FLM_ACCESS_DENIED", "The policies of this node do not permit to release this study.");
  }
  const preset = releasePresets[study.release.preset];
  if (preset === null) {
    throw new FlamencoError(
      "FLM_PRESET_UNAVAILABLE",
      `The release preset ${study.release.preset} is not available yet.`,
    );
  }
  assertOutputs(verified, computed.rows, computed.outputs);
  const result = parseDocument(
    Result,
    {
      schema: "flamenco-result/1",
      study: verified.digest,
      node: target.node,
      keyId: key.keyId,
      dataset: { name: dataset.name, version: dataset.version, kind: dataset.manifest.kind, rows: computed.rows },
      outputs: computed.outputs,
      release: {
        preset: study.release.preset,
        protection: preset.protection,
        policies: [...runDecision.policies, ...releaseDecision.policies],
      },
      startedAt: computed.startedAt.toISOString(),
      finishedAt: computed.finishedAt.toISOString(),
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
  return brand(verified.digest, text);
}

/**
 * Take up a release that was stored before a restart: only bytes that this node signed, for this study, pass.
 * @throws FLM_SIGNATURE, FLM_SCHEMA, FLM_NOT_CANONICAL when the stored bytes are not what the gate wrote.
 */
export function restoreRelease(study: string, text: string, keyId: string): Released {
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
  return brand(study, text);
}
