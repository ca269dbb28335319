import { FlamencoError } from "../errors/index.js";
import { maxProofHashes } from "../wire/index.js";
import { emptyRoot, hashBytes, nodeHash, sameHash } from "./merkle-hash.js";

/**
 * The reader's side of a Merkle log: each function restates a definition of RFC 6962 section 2.1, top down. Whoever made the
 * proof may be hostile, so sizes, places and lengths are looked at before anything is hashed, and a proof costs at most one
 * hash or two for each of its 64 elements.
 */

/** Largest power of two smaller than `size`, for sizes above 1: where RFC 6962 splits a tree. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** MTH(D[n]) of RFC 6962 section 2.1, over leaf hashes. */
export function treeRoot(leaves: readonly Uint8Array[], start = 0, end = leaves.length): Uint8Array {
  const size = end - start;
  if (size === 0) return emptyRoot();
  const first = leaves[start];
  if (first === undefined) throw new FlamencoError("FLM_INTERNAL", "The tree has no such leaf.");
  if (size === 1) return first;
  const split = splitOf(size);
  return nodeHash(treeRoot(leaves, start, start + split), treeRoot(leaves, start + split, end));
}

/** What an inclusion proof claims. */
export interface InclusionClaim {
  /** Place of the leaf, from 0. */
  readonly index: number;
  /** Leaves of the tree. */
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly root: Uint8Array;
}

/**
 * Check that a leaf stands at its place in the tree of that size and root: the root is rebuilt from the leaf and its path
 * (PATH(m, D[n]) of RFC 6962 section 2.1.1, read from its last element).
 * @throws FLM_AUDIT_PROOF
 */
export function verifyInclusion({ index, size, leaf, root }: InclusionClaim, path: readonly Uint8Array[]): void {
  assertSizes(index + 1, size);
  assertHashes([leaf, root, ...assertLength(path)]);
  const rebuild = (place: number, leaves: number, depth: number): Uint8Array => {
    if (leaves === 1) {
      if (depth !== 0) throw refuse("its path is too long");
      return leaf;
    }
    const sibling = path[depth - 1];
    if (sibling === undefined) throw refuse("its path is too short");
    const split = splitOf(leaves);
    return place < split
      ? nodeHash(rebuild(place, split, depth - 1), sibling)
      : nodeHash(sibling, rebuild(place - split, leaves - split, depth - 1));
  };
  if (!sameHash(rebuild(index, size, path.length), root)) throw refuse("it leads to another root");
}

/** What a consistency proof claims: the tree of `size` leaves begins with that of `oldSize`. */
export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * Check that a tree continues an older one: both roots are rebuilt from the proof (SUBPROOF(m, D[n], b) of RFC 6962 section
 * 2.1.2, read from its last element).
 * @throws FLM_AUDIT_PROOF
 */
export function verifyConsistency(
  { oldSize, oldRoot, size, root }: ConsistencyClaim,
  proof: readonly Uint8Array[],
): void {
  assertSizes(oldSize, size);
  assertHashes([oldRoot, root, ...assertLength(proof)]);
  if (oldSize === 0) {
    if (proof.length > 0 || !sameHash(oldRoot, emptyRoot())) throw refuse("nothing comes before an empty log");
    return;
  }
  /** Roots of the older and the newer tree; `known` where the older one is the whole older tree. */
  const rebuild = (old: number, leaves: number, known: boolean, depth: number): readonly [Uint8Array, Uint8Array] => {
    if (old === leaves) {
      const shared = known ? oldRoot : proof[0];
      if (depth !== (known ? 0 : 1) || shared === undefined) throw refuse("it has another number of hashes");
      return [shared, shared];
    }
    const sibling = proof[depth - 1];
    if (sibling === undefined) throw refuse("it has too few hashes");
    const split = splitOf(leaves);
    if (old <= split) {
      const [before, after] = rebuild(old, split, known, depth - 1);
      return [before, nodeHash(after, sibling)];
    }
    const [before, after] = rebuild(old - split, leaves - split, false, depth - 1);
    return [nodeHash(sibling, before), nodeHash(sibling, after)];
  };
  const [before, after] = rebuild(oldSize, size, true, proof.length);
  if (!sameHash(before, oldRoot)) throw refuse("it does not lead to the older root");
  if (!sameHash(after, root)) throw refuse("it does not lead to the newer root");
}

function assertSizes(smaller: number, size: number): void {
  const whole = Number.isSafeInteger(smaller) && Number.isSafeInteger(size);
  if (!whole || smaller < 0 || size < 0 || smaller > size) throw refuse("it names a place that the log does not have");
}

function assertLength(path: readonly Uint8Array[]): readonly Uint8Array[] {
  if (path.length > maxProofHashes) throw refuse(`it has more than ${maxProofHashes} hashes`);
  return path;
}

function assertHashes(hashes: readonly Uint8Array[]): void {
  if (hashes.some((hash) => hash.length !== hashBytes)) throw refuse(`a hash has ${hashBytes} bytes`);
}

const refuse = (why: string): FlamencoError =>
  new FlamencoError("FLM_AUDIT_PROOF", `The log proof does not hold: ${why}.`);
