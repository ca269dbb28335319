import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Export payloads of many vendors with documented values, beside the repository where the machine has them. */
export const vendorFolder = fileURLToPath(
  new URL("../../../../../shared/data/4_netflow/logstash_codec/", import.meta.url),
);

/** A group of payloads of one exporter, and what is documented of its records. Names are those of the document. */
export interface VendorGroup {
  readonly name: string;
  readonly files: readonly string[];
  /** Records of all payloads; null where the document only says that nothing breaks. */
  readonly records: number | null;
  /** Single values: index of the record, name, value. */
  readonly values: readonly (readonly [record: number, name: string, value: unknown])[];
  /** Whole records: time of export, and every value. */
  readonly wholes: readonly {
    readonly record: number;
    readonly exportTime: string;
    readonly values: Readonly<Record<string, unknown>>;
  }[];
}

/**
 * The documented values, read out of the specification that comes with the payloads: a Ruby file of one form throughout.
 * Its last three groups repeat an earlier one under other settings of that program, and are left out.
 */
export function readVendorGroups(): VendorGroup[] {
  const text = readFileSync(join(vendorFolder, "netflow_spec.rb.expected.txt"), "utf8");
  const [main = ""] = text.split("describe LogStash::Codecs::Netflow, 'missing templates");
  return main
    .split(/^ {2}context "/m)
    .slice(1)
    .map(readGroup);
}

function readGroup(text: string): VendorGroup {
  const events = [...text.matchAll(/<<-END\n(.*?)\n\s*END\n/gs)].map(
    ([, json = ""]) => JSON.parse(json.replaceAll(/#\{\w+\}/g, "")) as { "@timestamp": string; netflow: object },
  );
  const size = /expect\(decode\.size\)\.to eq\((\d+)\)/.exec(text)?.[1];
  return {
    name: text.slice(0, text.indexOf('"')).trim(),
    files: [...text.matchAll(/"([\w.-]+\.dat)"/g)].map(([, file = ""]) => file),
    records: size === undefined ? null : Number(size),
    values: [...text.matchAll(/expect\(decode\[(\d+)\]\.get\("\[netflow\]\[(\w+)\]"\)\)\.to eq\((.*)\)\n/g)].map(
      ([, record, name = "", value = ""]) => [
        Number(record),
        name,
        JSON.parse(value.startsWith("'") ? `"${value.slice(1, -1)}"` : value),
      ],
    ),
    wholes: [
      ...text.matchAll(
        /^ *expect\(JSON\.parse\(decode\[(\d+)\]\.to_json\)\)\.to eq\(JSON\.parse\(json_events\[(\d+)\]/gm,
      ),
    ].map(([, record, event]) => {
      const { "@timestamp": exportTime, netflow } = events[Number(event)]!;
      return { record: Number(record), exportTime, values: netflow as Record<string, unknown> };
    }),
  };
}
