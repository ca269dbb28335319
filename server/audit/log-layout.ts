import { tilePath, tileWidth } from "@flamenco/policies/trust";

/**
 * Files of a log, as paths below its folder. What is full lies where c2sp.org/tlog-tiles says, so that the folder can be
 * served as it is; the last, unfinished bundle and its hashes lie in `open`, where they grow.
 */
export const logLayout = Object.freeze({
  checkpoint: "checkpoint",
  entries: (bundle: number) => tilePath("entries", bundle),
  hashes: (level: number, index: number) => tilePath(level, index),
  openEntries: (bundle: number) => `open/${bundle}.entries`,
  openHashes: (bundle: number) => `open/${bundle}.hashes`,
  /** As an export has the last bundle: complete in itself. */
  partialEntries: (bundle: number, width: number) => tilePath("entries", bundle, width),
  partialHashes: (level: number, index: number, width: number) => tilePath(level, index, width),
});

/** Bundle that holds an entry. */
export const bundleOf = (index: number): number => Math.floor(index / tileWidth);
