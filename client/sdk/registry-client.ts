import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import { type OpenedPackage, openPackage, openSignedBy, sodiumReady } from "@flamenco/policies/trust";
import {
  CatalogAnswer,
  type Envelope,
  Health,
  NodeAnnouncement,
  NodesAnswer,
  PackageBundle,
  type PackageReference,
  type PackageSummary,
  ProofsAnswer,
  PublishAnswer,
  payloadTypes,
  ResultsAnswer,
  registryPaths,
  StudiesAnswer,
  StudyAnswer,
  StudyStatus,
} from "@flamenco/policies/wire";
import type { Static, TSchema } from "@sinclair/typebox";
import { limits } from "../limits.js";
import { readAnswer } from "./http-answer.js";

export interface RegistryClientOptions {
  /** `http://host:port`, without credentials; a path in front of the registry's own is kept. */
  readonly url: string;
  /** Milliseconds that an answer may take, beyond a long poll's own wait. */
  readonly timeoutMs?: number;
}

interface Request {
  readonly method?: "GET" | "POST";
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly waitSeconds?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A registry over HTTP (policies/wire/registry-api). Nothing that it says is taken on its word: every answer is parsed
 * against its schema, packages and node announcements are opened and their signatures checked. Every request may safely be
 * repeated, so one that broke in the middle is sent once more.
 * @throws from every method: FLM_REGISTRY_UNREACHABLE, FLM_REGISTRY_ANSWER, FLM_INTERRUPTED when its signal fires, or the
 *   error that the registry answered.
 * @example
 * const registry = new RegistryClient({ url: "http://127.0.0.1:7610" });
 * for (const { name, version } of await registry.listPackages()) console.log(`${name}@${version}`);
 */
export class RegistryClient {
  readonly url: string;
  readonly #timeoutMs: number;

  constructor({ url, timeoutMs = limits.answerTimeoutMs }: RegistryClientOptions) {
    this.url = parseRegistryUrl(url);
    this.#timeoutMs = timeoutMs;
  }

  /** Who answers there. */
  async health(signal?: AbortSignal): Promise<Health> {
    return this.#ask(registryPaths.health, Health, "health", { signal });
  }

