/** Every ceiling of the client, with its unit. A registry, a node or a folder may be hostile: nothing is read without one. */
export const limits = Object.freeze({
  /** `flamenco.json`. */
  descriptionBytes: 64 * 1024,
  /** `kind.json`, of up to 1000 columns. */
  localKindBytes: 4 * 1024 * 1024,
  /** One source of a package; the schema of the wire has the same ceiling, in characters. */
  sourceBytes: 64 * 1024,
  /** Sources of a package. */
  sourceFiles: 64,
  /** Entries of a package folder that are looked at, whatever they are. */
  folderEntries: 512,
  /** The type check of `lf check` is given up after so long, and when its heap would outgrow this. */
  typeCheckMs: 20_000,
  typeCheckMegabytes: 512,
  /** Settings of an end classifier. */
  classifierBytes: 64 * 1024,
  /** A private key file. */
  keyFileBytes: 4 * 1024,
  /** Key files that `keys list` looks at. */
  keyFiles: 1024,
  /** Files that `verify` reads: a result, its log proof, the study. */
  resultFileBytes: 48 * 1024 * 1024,
  proofFileBytes: 256 * 1024,
  studyFileBytes: 1024 * 1024,
  /** Body of one answer of a registry. */
  answerBytes: 64 * 1024 * 1024,
  /** A registry has this long to answer, beyond the seconds that a long poll asked it to wait. */
  answerTimeoutMs: 15_000,
  /** Seconds that one long poll waits; the registry's ceiling is 30. */
  longPollSeconds: 25,
  /** First and longest pause before an unreachable registry is asked again. */
  retryFirstMs: 250,
  retryLongestMs: 5_000,
  /** An unreachable registry is asked again for this long before waiting for a study gives up. */
  unreachableMs: 60_000,
  /** Days that a study stays open unless it says otherwise. */
  studyDays: 7,
  /** Characters of one untrusted string in one table cell. */
  cellCharacters: 200,
  /** A service of the demo has this long to say that it is ready. */
  readyMs: 60_000,
  /** Nodes of the demo have this long to announce themselves; how often the registry is asked for them. */
  announceMs: 30_000,
  announcePollMs: 100,
  /** Services of the demo have this long to stop cleanly before they are killed. */
  stopGraceMs: 6_000,
  /** Pause before a service that died is started again; how often that is done. */
  restartPauseMs: 250,
  restarts: 20,
  /** Pause before a service whose port or data directory is taken tries again. */
  takenPauseMs: 1_500,
  /** A command of the demo that somebody killed is run again at most this often in all. */
  commandAttempts: 4,
  /** Characters of one line that a service writes. */
  childLineCharacters: 1024 * 1024,
  /** Characters of one untrusted message on the terminal. */
  messageCharacters: 8_000,
});
