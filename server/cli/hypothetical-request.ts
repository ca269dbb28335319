import { existsSync } from "node:fs";
import { type AccessAction, accessActions, mergePatch } from "@flamenco/policies/access";
import { FlamencoError } from "@flamenco/policies/errors";
import { KeyId, type PresetName, parseDocument } from "@flamenco/policies/wire";
import { type ListedResearcher, loadNodeConfig, nodeDirectoryOf } from "../config/index.js";
import { readJsonFile } from "./policy-source.js";

/** Options that make a request to ask policies about. */
export interface HypotheticalOptions {
  readonly dataDir: string;
  readonly request?: string;
  readonly action?: readonly AccessAction[];
  readonly researcher?: string;
  readonly dataset?: string;
  readonly kind?: string;
  readonly rows?: number;
  readonly preset?: string;
  readonly output?: readonly string[];
  readonly privateField?: readonly string[];
  readonly reviews?: number;
  readonly literals?: number;
  readonly endClassifier?: string;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What most studies are like: a trusted researcher, certified functions, no private field. */
const usualRequest = (preset: PresetName) => ({
  researcher: { keyId: `ed25519:${"A".repeat(43)}`, trusted: true, collaborations: [] },
  dataset: { name: "flows", kind: "flow/1", rows: 100_000 },
  context: {
    task: "ddos-ntp",
    preset,
    outputs: ["analysis", "labelModel", "metrics"],
    packages: ["alice/ntp"],
    signers: [`ed25519:${"A".repeat(43)}`],
    leastSigners: 1,
    reviewers: [],
    leastReviews: 0,
    labelingFunctions: 3,
    certifiedLabelingFunctions: 3,
    fields: ["averagePacketSize", "srcPort"],
    privateFields: [],
    statistics: ["averagePacketSize.p25"],
    networkLiterals: 0,
  },
});

/**
 * Requests that the options describe, one an action: a file or a usual study, changed by each option that was given.
 * @param preset what the usual study asks for
 * @throws FLM_SCHEMA, FLM_USAGE
 */
export async function buildRequests(options: HypotheticalOptions, preset: PresetName): Promise<unknown[]> {
  const file = options.request === undefined ? undefined : await readJsonFile(options.request);
  if (file !== undefined && !isRecord(file)) {
    throw new FlamencoError("FLM_SCHEMA", `${options.request} does not hold a request.`);
  }
  const base = file ?? usualRequest(preset);
  const request = mergePatch(base, await describeChange(options));
  const actions = options.action ?? (typeof request.action === "string" ? [request.action] : accessActions);
  return actions.map((action) => ({ ...request, action }));
}

async function describeChange(options: HypotheticalOptions): Promise<Record<string, unknown>> {
  const { dataset, kind, rows, preset, output, privateField, reviews, literals, endClassifier } = options;
  const given = (record: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
  return given({
    dataset: given({ name: dataset, kind, rows }),
    context: given({
      preset,
      outputs: output,
      privateFields: privateField,
      leastReviews: reviews,
      networkLiterals: literals,
      endClassifier,
    }),
    researcher:
      options.researcher === undefined ? undefined : await findResearcher(options.researcher, options.dataDir),
  });
}

/** A researcher by key or by the operator's name for it; a key that node.json does not list is a stranger's. */
async function findResearcher(wanted: string, dataDir: string): Promise<Record<string, unknown>> {
  const directory = nodeDirectoryOf(dataDir);
  const researchers: readonly ListedResearcher[] = existsSync(directory.config)
    ? (await loadNodeConfig(directory)).researchers
    : [];
  const listed = researchers.find(({ keyId, name }) => keyId === wanted || name === wanted);
  if (listed !== undefined) {
    const { name = null, institution = null, collaborations = [] } = listed;
    return { keyId: listed.keyId, trusted: true, name, institution, collaborations };
  }
  if (!wanted.startsWith("ed25519:")) {
    throw new FlamencoError("FLM_USAGE", "node.json lists no researcher of that name: give a key id.");
  }
  const keyId = parseDocument(KeyId, wanted, "key id");
  return { keyId, trusted: false, name: null, institution: null, collaborations: [] };
}
