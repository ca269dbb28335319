import { FlamencoError, isErrorCode, isFlamencoError } from "@flamenco/policies/errors";
import {
  type Envelope,
  ErrorDocument,
  OffersAnswer,
  PackageBundle,
  type PackageReference,
  PostAnswer,
  parseDocument,
  type ReleaseProof,
  registryPaths,
} from "@flamenco/policies/wire";
import type { Static, TSchema } from "@sinclair/typebox";
import { limits } from "../limits.js";
import { assertReleased, type Released } from "../release/index.js";

/** Statuses after which the same request may succeed later. */
const transientStatuses = new Set([408, 425, 429]);

interface Exchange {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly maximumBytes: number;
  readonly timeoutMs: number;
}

/** True for failures of the link, which say nothing about what was asked: try again later. */
export function isTransient(error: unknown): boolean {
  return isFlamencoError(error, "FLM_REGISTRY_UNREACHABLE") || isFlamencoError(error, "FLM_REGISTRY_ANSWER");
}

const unreachable = (cause: unknown): FlamencoError =>
  new FlamencoError("FLM_REGISTRY_UNREACHABLE", "The registry cannot be reached; it is tried again.", { cause });

const misunderstood = (what: string, cause?: unknown): FlamencoError =>
  new FlamencoError("FLM_REGISTRY_ANSWER", `The registry's answer is not understood: ${what}.`, { cause });

/** Read a body up to a ceiling: a registry that never stops sending must not fill the memory. */
async function readBody(response: Response, maximumBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (response.body === null) return "";
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maximumBytes) throw misunderstood(`it is larger than ${maximumBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * The refusal in an answer that is not a success. A registry's coded word on a request is final; anything else (a proxy's
 * page, an overload) is the link's trouble.
 */
function refusalOf(status: number, text: string): FlamencoError {
  if (status >= 400 && status < 500 && !transientStatuses.has(status)) {
    try {
      const { code, message, details } = parseDocument(ErrorDocument, JSON.parse(text), "error");
      if (isErrorCode(code)) return new FlamencoError(code, message, { details });
    } catch {
      // not an error document: falls through
    }
  }
  return misunderstood(`status ${status}`);
}

/** The node's side of the registry's HTTP interface. It only calls out; every answer is hostile until it has parsed. */
export class RegistryClient {
  readonly #registry: string;

  /** @param registry address without a trailing slash. */
  constructor(registry: string) {
    this.#registry = registry;
  }

  /** @throws FLM_REGISTRY_ANSWER too when the registry leaves the announcement aside. */
  async announce(envelope: Envelope, signal: AbortSignal): Promise<void> {
    const { accepted, reason } = await this.#post(registryPaths.nodes, JSON.stringify(envelope), signal);
    if (!accepted) throw misunderstood(`the announcement was left aside (${reason ?? "no reason given"})`);
  }

  /** Wait for studies that arrived after the cursor. */
  async pollOffers(keyId: string, cursor: number, signal: AbortSignal): Promise<OffersAnswer> {
    const path = registryPaths.offers.replace(":keyId", encodeURIComponent(keyId));
    const text = await this.#exchange(
      {
        method: "GET",
        path: `${path}?wait=${limits.offerWaitSeconds}&after=${cursor}`,
        maximumBytes: limits.offersAnswerBytes,
        timeoutMs: limits.offerWaitSeconds * 1_000 + limits.requestTimeoutMs,
      },
      signal,
    );
    return parseAnswer(OffersAnswer, text, "a list of offers");
  }

  /** A package's bundle, of the right shape and nothing more: its reader opens and verifies it. */
  async fetchBundle(reference: PackageReference, signal: AbortSignal): Promise<PackageBundle> {
    const text = await this.#exchange(
      {
        method: "GET",
        path: registryPaths.package.replace(":id", encodeURIComponent(reference.id)),
        maximumBytes: limits.packageAnswerBytes,
        timeoutMs: limits.requestTimeoutMs,
      },
      signal,
    );
    return parseAnswer(PackageBundle, text, "a package");
  }

  /** Post a signed run report, as it was stored. */
  async postReport(body: string, signal: AbortSignal): Promise<PostAnswer> {
    return this.#post(registryPaths.runs, body, signal);
  }

  /** Post a release. Whatever did not pass the gate is stopped here, at run time too. */
  async postResult(release: Released, signal: AbortSignal): Promise<PostAnswer> {
    assertReleased(release);
    return this.#post(registryPaths.postResults, release.text, signal);
  }

  /** Post the log proof of a release: digests and names, never what the release says. */
  async postProof(proof: ReleaseProof, signal: AbortSignal): Promise<PostAnswer> {
    return this.#post(registryPaths.postProofs, JSON.stringify(proof), signal);
  }

  async #post(path: string, body: string, signal: AbortSignal): Promise<PostAnswer> {
    const text = await this.#exchange(
      { method: "POST", path, body, maximumBytes: limits.smallAnswerBytes, timeoutMs: limits.requestTimeoutMs },
      signal,
    );
    return parseAnswer(PostAnswer, text, "an acknowledgment");
  }

  /**
   * One request and its whole answer within the timeout.
   * @throws FLM_REGISTRY_UNREACHABLE, FLM_REGISTRY_ANSWER, or the registry's own code.
   */
  async #exchange(exchange: Exchange, signal: AbortSignal): Promise<string> {
    const controller = new AbortController();
    const abort = () => controller.abort();
    const timer = setTimeout(abort, exchange.timeoutMs);
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    try {
      const response = await fetch(this.#registry + exchange.path, {
        method: exchange.method,
        redirect: "error",
        signal: controller.signal,
        headers: {
          accept: "application/json",
          ...(exchange.body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(exchange.body === undefined ? {} : { body: exchange.body }),
      });
      const text = await readBody(response, exchange.maximumBytes);
      if (!response.ok) throw refusalOf(response.status, text);
      return text;
    } catch (cause) {
      if (isFlamencoError(cause)) throw cause;
      throw unreachable(cause);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      controller.abort();
    }
  }
}

function parseAnswer<T extends TSchema>(schema: T, text: string, what: string): Static<T> {
  try {
    return parseDocument(schema, JSON.parse(text), what);
  } catch (cause) {
    throw misunderstood(`it is not ${what}`, cause);
  }
}
