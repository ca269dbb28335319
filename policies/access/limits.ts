/** Ceilings of a policy set, each with its unit: a node reads it at boot and asks it at every decision. */
export const limits = Object.freeze({
  /** Cedar reads about 10,000 policies a second and decides over 1,000 in milliseconds. */
  policiesPerSet: 1_000,
  setBytes: 2 * 1024 * 1024,
  /** `(`, `[` and `{` inside one another: Cedar's parser recurses, and its WebAssembly dies of a stack that overflows. */
  bracketDepth: 64,
  fileNameCharacters: 100,
  idCharacters: 80,
  reasonCharacters: 500,

  /** Cases of one file of policy tests. */
  testCases: 1_000,
});
