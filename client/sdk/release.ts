import { FlamencoError } from "@flamenco/policies/errors";
import { openSignedBy, sodiumReady, type VerifiedProof, verifyReleaseProof } from "@flamenco/policies/trust";
import { Envelope, parseDocument, payloadTypes, Result, Study } from "@flamenco/policies/wire";
import { type VerifiedResult, verifyResult } from "./result.js";

/** What somebody has of a release, each from anywhere. */
export interface ReleaseFiles {
  /** The envelope of a result, as `study results --out` writes it. */
  readonly envelope: unknown;
  /** Its log proof; absent: nothing is said of the log. */
  readonly proof?: unknown;
  /** The envelope of the study that it should answer, or the study's digest; absent: nothing is said of the study. */
  readonly study?: unknown;
  /** Key id that the operator of the node gave by another way; absent: nothing is said of who holds the key. */
  readonly nodeKey?: string | undefined;
}

/** One thing that a reader might take for granted, and whether it was proven. */
export interface Statement {
  readonly about: "signature" | "key" | "study" | "log" | "truth" | "view";
  readonly proven: boolean;
  readonly text: string;
}

export interface VerifiedRelease extends Omit<VerifiedResult, "envelope"> {
  readonly proof: VerifiedProof | null;
  /** Everything that was proven and everything that was not. */
  readonly statements: readonly Statement[];
}

/** Hold a log proof against the result that it came with. @throws FLM_SCHEMA, FLM_AUDIT_PROOF, FLM_AUDIT_CHECKPOINT */
export function verifyLogProof(proof: unknown, { result, digest }: Omit<VerifiedResult, "envelope">): VerifiedProof {
  return verifyReleaseProof(proof, { study: result.study, result: digest, keyId: result.keyId });
}

/**
 * Verify a release from files alone, without a network. In order: schema and signature of the result; the node's key, if it
 * is given; the study, if it is given; the log proof, if it is given. The first that does not hold is thrown; what could not
 * be looked at is said in the statements.
 * @throws FLM_SCHEMA, FLM_UNSIGNED, FLM_SIGNATURE, FLM_NOT_CANONICAL, FLM_RESULT_MISMATCH, FLM_AUDIT_PROOF, FLM_AUDIT_CHECKPOINT
 * @example
 * const { statements } = await verifyRelease({ envelope, proof, nodeKey: "ed25519:…" });
 * for (const { proven, text } of statements) console.log(proven ? "proven: " : "NOT proven: ", text);
 */
export async function verifyRelease({ envelope, proof, study, nodeKey }: ReleaseFiles): Promise<VerifiedRelease> {
  await sodiumReady;
  const { document: result, digest } = openSignedBy(
    envelope,
    payloadTypes.result,
    Result,
    "result",
    ({ keyId }) => keyId,
  );
  const statements: Statement[] = [
    { about: "signature", proven: true, text: `The result was signed by ${result.keyId} and not altered since.` },
    judgeKey(result, nodeKey),
    await judgeStudy(envelope, result, study),
  ];
  const verified = proof === undefined ? null : verifyLogProof(proof, { result, digest });
  return { result, digest, proof: verified, statements: [...statements, ...describeLog(result, verified)] };
}

function judgeKey({ node, keyId }: Result, nodeKey: string | undefined): Statement {
  if (nodeKey === undefined) {
    return { about: "key", proven: false, text: `Whether that key is ${node}'s: give it with --node-key.` };
  }
  if (nodeKey !== keyId) {
    throw new FlamencoError("FLM_SIGNATURE", `The result is signed by ${keyId}, not by the key that was given.`);
  }
  return { about: "key", proven: true, text: `The key is the one that was given for ${node}.` };
}

async function judgeStudy(envelope: unknown, result: Result, study: ReleaseFiles["study"]): Promise<Statement> {
  if (study === undefined) {
    return { about: "study", proven: false, text: "Which study it answers: give the study with --study." };
  }
  if (typeof study !== "string") {
    const opened = openSignedBy(study, payloadTypes.study, Study, "study", ({ author }) => author);
    const expected = { study: opened.document, digest: opened.digest };
    await verifyResult(parseDocument(Envelope, envelope, "result's envelope"), expected);
    return { about: "study", proven: true, text: "It answers the study that was given: target, outputs, labels, LFs." };
  }
  if (study !== result.study) {
    throw new FlamencoError("FLM_RESULT_MISMATCH", "The result does not answer the study: it names another one.");
  }
  return { about: "study", proven: true, text: "It names the study whose digest was given." };
}

function describeLog({ node }: Result, verified: VerifiedProof | null): Statement[] {
  const truth: Statement = {
    about: "truth",
    proven: false,
    text: `Whether ${node} computed what it says, over the rows that it says: no signature and no log can tell.`,
  };
  if (verified === null) {
    return [{ about: "log", proven: false, text: `Whether ${node} recorded the release in its audit log.` }, truth];
  }
  const { proof, checkpoint } = verified;
  return [
    {
      about: "log",
      proven: true,
      text: `The release is entry ${proof.record.index}, from 0, of the ${checkpoint.size} in ${node}'s audit log, recorded ${proof.record.at} by its clock.`,
    },
    {
      about: "view",
      proven: false,
      text: `Whether ${node} shows everybody the same log: compare its checkpoint with what others were given.`,
    },
    truth,
  ];
}