  /** Publish a signed package; `new` is false when the very same package was there. */
  async publish(bundle: PackageBundle): Promise<PublishAnswer> {
    return this.#ask(registryPaths.packages, PublishAnswer, "answer to the publication", {
      method: "POST",
      body: bundle,
    });
  }

  /** The catalog, or the versions of one package. */
  async listPackages(name?: string): Promise<PackageSummary[]> {
    const { packages } = await this.#ask(registryPaths.packages, CatalogAnswer, "catalog", { query: { name } });
    return packages;
  }

  /**
   * One package, opened: signatures and digests hold and it is the one that was asked for.
   * @throws FLM_PACKAGE_UNKNOWN, and whatever `openPackage` throws
   */
  async fetchPackage(reference: PackageReference): Promise<OpenedPackage> {
    await sodiumReady;
    const path = fillPath(registryPaths.package, reference.id);
    const opened = openPackage(await this.#ask(path, PackageBundle, "package"));
    if (opened.reference.id !== reference.id) {
      throw new FlamencoError(
        "FLM_REGISTRY_ANSWER",
        `The registry sent another package than ${reference.name}@${reference.version}.`,
      );
    }
    return opened;
  }

  /** The nodes that announced themselves, each announcement signed by the key that it names. */
  async listNodes(): Promise<NodeAnnouncement[]> {
    await sodiumReady;
    const { nodes } = await this.#ask(registryPaths.nodes, NodesAnswer, "list of nodes");
    return nodes.map((envelope) => {
      return openSignedBy(envelope, payloadTypes.node, NodeAnnouncement, "node announcement", ({ keyId }) => keyId)
        .document;
    });
  }

  /** Hand in a signed study; `new` is false when the same study was there. */
  async submitStudy(envelope: Envelope): Promise<StudyAnswer> {
    return this.#ask(registryPaths.studies, StudyAnswer, "answer to the study", { method: "POST", body: envelope });
  }

  /** Studies that the registry knows, of one author if a key id is given. */
  async listStudies(author?: string): Promise<StudiesAnswer["studies"]> {
    const { studies } = await this.#ask(registryPaths.studies, StudiesAnswer, "list of studies", { query: { author } });
    return studies;
  }

  /**
   * Where the runs of a study stand. With `waitSeconds` and `revision`, the registry answers as soon as something is newer
   * than that revision, or when the time is over.
   */
  async studyStatus(
    study: string,
    options: { waitSeconds?: number; revision?: number; signal?: AbortSignal | undefined } = {},
  ): Promise<StudyStatus> {
    const { waitSeconds = 0, revision, signal } = options;
    const query = waitSeconds > 0 ? { wait: waitSeconds, revision } : {};
    const status = await this.#ask(fillPath(registryPaths.study, study), StudyStatus, "study status", {
      query,
      waitSeconds,
      signal,
    });
    if (status.study !== study)
      throw new FlamencoError("FLM_REGISTRY_ANSWER", "The registry answered for another study.");
    return status;
  }

  /** The nodes' results of a study as they were signed; `verifyResult` opens each. */
  async fetchResults(study: string, signal?: AbortSignal): Promise<Envelope[]> {
    const { results } = await this.#ask(fillPath(registryPaths.results, study), ResultsAnswer, "list of results", {
      signal,
    });
    return results;
  }

  /**
   * Log proofs of the nodes' releases, by key of the node, as the registry has them; `verifyRelease` looks at each. A
   * registry that knows no proofs has none.
   */
  async fetchProofs(study: string, signal?: AbortSignal): Promise<ReadonlyMap<string, unknown>> {
    const path = fillPath(registryPaths.proofs, study);
    try {
      const { proofs } = await this.#ask(path, ProofsAnswer, "list of log proofs", { signal });
      return new Map(proofs.map(({ keyId, proof }) => [keyId, proof]));
    } catch (error) {
      if (isFlamencoError(error, "FLM_NOT_FOUND")) return new Map();
      throw error;
    }
  }

  async #ask<T extends TSchema>(path: string, schema: T, what: string, request: Request = {}): Promise<Static<T>> {
    const url = new URL(this.url + path);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const timeout = AbortSignal.timeout(this.#timeoutMs + (request.waitSeconds ?? 0) * 1000);
    const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
    const init: RequestInit = {
      method: request.method ?? "GET",
      headers: {
        accept: "application/json",
        ...(request.body === undefined ? {} : { "content-type": "application/json" }),
      },
      // A redirect could carry a signed study to a place that nobody named.
      redirect: "error",
      signal,
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    };
    try {
      const response = await fetch(url, init).catch((cause: unknown) => {
        if (signal.aborted || !isBrokenConnection(cause)) throw cause;
        return fetch(url, init);
      });
      return await readAnswer(response, schema, what);
    } catch (cause) {
      if (cause instanceof FlamencoError) throw cause;
      if (request.signal?.aborted)
        throw new FlamencoError("FLM_INTERRUPTED", "Waiting for the registry was interrupted.", { cause });
      const reason = timeout.aborted ? `no answer within ${this.#timeoutMs / 1000} s` : reasonOf(cause);
      throw new FlamencoError("FLM_REGISTRY_UNREACHABLE", `The registry at ${this.url} cannot be reached: ${reason}.`, {
        cause,
      });
    }
  }
}

/** @throws FLM_USAGE for anything that is not a plain http or https address. */
function parseRegistryUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== "" ||
    url.search !== "" ||
    url.hash !== ""
  ) {
    throw new FlamencoError(
      "FLM_USAGE",
      `${JSON.stringify(text)} is not the address of a registry; one looks like http://127.0.0.1:7610.`,
    );
  }
  return url.href.replace(/\/+$/, "");
}

/** Put a value in the place of the one `:parameter` of a path. */
function fillPath(path: string, value: string): string {
  return path.replace(/:[A-Za-z]+/, () => encodeURIComponent(value));
}

/** A connection that was kept open from before a restart of the registry fails on its first use. */
function isBrokenConnection(error: unknown): boolean {
  return ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"].includes(systemCodeOf(error));
}

function systemCodeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
}

function reasonOf(error: unknown): string {
  const code = systemCodeOf(error);
  if (code === "ECONNREFUSED") return "nothing listens there (ECONNREFUSED)";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `its name cannot be resolved (${code})`;
  return code === "" ? "the connection failed" : `the connection failed (${code})`;
}
