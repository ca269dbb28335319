/** Every ceiling of the node's control plane, each with its unit. */
export const limits = Object.freeze({
  /** Times that one run is taken up before it fails: a study that kills the node must not kill it for ever. */
  attemptsPerRun: 3,
  /** Crashes of a sealed worker after which a package is in quarantine. */
  crashesPerPackage: 2,
  workersDefault: 1,
  workersMaximum: 16,
  memoryMegabytesDefault: 2_048,
  memoryMegabytesMaximum: 262_144,
  deadlineSecondsDefault: 600,
  deadlineSecondsMaximum: 86_400,

  /** Long poll of the registry's exchange; its own ceiling is 30 s. */
  offerWaitSeconds: 25,
  /** An answer to a long poll that comes sooner than this, with nothing new in it, is not worth repeating at once. */
  quickAnswerMs: 1_000,
  /** Between two pages of offers that are all known. */
  offerPageMs: 20,
  reportsPerRound: 100,
  /** An answer that takes longer than the wait plus this is given up. */
  requestTimeoutMs: 15_000,
  retryFirstMs: 250,
  retryMaximumMs: 30_000,
  /** Between two attempts at a run that the link or the database interrupted. */
  runRetryMs: 1_000,
  /** Balances of so many collaborators are told of a dataset, and of all datasets together. */
  announcedCollaborators: 100,
  announcedBalances: 5_000,
  /** How often the announcement is compared with the datasets that are there. */
  announceCheckMs: 5_000,
  /** An unchanged announcement is renewed this often, for registries that lost it. */
  announceRenewMs: 600_000,
  progressReportMs: 1_000,

  /** Ceilings of what a registry may answer. */
  offersAnswerBytes: 32 * 1024 * 1024,
  packageAnswerBytes: 16 * 1024 * 1024,
  smallAnswerBytes: 64 * 1024,
  /** A study's envelope, as stored. */
  studyEnvelopeBytes: 1024 * 1024,
  /** A release, as stored and sent. */
  releaseBytes: 24 * 1024 * 1024,

  configFileBytes: 1024 * 1024,
  policyFileBytes: 256 * 1024,
  policyFiles: 200,
  researchers: 1_000,
  collaborationsPerResearcher: 100,
  releaseDatasets: 1_000,
  /** Protected releases leave at multiples of this, where the operator says nothing else. */
  releaseTickSecondsDefault: 60,
  /** Reservations that the budget's history shows, the newest ones. */
  reservationsListed: 10_000,

  /** How often runs that wait for a person are looked at: a study that expired meanwhile ends then. */
  approvalCheckMs: 30_000,
  approvalReasonCharacters: 500,
  approvalsListed: 1_000,
  /** Decision of one labeling function as text, in a dossier. */
  explanationCharacters: 20_000,

  /** Answers of the node's own HTTP interface. */
  runsListed: 1_000,
  requestBodyBytes: 64 * 1024,
  eventSubscribers: 100,
  eventHeartbeatMs: 15_000,
  eventBufferBytes: 1024 * 1024,

  /** Clocks of two machines may differ by this much. */
  clockSkewMs: 300_000,
  /** After a first signal, what is still running is given this long. */
  stopGraceMs: 5_000,
  databaseConnections: 4,
  databaseTimeoutMs: 30_000,
});
