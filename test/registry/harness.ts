import { type SigningKey, signDocument } from "@flamenco/policies/trust";
import {
  type Envelope,
  type NodeAnnouncement,
  type PackageManifest,
  type PackageReference,
  PublishAnswer,
  parseDocument,
  payloadTypes,
  type Result,
  type RunReport,
  registryPaths,
  type Study,
  StudyAnswer,
} from "@flamenco/policies/wire";
import { createRegistry, type Registry } from "@flamenco/registry";
import type { TSchema } from "@sinclair/typebox";
import type { Test } from "tap";
import { makeAnnouncement, makeKey, makeReport, makeResult, makeStudy } from "../support/signed-documents.js";
import { makeVerifiedBundle } from "../support/verified-packages.js";

export const alice = makeKey("alice");
export const bob = makeKey("bob");
export const mallory = makeKey("mallory");
export const north = makeKey("north");
export const south = makeKey("south");

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever came
  readonly body: any;
}

/** A real registry over real files, asked through its HTTP interface. */
export class TestRegistry {
  readonly #t: Test;
  readonly dataDir: string;
  /** The registry's clock; tests set it. */
  now = new Date("2026-03-01T12:00:00.000Z");
  #registry!: Registry;

  private constructor(t: Test, dataDir: string) {
    this.#t = t;
    this.dataDir = dataDir;
  }

  /** Open one in a fresh folder; it is closed when the test ends. */
  static async open(t: Test): Promise<TestRegistry> {
    const registry = new TestRegistry(t, t.testdir());
    await registry.start();
    t.teardown(() => registry.stop());
    return registry;
  }

  get registry(): Registry {
    return this.#registry;
  }

  async start(): Promise<void> {
    this.#registry = await createRegistry({ dataDir: this.dataDir, name: "test", now: () => this.now });
  }

  async stop(): Promise<void> {
    await this.#registry.close();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  later(minutes: number): void {
    this.now = new Date(this.now.getTime() + minutes * 60_000);
  }

  async get(url: string): Promise<Answer> {
    const { statusCode, body } = await this.#registry.app.inject({ method: "GET", url });
    return { status: statusCode, body: JSON.parse(body) };
  }

  async post(url: string, payload: object): Promise<Answer> {
    const { statusCode, body } = await this.#registry.app.inject({ method: "POST", url, payload });
    return { status: statusCode, body: JSON.parse(body) };
  }

  /** GET, and the answer must be 200 and of the schema. */
  async read<T extends TSchema>(schema: T, url: string) {
    const { status, body } = await this.get(url);
    this.#t.equal(status, 200, url);
    return parseDocument(schema, body, "answer");
  }

  /** The post must be refused with this code. */
  async refuses(code: string, url: string, payload: object, message?: string): Promise<Answer> {
    const answer = await this.post(url, payload);
    this.#t.equal(answer.body.code, code, message ?? code);
    return answer;
  }

  async publish(key: SigningKey, overrides: Partial<PackageManifest> = {}): Promise<PackageReference> {
    const { body } = await this.post(registryPaths.packages, makeVerifiedBundle([key], overrides));
    return parseDocument(PublishAnswer, body, "answer").package;
  }

  announce(node: SigningKey, overrides: Partial<NodeAnnouncement> = {}): Promise<Answer> {
    return this.post(registryPaths.nodes, signNode(node, makeAnnouncement(node, this.now, overrides)));
  }

  /** A study of alice's package for both nodes, with all that it needs. */
  async postStudy(overrides: Partial<Study> = {}): Promise<string> {
    const document = await this.draftStudy(overrides);
    const { body } = await this.post(registryPaths.studies, signStudy(alice, document));
    return parseDocument(StudyAnswer, body, "answer").study;
  }

  /** As `postStudy`, not yet signed and sent. */
  async draftStudy(overrides: Partial<Study> = {}): Promise<Study> {
    const reference = await this.publish(alice);
    for (const node of [north, south]) await this.announce(node);
    return makeStudy(alice, {
      now: this.now,
      packages: [reference],
      targets: [north, south].map(({ name, keyId }) => ({ node: name, keyId, dataset: "border" })),
      ...overrides,
    });
  }

  report(
    node: SigningKey,
    parts: Pick<RunReport, "study" | "state" | "sequence"> & Partial<RunReport>,
  ): Promise<Answer> {
    return this.post(registryPaths.runs, signDocument(payloadTypes.run, makeReport(node, parts), [node]));
  }

  result(node: SigningKey, study: string, overrides: Partial<Result> = {}): Promise<Answer> {
    return this.post(
      registryPaths.postResults,
      signDocument(payloadTypes.result, makeResult(node, study, overrides), [node]),
    );
  }
}

export function signNode(key: SigningKey, announcement: NodeAnnouncement): Envelope {
  return signDocument(payloadTypes.node, announcement, [key]);
}

export function signStudy(key: SigningKey, study: Study): Envelope {
  return signDocument(payloadTypes.study, study, [key]);
}

export function studyPath(study: string): string {
  return registryPaths.study.replace(":digest", study);
}

export function resultsPath(study: string): string {
  return registryPaths.results.replace(":digest", study);
}

export function packagePath(id: string): string {
  return registryPaths.package.replace(":id", id);
}

export function offersPath(node: SigningKey): string {
  return registryPaths.offers.replace(":keyId", encodeURIComponent(node.keyId));
}
