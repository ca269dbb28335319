import {
  emptyRoot,
  type FullTile,
  leafHash,
  nodeHash,
  sameHash,
  TileTree,
  tilePath,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from "@flamenco/policies/trust";
import t from "tap";

const hex = (hash: Uint8Array): string => Buffer.from(hash).toString("hex");
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

/** A tree, and every tile that it handed out. */
async function grow(leaves: readonly Uint8Array[]): Promise<{ tree: TileTree; tiles: FullTile[] }> {
  const tiles: FullTile[] = [];
  const tree = new TileTree(async (level, index) => {
    const tile = tiles.find((full) => full.level === level && full.index === index);
    if (tile === undefined) throw new Error(`tile ${level}/${index} was never full`);
    return tile.hashes;
  });
  for (const leaf of leaves) tiles.push(...tree.append(leaf));
  return { tree, tiles };
}

/** Leaves, roots and proofs of the reference implementation of Certificate Transparency (merkle_tree_test). */
const reference = {
  leaves: ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"],
  roots: [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ],
  /** Place of the leaf from 0, size, path. */
  inclusion: [
    [0, 1, []],
    [
      0,
      8,
      [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
      ],
    ],
    [
      5,
      8,
      [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      ],
    ],
    [2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]],
    [
      1,
      5,
      [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      ],
    ],
  ],
  /** Older size, size, proof. */
  consistency: [
    [1, 1, []],
    [
      1,
      8,
      [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
      ],
    ],
    [
      6,
      8,
      [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      ],
    ],
    [
      2,
      5,
      [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      ],
    ],
  ],
} as const;

t.test("writer and verifier both give the reference roots", async (t) => {
  const leaves = reference.leaves.map((leaf) => leafHash(bytes(leaf)));
  for (const [size, root] of reference.roots.entries()) {
    const { tree } = await grow(leaves.slice(0, size));
    t.equal(hex(tree.root()), root, `writer, ${size} leaves`);
    t.equal(hex(treeRoot(leaves.slice(0, size))), root, `verifier, ${size} leaves`);
  }
});

t.test("proofs are those of the reference, and hold", async (t) => {
  const leaves = reference.leaves.map((leaf) => leafHash(bytes(leaf)));
  const root = (size: number) => bytes(reference.roots[size] ?? "");
  for (const [index, size, path] of reference.inclusion) {
    const { tree } = await grow(leaves.slice(0, size));
    t.same((await tree.inclusionPath(index)).map(hex), path);
    verifyInclusion({ index, size, leaf: leaves[index] ?? emptyRoot(), root: root(size) }, path.map(bytes));
  }
  for (const [oldSize, size, proof] of reference.consistency) {
    const { tree } = await grow(leaves.slice(0, size));
    t.same((await tree.consistencyProof(oldSize)).map(hex), proof);
    verifyConsistency({ oldSize, oldRoot: root(oldSize), size, root: root(size) }, proof.map(bytes));
  }
});

t.test("tile paths are those of the specification", (t) => {
  t.equal(tilePath(0, 0), "tile/0/000");
  t.equal(tilePath(1, 1_234_067), "tile/1/x001/x234/067");
  t.equal(tilePath("entries", 273, 112), "tile/entries/273.p/112");
  for (const [index, width] of [
    [-1, 1],
    [0.5, 1],
    [Number.NaN, 1],
    [1e300, 1],
    [0, 0],
    [0, 257],
  ] as const) {
    t.throws(() => tilePath(0, index, width), { code: "FLM_INTERNAL" });
  }
  t.end();
});

t.test("a log over several tiles: 600 leaves give two full tiles, and every proof holds", async (t) => {
  const leaves = Array.from({ length: 600 }, (_, index) => leafHash(Buffer.from(`entry ${index}`)));
  const { tree, tiles } = await grow(leaves);
  t.same(
    tiles.map(({ level, index, hashes }) => [level, index, hashes.length]),
    [
      [0, 0, 256],
      [0, 1, 256],
    ],
  );
  const root = treeRoot(leaves);
  t.ok(sameHash(tree.root(), root));
  for (const index of [0, 1, 255, 256, 257, 511, 512, 598, 599]) {
    verifyInclusion({ index, size: 600, leaf: leaves[index] ?? root, root }, await tree.inclusionPath(index));
  }
  for (const oldSize of [0, 1, 2, 255, 256, 257, 512, 513, 599, 600]) {
    const oldRoot = treeRoot(leaves.slice(0, oldSize));
    verifyConsistency({ oldSize, oldRoot, size: 600, root }, await tree.consistencyProof(oldSize));
  }
  await t.rejects(tree.inclusionPath(600), { code: "FLM_NOT_FOUND" });
  await t.rejects(tree.inclusionPath(Number.NaN), { code: "FLM_NOT_FOUND" });
  await t.rejects(tree.consistencyProof(601), { code: "FLM_NOT_FOUND" });
});

