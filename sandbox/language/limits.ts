/**
 * Every ceiling of the language, with its unit. They bound the verifier's own work (guest text is hostile) and the cost
 * of a row. Source: design, "Limits to start from".
 */
export const limits = Object.freeze({
  /** UTF-8 bytes of one source file. */
  fileBytes: 16 * 1024,
  fileTokens: 4096,
  /** Open brackets plus pending prefix operators, arrows and ternaries at any token: what the parser would recurse on. */
  nestingDepth: 48,
  /** Syntax nodes on one path from the file, and calls in progress while lowering. Far below what overflows a stack. */
  syntaxDepth: 256,
  /** Syntax nodes visited while one file is lowered, helpers counted at every call. */
  loweringSteps: 20_000,
  /** Nodes of one LF when every shared part is written out; counted saturating, never expanded. */
  expandedNodes: 2048,
  /** Leaves of one LF's vote when written out as a tree. */
  leaves: 64,
  /** Distinct predicates of one LF. */
  predicates: 64,
  /** Row fields that one predicate may read. */
  fieldsPerPredicate: 32,
  literalSignificantDigits: 6,
  /** Literals beyond this magnitude are no network quantity; the ceiling keeps folded constants finite. */
  literalMagnitude: 1e18,
  constantArrayElements: 256,
  /** UTF-16 units of one text literal. */
  textLength: 200,
  callArguments: 16,
  lfsPerFile: 64,
  descriptionLength: 2000,
  /** Statistics one LF may use (certificate schema). */
  statistics: 256,
  /** Literals compared with non-universal fields in one LF (certificate schema). */
  privateLiterals: 256,
  refusalsPerFile: 25,
  excerptLength: 160,
  /** Choices inside numbers that a decision lifts into tests of their own; further ones are printed as they are. */
  liftedChoices: 256,
  /** Steps of the interval pruner before it settles for the unpruned decision. */
  decisionSteps: 2000,
  /** Nodes of a decision tree (wire schema). */
  decisionNodes: 8192,
  /** Distinct predicates of a set of LFs that are decided together, and so levels of its tree. */
  setPredicates: 512,
  /** States that building the tree of a set may go through: with pruning, and with none. */
  setPrunedStates: 2048,
  setStates: 8192,
  /** Nodes of LFs that building it may visit. */
  setSteps: 500_000,
  /** Characters of one printed condition (wire schema). */
  conditionLength: 500,
  /** Largest code of one word; leaves room below 2^31 for the sum. */
  codeWord: 2 ** 30,
  /** Nodes and levels that a picture or text of a tree shows; the rest is pointed at by an ellipsis. */
  pictureNodes: 400,
  pictureDepth: 48,
  /** Problems that the author's type check reports. */
  typeProblems: 50,
  /** Lines, and UTF-16 units of one line, of what it says of a problem. */
  typeMessageLines: 12,
  typeMessageLength: 400,
} as const);
