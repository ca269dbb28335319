import { FlamencoError } from "@flamenco/policies/errors";
import { digestOf } from "@flamenco/policies/trust";
import { openPipeline, type Pipeline } from "@flamenco/policies/wire";
import { type Document, isScalar, parseDocument as parseYaml, visit } from "yaml";
import { openAlerts, readCondition } from "../preprocess/index.js";
import { pipelineFileLimits } from "./limits.js";

/**
 * Read a pipeline file: YAML 1.2 in its core schema, without aliases, tags of its own or keys that are there twice. What cannot work is
 * refused here, before a row is read: conditions that are none, alerts without a span, a split after synthetic rows were made of
 * rows that it would test on.
 * @throws FLM_SCHEMA naming line or step, FLM_TOO_LARGE
 */
export function parsePipeline(text: string): Pipeline {
  if (Buffer.byteLength(text) > pipelineFileLimits.bytes) {
    throw new FlamencoError("FLM_TOO_LARGE", `A pipeline has at most ${pipelineFileLimits.bytes} bytes.`);
  }
  const pipeline = openPipeline(readYaml(text));
  let synthetic = false;
  for (const [index, step] of pipeline.steps.entries()) {
    const refuse = (why: string, cause?: unknown): never => {
      throw new FlamencoError("FLM_SCHEMA", `The pipeline's step ${index + 1} (${step.step}): ${why}`, { cause });
    };
    if (step.step === "split" && synthetic) refuse("split first: synthetic rows are made from training rows.");
    synthetic ||= step.step === "oversample";
    if (step.step !== "label") continue;
    try {
      if (step.by === "rule") for (const { when } of step.rules) readCondition(when);
      if (step.by === "alerts") openAlerts(step.alerts);
    } catch (cause) {
      refuse(cause instanceof FlamencoError ? cause.message : "it is not understood.", cause);
    }
  }
  return pipeline;
}

/** Name of a pipeline: SHA-256 of its canonical JSON (RFC 8785), whatever its YAML looked like. */
export function digestPipeline(pipeline: Pipeline): string {
  return digestOf(pipeline);
}

/** One document of plain values. The parser bounds the nesting itself, before its recursion gets deep. */
function readYaml(text: string): unknown {
  const document = parseYaml(text, { schema: "core", version: "1.2", uniqueKeys: true, logLevel: "error" });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const line = problem.linePos?.[0].line;
    const place = line === undefined ? "" : ` at line ${line}`;
    throw new FlamencoError("FLM_SCHEMA", `The pipeline is not plain YAML${place}: ${problem.code}.`);
  }
  assertPlain(document);
  return document.toJS({ maxAliasCount: 0 });
}

/** No anchors, aliases, tags or keys that are no text: each can make a small text large, slow or of another type. */
function assertPlain(document: Document): void {
  const refuse = (what: string): never => {
    throw new FlamencoError("FLM_SCHEMA", `The pipeline is not plain YAML: it has ${what}.`);
  };
  visit(document, {
    Alias: () => refuse("an alias"),
    Pair: (_, { key }) => (isScalar(key) ? undefined : refuse("a key that is no text")),
    Node: (_, node, path) => {
      if (path.length > 2 * pipelineFileLimits.depth) refuse(`more than ${pipelineFileLimits.depth} levels`);
      if ("anchor" in node && node.anchor !== undefined) refuse("an anchor");
      if (node.tag !== undefined) refuse("a tag");
    },
  });
}