t.test("a second level: 65,537 leaves fill a tile of tiles", async (t) => {
  const leaves = Array.from({ length: 65_537 }, (_, index) => leafHash(Uint8Array.of(index >> 8, index & 255)));
  const { tree, tiles } = await grow(leaves);
  t.equal(tiles.filter(({ level }) => level === 0).length, 256);
  t.same(
    tiles.filter(({ level }) => level === 1).map(({ index }) => index),
    [0],
  );
  const root = treeRoot(leaves);
  t.ok(sameHash(tree.root(), root));
  for (const index of [0, 65_535, 65_536]) {
    verifyInclusion({ index, size: leaves.length, leaf: leaves[index] ?? root, root }, await tree.inclusionPath(index));
  }
  const oldRoot = treeRoot(leaves.slice(0, 40_001));
  const claim = { oldSize: 40_001, oldRoot, size: leaves.length, root };
  verifyConsistency(claim, await tree.consistencyProof(40_001));
});

t.test("fuzzed against one another: sizes 1 to 70, every place, every older size, and one bit turned", async (t) => {
  const all = Array.from({ length: 70 }, (_, index) => leafHash(Buffer.from(`x${index}`)));
  const flip = (path: readonly Uint8Array[], at: number) =>
    path.map((hash, place) =>
      place === at ? Uint8Array.from(hash, (byte, i) => (i === at % 32 ? byte ^ 1 : byte)) : hash,
    );
  let held = 0;
  let refused = 0;
  const refuses = (step: () => void) => {
    try {
      step();
    } catch (error) {
      if ((error as { code?: string }).code === "FLM_AUDIT_PROOF") refused += 1;
    }
  };
  let forgeries = 0;
  for (let size = 1; size <= all.length; size += 1) {
    const leaves = all.slice(0, size);
    const { tree } = await grow(leaves);
    const root = treeRoot(leaves);
    if (!sameHash(root, tree.root())) t.fail(`roots differ at ${size}`);
    for (const [index, leaf] of leaves.entries()) {
      const path = await tree.inclusionPath(index);
      verifyInclusion({ index, size, leaf, root }, path);
      held += 1;
      forgeries += 3;
      refuses(() => verifyInclusion({ index: index + 1, size, leaf, root }, path));
      refuses(() => verifyInclusion({ index, size, leaf: nodeHash(leaf, leaf), root }, path));
      refuses(() => verifyInclusion({ index, size, leaf, root }, [...path, root]));
      if (path.length > 0) {
        forgeries += 2;
        refuses(() => verifyInclusion({ index, size, leaf, root }, path.slice(1)));
        refuses(() => verifyInclusion({ index, size, leaf, root }, flip(path, index % path.length)));
      }
    }
    for (let oldSize = 0; oldSize <= size; oldSize += 1) {
      const oldRoot = treeRoot(leaves.slice(0, oldSize));
      const proof = await tree.consistencyProof(oldSize);
      verifyConsistency({ oldSize, oldRoot, size, root }, proof);
      held += 1;
      forgeries += 2;
      refuses(() => verifyConsistency({ oldSize, oldRoot: leafHash(oldRoot), size, root }, proof));
      refuses(() => verifyConsistency({ oldSize, oldRoot, size, root }, [...proof, root]));
      if (proof.length > 0) {
        forgeries += 1;
        refuses(() => verifyConsistency({ oldSize, oldRoot, size, root }, flip(proof, oldSize % proof.length)));
      }
    }
  }
  t.equal(held, 2_485 + 2_555, "every true proof holds");
  t.equal(refused, forgeries, "every forged one is refused");
});

t.test("hostile sizes and places are refused before anything is hashed", (t) => {
  const root = leafHash(Uint8Array.of());
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, 1e300, -1, 0.5, 2 ** 53];
  for (const value of odd) {
    t.throws(() => verifyInclusion({ index: value, size: 8, leaf: root, root }, []), { code: "FLM_AUDIT_PROOF" });
    t.throws(() => verifyInclusion({ index: 0, size: value, leaf: root, root }, []), { code: "FLM_AUDIT_PROOF" });
    const claim = { oldRoot: root, root };
    t.throws(() => verifyConsistency({ ...claim, oldSize: value, size: 8 }, []), { code: "FLM_AUDIT_PROOF" });
    t.throws(() => verifyConsistency({ ...claim, oldSize: 1, size: value }, []), { code: "FLM_AUDIT_PROOF" });
  }
  const long = Array.from({ length: 65 }, () => root);
  const largest = { index: 2 ** 52, size: Number.MAX_SAFE_INTEGER, leaf: root, root };
  t.throws(() => verifyInclusion(largest, long), { code: "FLM_AUDIT_PROOF", message: /more than 64/ });
  t.throws(() => verifyInclusion(largest, long.slice(0, 53)), { code: "FLM_AUDIT_PROOF" });
  t.throws(() => verifyInclusion({ index: 0, size: 1, leaf: root.subarray(1), root }, []), { code: "FLM_AUDIT_PROOF" });
  t.throws(() => verifyConsistency({ oldSize: 9, oldRoot: root, size: 8, root }, []), { code: "FLM_AUDIT_PROOF" });
  t.end();
});
