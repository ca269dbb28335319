import { netflowLimits } from "./limits.js";
import { SequenceTracker } from "./sequence-tracker.js";
import type { Template } from "./template.js";

/** What is remembered of one exporter: a source address and an observation domain of it, in one version. */
export class Exporter {
  readonly source: string;
  readonly domain: number;
  readonly version: number;
  readonly templates = new Map<number, Template>();
  readonly sequence: SequenceTracker;
  /** One in so many packets is sampled, as the exporter says; null while it has said nothing. */
  samplingInterval: number | null = null;
  /** Start of the exporter, milliseconds since 1970, as it says in an options record. */
  systemInitTimeMs: number | null = null;
  messages = 0;
  records = 0;
  /** Fields of all its templates. */
  fields = 0;

  constructor(source: string, domain: number, version: number) {
    this.source = source;
    this.domain = domain;
    this.version = version;
    this.sequence = new SequenceTracker(version === 9 ? "messages" : "records");
  }

  /** A definition replaces an earlier one of the same id; beyond the ceiling the oldest goes. */
  define(template: Template): void {
    this.withdraw(template.id);
    if (this.templates.size >= netflowLimits.templatesOfExporter) {
      const [oldest] = this.templates.keys();
      if (oldest !== undefined) this.withdraw(oldest);
    }
    this.templates.set(template.id, template);
    this.fields += template.fields.length;
  }

  withdraw(id: number): void {
    const template = this.templates.get(id);
    if (template === undefined) return;
    this.templates.delete(id);
    this.fields -= template.fields.length;
  }

  withdrawAll(isOptions: boolean): void {
    for (const [id, template] of this.templates) if (template.isOptions === isOptions) this.withdraw(id);
  }
}

/** The exporters that are remembered, the longest silent first. Bounded: see `netflowLimits`. */
export class ExporterTable {
  readonly #exporters = new Map<string, Exporter>();
  readonly #messages = new Map<number, number>();
  #fields = 0;
  #forgotten = 0;

  /** The exporter of a message, which is counted; it becomes the one that spoke last. */
  takeMessage(source: string, domain: number, version: number): Exporter {
    const key = `${version}/${domain}/${source}`;
    const exporter = this.#exporters.get(key) ?? new Exporter(source, domain, version);
    this.#exporters.delete(key);
    this.#exporters.set(key, exporter);
    if (this.#exporters.size > netflowLimits.exporters) this.#forgetLongestSilent();
    exporter.messages += 1;
    this.#messages.set(version, (this.#messages.get(version) ?? 0) + 1);
    return exporter;
  }

  /** Call after templates of an exporter came: forgets others while all templates together are too large. */
  addFields(fields: number): void {
    this.#fields += fields;
    while (this.#fields > netflowLimits.fields && this.#exporters.size > 1) this.#forgetLongestSilent();
  }

  values(): IterableIterator<Exporter> {
    return this.#exporters.values();
  }

  /** Messages by version, of forgotten exporters, too. */
  get messages(): ReadonlyMap<number, number> {
    return this.#messages;
  }

  /** Exporters that had to give way. */
  get forgotten(): number {
    return this.#forgotten;
  }

  #forgetLongestSilent(): void {
    const [first] = this.#exporters;
    if (first === undefined) return;
    this.#exporters.delete(first[0]);
    this.#fields -= first[1].fields;
    this.#forgotten += 1;
  }
}
