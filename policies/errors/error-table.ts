/** What an error code means and what to do about it; `docs/errors/` is generated from this table. */
export interface ErrorEntry {
  /** HTTP status that a service answers with. */
  readonly status: number;
  /** What happened, one sentence. */
  readonly meaning: string;
  /** What the person who reads it can do, one or two sentences. */
  readonly remedy: string;
}

const entry = (status: number, meaning: string, remedy: string): ErrorEntry => ({ status, meaning, remedy });

/** Every error code of the product, grouped by the part that raises it. Codes are a contract: never renamed or reused. */
export const errorTable = Object.freeze({
  // Anything
  FLM_INTERNAL: entry(
    500,
    "Something failed that should not fail.",
    "Run again with --verbose and report it with the log.",
  ),
  FLM_USAGE: entry(
    400,
    "The command line was not understood.",
    "See the command's --help; the message names the argument.",
  ),
  FLM_NOT_FOUND: entry(404, "The thing that was asked for does not exist here.", "List what there is, then ask again."),
  FLM_CONFIRMATION: entry(
    400,
    "The command would remove something for good, and was not told to.",
    "Read what it would remove; add --yes to do it.",
  ),
  FLM_FILE_UNREADABLE: entry(400, "A file cannot be read.", "Check the path and the permissions."),
  FLM_FILE_EXISTS: entry(
    409,
    "A file that would be overwritten exists already.",
    "Name another file, or remove the old one.",
  ),
  FLM_DISK_FULL: entry(
    507,
    "The disk is full; what was there before is untouched.",
    "Free some space and run the same command again.",
  ),
  FLM_TOO_LARGE: entry(413, "An input is larger than its ceiling.", "Make it smaller; the message names the ceiling."),
  FLM_SCHEMA: entry(400, "A document does not match its schema.", "Correct the paths that the details list."),
  FLM_CONFIG: entry(
    400,
    "A configuration file is wrong.",
    "Correct every path that the details list; nothing was started.",
  ),
  FLM_INTERRUPTED: entry(
    503,
    "The work was interrupted.",
    "Run the same command again; it continues or starts over cleanly.",
  ),

  // Keys, signatures, canonical form
  FLM_KEY_UNREADABLE: entry(
    400,
    "A key file cannot be read or is not a Flamenco key.",
    "Make a key with `flamenco keys new NAME`.",
  ),
  FLM_KEY_PERMISSIONS: entry(
    403,
    "Others can read a private key file.",
    "Run `chmod 600` on it; if others may have read it, make a new key.",
  ),
  FLM_KEY_EXISTS: entry(
    409,
    "A key of that name exists already.",
    "Use another name; a private key is never overwritten.",
  ),
  FLM_NOT_CANONICAL: entry(
    400,
    "A signed payload is not canonical JSON (RFC 8785).",
    "Sign it with `flamenco`; do not edit what is signed.",
  ),
  FLM_UNSIGNED: entry(
    401,
    "A document that must be signed carries no signature.",
    "Sign it with the key of its author.",
  ),
  FLM_SIGNATURE: entry(
    401,
    "A signature does not match what it signs.",
    "The document was altered, or signed by another key. Get it again from its author.",
  ),
  FLM_DIGEST: entry(
    400,
    "A file does not match the digest that its author signed.",
    "The file was altered after signing. Get it again from its author.",
  ),

  // Labeling-function language (sandbox/language)
  FLM_LF_LIMIT: entry(
    400,
    "A labeling function is larger than the language allows.",
    "Make it smaller or split it; the message names the limit.",
  ),
  FLM_LF_SYNTAX: entry(
    400,
    "A labeling-function file is not valid TypeScript.",
    "Correct the place that the message shows.",
  ),
  FLM_LF_CONSTRUCT: entry(
    400,
    "The language does not have this construct.",
    "Write what the message suggests instead; docs/language.md lists all that is permitted.",
  ),
  FLM_LF_NAME: entry(
    400,
    "A name is not known here.",
    "Use a field, a statistic, a constant or a helper that exists; the message lists near ones.",
  ),
  FLM_LF_FIELD: entry(400, "The kind has no such field.", "Use a field of the kind; the message lists near ones."),
  FLM_LF_PRIVATE_FIELD: entry(
    403,
    "A labeling function reads a private field.",
    "Addresses identify people. Use ports, sizes, times or counts; an operator may grant private fields by policy.",
  ),
  FLM_LF_STATISTIC: entry(
    400,
    "There is no such statistic.",
    "Use count, mean, sd, p5, p10, p25, p50, p75, p90 or p95 of a numeric field.",
  ),
  FLM_LF_TYPE: entry(
    400,
    "Operands of different types meet; the language never converts.",
    "Compare numbers with numbers and categories with text.",
  ),
  FLM_LF_STATE: entry(
    400,
    "A labeling function tries to keep state between rows.",
    "A vote may depend on one row and the statistics alone. Use const.",
  ),
  FLM_LF_NOT_TOTAL: entry(
    400,
    "A path through the function ends without a vote.",
    "End every path in a label or ABSTAIN.",
  ),
  FLM_LF_LABEL: entry(400, "A vote is not a label of the task.", "Return one of the task's labels, or ABSTAIN."),
  FLM_LF_CONSTANT: entry(400, "The vote does not depend on the row.", "Compare at least one field of the row."),
  FLM_LF_RECURSION: entry(400, "A helper calls itself, directly or through others.", "Write it without recursion."),
  FLM_LF_NUMBER: entry(
    400,
    "A numeric literal is not acceptable.",
    "Use plain decimals with at most 6 significant digits, or a statistic.",
  ),
  FLM_LF_EMPTY: entry(400, "A file holds no labeling function.", "Export at least one function."),
  FLM_LF_REFUSED: entry(
    400,
    "The verifier refused a labeling function.",
    "The details name each place and the rule; `flamenco lf check` shows them before you publish.",
  ),

  // Packages and registry
  FLM_PACKAGE_FORMAT: entry(
    400,
    "A package is not well formed.",
    "Correct what the details list; `flamenco lf check` finds it before publishing.",
  ),
  FLM_PACKAGE_CERTIFICATE: entry(
    400,
    "A certificate in the package is not the one that its source yields.",
    "Publish again with this version of `flamenco`.",
  ),
  FLM_NAMESPACE_OWNER: entry(
    403,
    "The namespace belongs to another key.",
    "Publish under your own namespace, or with the key that owns this one.",
  ),
  FLM_VERSION_EXISTS: entry(
    409,
    "This version is published already, with other content. A published version never changes.",
    "Raise the version in flamenco.json and publish again.",
  ),
  FLM_PACKAGE_UNKNOWN: entry(404, "No such package.", "`flamenco lf list` shows what the registry has."),
  FLM_REGISTRY_UNREACHABLE: entry(
    502,
    "The registry cannot be reached.",
    "Check the address and that it runs; nothing was lost, run the same command again.",
  ),
  FLM_REGISTRY_ANSWER: entry(
    502,
    "The registry gave an answer that is not understood.",
    "Check that the address is a Flamenco registry of this version.",
  ),
  FLM_REGISTRY_FULL: entry(
    507,
    "The registry has reached its ceiling for stored bytes; what is there stays.",
    "Ask the registry's operator; the message names the ceiling.",
  ),
  FLM_REGISTRY_CORRUPT: entry(
    500,
    "The registry's journal is damaged.",
    "The message names the first damaged entry. Restore the file from a copy.",
  ),

  // Studies and runs
  FLM_STUDY_UNKNOWN: entry(
    404,
    "No such study.",
    "Check the digest; `flamenco study status` without an argument lists yours.",
  ),
  FLM_STUDY_EXPIRED: entry(410, "The study's time is over.", "Sign and send a new one."),
  FLM_STUDY_REFUSED: entry(403, "The node refused the study.", "The message says which rule decided."),
  FLM_NODE_UNKNOWN: entry(
    404,
    "No node of that name is known to the registry.",
    "`flamenco study run --help` shows how nodes are named; the node must have been started once.",
  ),
  FLM_NODE_NAME_TAKEN: entry(403, "The node name belongs to another key.", "Choose another name."),
  FLM_NODE_NOT_ADDRESSED: entry(
    403,
    "A node reports about a study that is not addressed to it.",
    "Only a node that the study names may report its run; check the node's name and key.",
  ),
  FLM_RUN_TRANSITION: entry(
    409,
    "A run cannot go from its state to that one.",
    "The run has ended or moved on; ask for its status.",
  ),
  FLM_RESULT_CONFLICT: entry(
    409,
    "A result of this node for this study is there already, and differs.",
    "A study has one result per node. Sign a new study to run again.",
  ),
  FLM_RESULT_MISMATCH: entry(
    502,
    "A signed result does not answer the study that was sent.",
    "Do not use it. Ask the node's operator; the message names what differs.",
  ),
  FLM_WAIT_TIMEOUT: entry(
    504,
    "The wait ended before the study did; the study goes on.",
    "Ask again with `flamenco study results DIGEST --wait`.",
  ),
  FLM_PRESET_UNAVAILABLE: entry(
    501,
    "The node is of a version that does not have this release preset.",
    "Ask its operator to update it. `open` is for synthetic or public data alone.",
  ),
  FLM_PRESET_REFUSED: entry(
    403,
    "The dataset may not be released under the preset that the study names.",
    "Ask under a preset at least as strict as the one that the message names: `flamenco study run --preset`.",
  ),
  FLM_OUTPUT_UNPROTECTED: entry(
    400,
    "An output, or a labeling function, that the study asks for cannot be protected by noise. Nothing was charged.",
    "Ask for the outputs that the message names, without the rest.",
  ),
  FLM_BUDGET_EXHAUSTED: entry(
    403,
    "What is left of a privacy budget does not pay for the request. Nothing was charged.",
    "`flamenco study estimate --node NAME` shows the price and what is left. Repeat an earlier request, which costs nothing, or ask the operator for another budget.",
  ),
  FLM_RELEASE_INTERRUPTED: entry(
    409,
    "The node was stopped while it drew noise for this request. The budget stays spent, and noise is not drawn a second time.",
    "Ask in other words, for example with one output fewer; that is charged anew.",
  ),
  FLM_RELEASE_RANGE: entry(
    400,
    "A number of a release request is outside its accepted range.",
    "Give a number within the range that the message names.",
  ),
  FLM_RELEASE_RULES: entry(
    400,
    "Release rules are wrong, or contradict each other.",
    "Correct what the message names; start from the preset `standard` or `strict`.",
  ),
  FLM_RELEASE_OUTPUT: entry(
    403,
    "The release rules do not allow an output that was asked for.",
    "Leave it out, or ask the operator; the message names the outputs that are allowed.",
  ),
  FLM_RELEASE_SWAMPED: entry(
    422,
    "The noise of this release would swamp what it says. Nothing was charged.",
    "Ask a larger dataset, with a larger epsilon or with fewer labeling functions; the message says how many would do.",
  ),
  FLM_ACCESS_DENIED: entry(
    403,
    "No policy of this node permits the request.",
    "Ask the operator; the message names the deciding policies.",
  ),
  FLM_POLICY_INVALID: entry(
    500,
    "A policy file of this node is wrong.",
    "Correct the file and line that the details list; the node does not start until then.",
  ),
  FLM_DATASET_UNKNOWN: entry(404, "The node has no such dataset.", "`flamenco dataset list` shows them."),
  FLM_DATASET_KIND: entry(
    400,
    "The dataset is of another kind than the study's.",
    "Name a dataset of the study's kind.",
  ),
  FLM_FIELD_MISSING: entry(
    400,
    "The dataset lacks a column that a labeling function reads.",
    "Leave that labeling function out, or import the column.",
  ),

  // Import
  FLM_IMPORT_DIALECT: entry(
    400,
    "The dialect of the file is not recognised.",
    "Name it with --dialect; the message lists the known ones.",
  ),
  FLM_IMPORT_HEADER: entry(
    400,
    "The header lacks columns that the dialect needs.",
    "The details list them; check --dialect.",
  ),
  FLM_IMPORT_EMPTY: entry(
    400,
    "No row of the input can be kept; the dataset is unchanged.",
    "The account says why each row was dropped.",
  ),
  FLM_TOO_FEW_VALUES: entry(
    400,
    "A column has too few values for this step.",
    "Check the column's name and its missing values; the message says how many values the step needs.",
  ),
  FLM_PROGRAM_MISSING: entry(
    501,
    "A program through which this file format is read is not installed here.",
    "Install the Debian package that the message names, or convert the file where it is installed.",
  ),
  FLM_CONVERSION: entry(
    400,
    "A program through which a file format is read could not read the file.",
    "The message says what the program complained of; run it by hand to see more.",
  ),
  FLM_DATASET_NAME: entry(
    400,
    "A dataset name is not acceptable.",
    "Use lower-case letters, digits and hyphens, starting with a letter, at most 64.",
  ),
  FLM_DATASET_BUSY: entry(409, "Another import into this dataset is running.", "Wait for it to end."),
  FLM_CAPTURE: entry(
    400,
    "A file is not the packet capture that it was taken for.",
    "Give a pcap or pcapng file, plain or gzip; `file NAME` tells what a file is.",
  ),
  FLM_NETFLOW: entry(
    400,
    "A file holds no message of NetFlow or IPFIX.",
    "Give UDP payloads as exporters send them, or a capture of them; nfcapd files are read with `nfdump`.",
  ),
  FLM_DATASET_CORRUPT: entry(
    500,
    "A dataset version does not match its manifest.",
    "Import it again; the older versions are untouched.",
  ),

  // Approval by a person
  FLM_APPROVAL_DENIED: entry(
    403,
    "A person at the node did not approve the run.",
    "Ask the node's operator; a study that was changed accordingly is a new one.",
  ),
  FLM_APPROVAL_NONE: entry(
    409,
    "The run does not wait for anybody's approval.",
    "`flamenco requests list` shows those that do.",
  ),
  FLM_APPROVAL_DECIDED: entry(
    409,
    "The run was approved or denied before.",
    "`flamenco requests show` says by whom. A word once given stands.",
  ),
  FLM_APPROVAL_CHANGED: entry(
    409,
    "What waits for approval is not what was looked at.",
    "Look again with `flamenco requests show`: policies, packages or dataset have changed since.",
  ),

  // Sealed worker
  FLM_WORKER_DEADLINE: entry(
    500,
    "The sealed worker ran past its deadline and was killed.",
    "Raise `limits.deadlineSeconds` of the node, or use fewer labeling functions.",
  ),
  FLM_WORKER_MEMORY: entry(
    500,
    "The sealed worker used more memory than allowed and was killed.",
    "Raise `limits.memoryMegabytes` of the node, or use a smaller dataset.",
  ),
  FLM_WORKER_CRASHED: entry(
    500,
    "The sealed worker ended without a result.",
    "The run failed cleanly. If it happens again with one package, leave that package out.",
  ),
  FLM_WORKER_PROTOCOL: entry(
    500,
    "The sealed worker sent a message that is not in the protocol.",
    "The run was stopped and nothing was released. Report it.",
  ),
  FLM_WORKER_ENGINE: entry(
    500,
    "No engine for the sealed worker is installed.",
    "Install on a platform with a `node-<platform>` package, or put Node 24 or newer on the PATH.",
  ),
  FLM_WORKER_WALLS: entry(
    500,
    "A wall that this node requires around the sealed worker does not stand.",
    "The details say how to raise it; `flamenco node doctor` shows all. For public data the operator may set `sandbox.require` to `any`.",
  ),
  FLM_OPERATOR_ONLY: entry(
    403,
    "Only the operator of the node may do this.",
    "Use `flamenco node` on the node's machine, as the user who runs the node.",
  ),
  FLM_PACKAGE_QUARANTINED: entry(
    403,
    "A package crashed this node's sealed worker too often and is in quarantine.",
    "Leave it out. The operator sees it with `flamenco node quarantine list` and lifts it with `flamenco node quarantine lift ID`.",
  ),
  FLM_LABEL_MODEL: entry(
    400,
    "A label model is not defined for this task.",
    "Ask for another one; `auto` chooses one that fits and says why.",
  ),
  FLM_KERNEL_FAILED: entry(
    500,
    "A kernel failed in its isolate.",
    "The run failed cleanly. No text of the error leaves the isolate.",
  ),

  // Audit log
  FLM_AUDIT_BROKEN: entry(
    503,
    "The audit log could not be written. Nothing is recorded, and so nothing released, until the node starts again.",
    "Look at the node's log and its disk, then start the node again.",
  ),
  FLM_AUDIT_DIVERGED: entry(
    500,
    "The audit log is not what was written: an entry was removed, altered or moved, or the budget ledger says otherwise.",
    "`flamenco audit verify` names the first place. Keep the files as they are, find out who changed them, and restore a copy that verifies.",
  ),
  FLM_AUDIT_CHECKPOINT: entry(
    400,
    "A checkpoint of an audit log is malformed, or the expected key did not sign it.",
    "Get it again from the node, and compare the node's key with the one that its operator names.",
  ),
  FLM_AUDIT_PROOF: entry(
    400,
    "A log proof does not hold: what it names is not in the log that the checkpoint describes.",
    "Fetch the result and its proof again. If it stays so, ask the node's operator for an export of the log.",
  ),

  // Learning and outliers
  FLM_LEARN_ONE_CLASS: entry(
    400,
    "The training rows have one label only: there is nothing to tell apart.",
    "Train on rows of at least two labels; a class weight of 0 removes a label too.",
  ),
  FLM_LEARN_CONSTANT: entry(
    400,
    "No feature varies over the training rows.",
    "Choose other columns, or more rows; the message says which columns were read.",
  ),
  FLM_LEARN_MISSING: entry(
    400,
    "Features have missing or infinite values, and the model cannot read them.",
    "Leave those rows or columns out; of the classifiers `tree` and `forest` read missing values.",
  ),
  FLM_LEARN_FEW_ROWS: entry(
    400,
    "There are fewer rows than the model needs.",
    "Give more rows, or ask for fewer neighbors, folds or steps; the message names the number.",
  ),
  FLM_LEARN_FOLD: entry(
    400,
    "A fold of the cross-validation has no row of some label.",
    "Ask for fewer folds, or for stratified ones.",
  ),
  FLM_LEARN_RESUME: entry(
    409,
    "The file to resume a search from belongs to a search of other data or settings.",
    "Name another file, or run the search as it was: the same table, options and seed.",
  ),
  FLM_LEARN_DIVERGED: entry(
    422,
    "The training of a network diverged: its loss is no longer a number.",
    "Choose a smaller learning rate, `learningRate` in the classifier's settings; a tenth is a good first try.",
  ),

  // Case studies
  FLM_STUDY_DATA: entry(
    404,
    "The data of a case study are not where they are expected.",
    "Lay the data out as docs/case-studies.md says; the message names folder, files and public source.",
  ),

  // Services and demo
  FLM_NOT_INSTALLED: entry(
    501,
    "The part of Flamenco that this needs is not installed here.",
    "Install it from the repository: `npm ci && npm run build`.",
  ),
  FLM_SERVICE_FAILED: entry(
    500,
    "A service ended before it was ready, or again and again.",
    "Its log says why; the message names the log.",
  ),
  FLM_PORT_TAKEN: entry(409, "The port is taken.", "Choose another with --port, or 0 for any free one."),
  FLM_DATA_DIR_LOCKED: entry(
    409,
    "Another process uses this data directory.",
    "Stop it, or name another with --data-dir.",
  ),
  FLM_DATABASE: entry(500, "The database cannot be used.", "Check DATABASE_URL, or the data directory's permissions."),
  FLM_DEMO_RUNNING: entry(
    409,
    "A demo is running in this folder.",
    "Wait for it to end, stop it, or name another folder with --out.",
  ),
  FLM_DEMO_FAILED: entry(
    500,
    "The demo could not finish.",
    "The message says at which step; the logs are in the output folder.",
  ),
} satisfies Record<`FLM_${string}`, ErrorEntry>);

export type ErrorCode = keyof typeof errorTable;

/** True when `code` is one of the table's. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(errorTable, code);
}
