import { FlamencoError } from "@flamenco/policies/errors";
import type { ReleaseProof } from "@flamenco/policies/wire";
import { renderResults, writeResultFiles } from "../rendering/index.js";
import { type Collection, collectResults, type ExpectedStudy, type RegistryClient } from "../sdk/index.js";
import { openProgressDisplay, renderError } from "../terminal/index.js";
import type { CommandContext } from "./command.js";

export interface WaitOptions {
  readonly timeoutSeconds: number | undefined;
}

/**
 * Wait for the runs of a study with progress on the terminal. An interrupt ends the waiting, not the study.
 * @throws as `collectResults`
 */
export async function waitForResults(
  { terminal }: CommandContext,
  registry: RegistryClient,
  expected: ExpectedStudy,
  { timeoutSeconds }: WaitOptions,
): Promise<Collection> {
  const display = openProgressDisplay(terminal);
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once("SIGINT", interrupt);
  try {
    return await collectResults(registry, expected, {
      onProgress: display.update,
      onUnreachable: () => display.say("The registry does not answer; asking again."),
      signal: interruption.signal,
      ...(timeoutSeconds === undefined ? {} : { timeoutMs: timeoutSeconds * 1000 }),
    });
  } finally {
    process.off("SIGINT", interrupt);
    display.close();
  }
}

/** Print or answer what was collected, write files when a folder is named. Exit code 1 when any node brought no result. */
export async function presentCollection(
  { terminal, colors, json, answer }: CommandContext,
  { study, digest }: ExpectedStudy,
  { results, problems }: Collection,
  folder: string | undefined,
): Promise<number> {
  const files = folder === undefined ? [] : await writeResultFiles(folder, results, study.task.positive);
  if (json) {
    answer({
      study: digest,
      results: results.map(({ result }) => result),
      problems: problems.map(({ node, state, error }) => ({ node, state, error: error.toDocument() })),
      proofs: results.map(({ result, proof }) => ({ node: result.node, index: proof?.record.index ?? null })),
      files,
    });
  } else {
    if (results.length > 0) {
      const packages = study.packages.map(({ name, version }) => `${name}@${version}`).join(", ");
      terminal.out(`\n${colors.dim(`Packages: ${packages}.`)}\n\n`);
      terminal.out(
        renderResults(
          terminal,
          results.map(({ result }) => result),
          study.task.positive,
        ),
      );
    }
    for (const { result, proof } of results) terminal.out(`${colors.dim(describeProof(result.node, proof))}\n`);
    for (const { node, state, error } of problems)
      terminal.out(`\n${colors.bold(node)} (${state}): ${renderError(terminal, error)}\n`);
    if (files.length > 0) terminal.out(`\nWritten to ${folder}: ${files.join(", ")}\n`);
  }
  return problems.length > 0 ? 1 : 0;
}

function describeProof(node: string, proof: ReleaseProof | null): string {
  return proof === null
    ? `${node} sent no proof that its release is in its audit log.`
    : `${node} proved its release: entry ${proof.record.index} of its audit log.`;
}

/** Seconds from an option. @throws FLM_USAGE */
export function parseSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (!Number.isFinite(seconds) || seconds <= 0)
    throw new FlamencoError("FLM_USAGE", `${JSON.stringify(text)} is not a number of seconds.`);
  return seconds;
}
