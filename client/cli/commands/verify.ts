import { FlamencoError } from "@flamenco/policies/errors";
import { publicKeyOf, sodiumReady } from "@flamenco/policies/trust";
import type { Command } from "commander";
import { limits } from "../../limits.js";
import { type VerifiedRelease, verifyRelease } from "../../sdk/index.js";
import { parseStrictJson } from "../../signing/index.js";
import { toLine } from "../../terminal/index.js";
import { readSmallFile } from "../../trial/index.js";
import { type CommandContext, defineCommand } from "../command.js";

interface VerifyOptions {
  /** False with `--no-proof`. */
  readonly proof?: string | false;
  readonly nodeKey?: string;
  readonly study?: string;
}

/** Verify a release from files, without a network. */
export function verifyCommand(): Command {
  return defineCommand<VerifyOptions>({
    usage: "verify <result>",
    summary: "verify a result and its log proof from files, offline; says what is proven and what is not",
    examples: [
      "flamenco verify results/result-north.json",
      "flamenco verify results/result-north.json --node-key ed25519:GiTl… --json",
      "flamenco verify results/result-north.json --study 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
    configure: (command) =>
      void command
        .option("--proof <file>", "log proof (default: the file beside the result, RESULT.proof.json)")
        .option("--no-proof", "say nothing of the log")
        .option("--node-key <key>", "key id that the node's operator names: the result must be signed by it")
        .option("--study <file or digest>", "signed study that the result must answer, or its digest"),
    async action(context, [path = ""], options) {
      await sodiumReady;
      const release = await verifyRelease({
        envelope: await readDocument(path, limits.resultFileBytes),
        ...(options.proof === false ? {} : { proof: await readProof(path, options.proof) }),
        nodeKey: checkKey(options.nodeKey),
        ...(options.study === undefined ? {} : { study: await readStudy(options.study) }),
      });
      present(context, release);
      return undefined;
    },
  });
}

async function readDocument(path: string, maxBytes: number): Promise<unknown> {
  return parseStrictJson(await readSmallFile(path, maxBytes), path);
}

/** A result without its proof is only half of a release: whoever wants no more says so. */
async function readProof(result: string, named: string | undefined): Promise<unknown> {
  const path = named ?? result.replace(/(\.json)?$/, ".proof.json");
  try {
    return await readDocument(path, limits.proofFileBytes);
  } catch (cause) {
    if (!(cause instanceof FlamencoError) || cause.code !== "FLM_FILE_UNREADABLE") throw cause;
    throw new FlamencoError(
      "FLM_FILE_UNREADABLE",
      `${cause.message} It should prove that the release is in its node's audit log; --no-proof verifies the rest.`,
      { cause },
    );
  }
}

function checkKey(nodeKey: string | undefined): string | undefined {
  if (nodeKey !== undefined) publicKeyOf(nodeKey);
  return nodeKey;
}

/** A digest, or a file that holds a study's envelope. */
async function readStudy(text: string): Promise<unknown> {
  return /^[0-9a-f]{64}$/.test(text) ? text : readDocument(text, limits.studyFileBytes);
}

function present({ terminal, colors, json, answer }: CommandContext, release: VerifiedRelease): void {
  const { result, digest, proof, statements } = release;
  if (json) {
    const { node, keyId, study, dataset, release } = result;
    const log = proof === null ? null : { index: proof.proof.record.index, size: proof.checkpoint.size };
    answer({ verified: true, digest, node, keyId, study, dataset, release, log, statements });
    return;
  }
  terminal.out(`${colors.bold("Verified")}: a result of ${result.node} on ${result.dataset.name}, ${digest}\n`);
  for (const { proven, text } of statements) {
    terminal.out(`  ${proven ? colors.green("proven    ") : colors.yellow("not proven")}  ${toLine(text, 400)}\n`);
  }
}
