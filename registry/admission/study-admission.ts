import { type ErrorDetail, FlamencoError } from "@flamenco/policies/errors";
import { openSignedBy, type VerifiedDocument } from "@flamenco/policies/trust";
import { findEndClassifierFault, payloadTypes, Study } from "@flamenco/policies/wire";
import type { Catalog } from "../catalog/index.js";
import type { NodeDirectory } from "../exchange/index.js";
import { limits } from "../limits.js";

const MS_PER_DAY = 86_400_000;

/** Step 1: shape, and the signature of the author whom the study names. @throws FLM_SCHEMA, FLM_UNSIGNED, FLM_SIGNATURE, FLM_NOT_CANONICAL */
export function openStudy(input: unknown): VerifiedDocument<Study> {
  return openSignedBy(input, payloadTypes.study, Study, "study", ({ author }) => author);
}

/**
 * Decide whether a study, opened before, may be offered to nodes: coherent in itself, not expired, its packages
 * published here, its nodes announced here. Whether a node runs it is the node's own decision.
 * @throws FLM_SCHEMA, FLM_STUDY_EXPIRED, FLM_PACKAGE_UNKNOWN, FLM_NODE_UNKNOWN
 */
export function admitStudy(study: Study, context: { catalog: Catalog; nodes: NodeDirectory; now: Date }): void {
  checkCoherent(study);
  checkNotExpired(study, context.now);
  checkPackages(study, context.catalog);
  checkTargets(study, context.nodes);
}

function refuse(details: readonly ErrorDetail[]): void {
  const [first] = details;
  if (first !== undefined) {
    throw new FlamencoError("FLM_SCHEMA", `The study contradicts itself: ${first.at}: ${first.message}`, { details });
  }
}

/** Step 2: what a schema cannot say. */
function checkCoherent(study: Study): void {
  const details: ErrorDetail[] = [];
  const { labels, positive } = study.task;
  if (!labels.includes(positive)) details.push({ at: "/task/positive", message: "Not one of the task's labels." });
  if (study.classBalance !== undefined && study.classBalance.length !== labels.length) {
    details.push({ at: "/classBalance", message: "Needs one share for each label." });
  }
  const fault = findEndClassifierFault(study);
  if (fault !== null) details.push({ at: "/endClassifier", message: fault });
  details.push(
    ...repeated(
      study.targets.map(({ keyId }) => keyId),
      "/targets",
      "This node is addressed twice.",
    ),
  );
  details.push(
    ...repeated(
      study.packages.map(({ id }) => id),
      "/packages",
      "This package is named twice.",
    ),
  );
  details.push(...checkTimes(study));
  refuse(details);
}

function repeated(values: readonly string[], at: string, message: string): ErrorDetail[] {
  return values.flatMap((value, index) => (values.indexOf(value) === index ? [] : [{ at: `${at}/${index}`, message }]));
}

/** The schema's pattern lets `2026-99-99` pass; comparisons with such a time would all be false. */
function checkTimes(study: Study): ErrorDetail[] {
  const created = Date.parse(study.createdAt);
  const expires = Date.parse(study.expiresAt);
  if (Number.isNaN(created)) return [{ at: "/createdAt", message: "Not a date that exists." }];
  if (Number.isNaN(expires)) return [{ at: "/expiresAt", message: "Not a date that exists." }];
  if (expires <= created) return [{ at: "/expiresAt", message: "Not after createdAt." }];
  return [];
}

/** Step 3: still open, and not for ever: a node that comes back after years must not find it. */
function checkNotExpired(study: Study, now: Date): void {
  const remainingMs = Date.parse(study.expiresAt) - now.getTime();
  if (remainingMs <= 0) throw new FlamencoError("FLM_STUDY_EXPIRED", `The study expired at ${study.expiresAt}.`);
  if (remainingMs > limits.studyLifetimeDays * MS_PER_DAY) {
    refuse([{ at: "/expiresAt", message: `More than ${limits.studyLifetimeDays} days ahead.` }]);
  }
}

/** Step 4: every package is published here under that name, and speaks about the study's kind and labels. */
function checkPackages(study: Study, catalog: Catalog): void {
  const details: ErrorDetail[] = [];
  for (const [index, { id, name, version }] of study.packages.entries()) {
    const published = catalog.byId(id);
    if (published === undefined || published.summary.name !== name || published.summary.version !== version) {
      throw new FlamencoError(
        "FLM_PACKAGE_UNKNOWN",
        `The package ${name}@${version} with the id ${id} is not published here.`,
      );
    }
    if (published.summary.kind !== study.kind) {
      details.push({
        at: `/packages/${index}`,
        message: `${name}@${version} is for the kind ${published.summary.kind}.`,
      });
    } else if (published.task.labels.join() !== study.task.labels.join()) {
      details.push({ at: `/packages/${index}`, message: `${name}@${version} votes for other labels than the task's.` });
    }
  }
  refuse(details);
}

/** Step 5: every node was announced here by that key under that name. */
function checkTargets(study: Study, nodes: NodeDirectory): void {
  for (const { node, keyId } of study.targets) {
    if (nodes.keyOf(node) !== keyId) {
      throw new FlamencoError("FLM_NODE_UNKNOWN", `No node ${node} with the key ${keyId} has announced itself here.`);
    }
  }
}
