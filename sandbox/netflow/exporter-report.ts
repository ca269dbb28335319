import type { Exporter } from "./exporter.js";
import { VARIABLE_LENGTH } from "./template.js";

/** An exporter as it is shown to people and programs. */
export interface ExporterReport {
  readonly source: string;
  readonly domain: number;
  readonly version: number;
  readonly messages: number;
  readonly records: number;
  /** One packet in so many is sampled; null when the exporter has not said. */
  readonly samplingInterval: number | null;
  /** What its sequence numbers say. */
  readonly sequence: {
    readonly unit: "messages" | "records";
    readonly lost: number;
    readonly gaps: number;
    readonly disorders: number;
  };
  readonly templates: readonly {
    readonly id: number;
    readonly options: boolean;
    /** Octets of a field; null where each record says it. */
    readonly fields: readonly { readonly name: string; readonly unit: string; readonly bytes: number | null }[];
  }[];
}

/** What is known of an exporter, its templates with the names of their fields. */
export function reportExporter(exporter: Exporter): ExporterReport {
  const { source, domain, version, messages, records, samplingInterval, sequence } = exporter;
  return {
    source,
    domain,
    version,
    messages,
    records,
    samplingInterval,
    sequence: { unit: sequence.unit, lost: sequence.lost, gaps: sequence.gaps, disorders: sequence.disorders },
    templates: [...exporter.templates.values()].map(({ id, isOptions, fields }) => ({
      id,
      options: isOptions,
      fields: fields.map(({ element: { name, unit }, length }) => ({
        name,
        unit,
        bytes: length === VARIABLE_LENGTH ? null : length,
      })),
    })),
  };
}
