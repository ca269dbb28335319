import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { flowRow, flowRowFields, MessageDecoder, type MessageHeader, valuesOf } from "@flamenco/sandbox/netflow";
import t from "tap";
import { ianaNames } from "./vendor-names.js";
import { readVendorGroups, type VendorGroup, vendorFolder } from "./vendor-spec.js";

const skip = existsSync(vendorFolder) ? false : "the vendors' payloads are not on this machine";

interface Decoded {
  readonly header: MessageHeader;
  readonly template: number;
  readonly values: Readonly<Record<string, unknown>>;
  readonly row: { readonly startTimeMs?: unknown; readonly durationSeconds?: unknown } | null;
}

/** Each file is a datagram, and the document tells of its first message. */
function decodeGroup({ files }: Pick<VendorGroup, "files">): { records: Decoded[]; problems: string[] } {
  const records: Decoded[] = [];
  const problems: string[] = [];
  const decoder = new MessageDecoder({
    record: (record) => {
      const cells = flowRow(record);
      const row = cells && Object.fromEntries(flowRowFields.map((field, index) => [field, cells[index]]));
      records.push({ header: record.header, template: record.template.id, values: valuesOf(record), row });
    },
    problem: (problem, text, at) => problems.push(`${problem} at ${at}: ${text}`),
  });
  for (const file of files) {
    const bytes = readFileSync(join(vendorFolder, file));
    decoder.decode(bytes, 0, bytes.length, "exporter");
  }
  return { records, problems };
}

/** What the document says of the header or computes, rather than reads in a field. */
const derived: Readonly<Record<string, (record: Decoded) => unknown>> = {
  version: ({ header }) => header.version,
  flow_seq_num: ({ header }) => header.sequence,
  flowset_id: ({ template }) => template,
  flow_records: ({ header }) => header.count,
  engine_type: ({ header }) => header.domain >> 8,
  first_switched: ({ row }) => toIso(row?.startTimeMs),
  last_switched: ({ row }) => toIso(Number(row?.startTimeMs) + Number(row?.durationSeconds) * 1000),
};
/** In NetFlow v5 these are of the header. */
const derivedInVersion5: typeof derived = {
  engine_id: ({ header }) => header.domain & 0xff,
  sampling_interval: ({ header }) => header.samplingInterval,
  sampling_algorithm: () => 0,
};

const toIso = (ms: unknown) => new Date(Math.round(Number(ms))).toISOString();
const isDate = (value: unknown): value is string => typeof value === "string" && /^\d{4}-\d\d-\d\dT.*Z$/.test(value);
const secondsNames = new Set(["flowStartSeconds", "flowEndSeconds", "Timestamp"]);

function decodedValue(record: Decoded, name: string): unknown {
  const compute = derived[name] ?? (record.header.version === 5 ? derivedInVersion5[name] : undefined);
  if (compute !== undefined) return compute(record);
  const names = ianaNames[name] ?? [name];
  return record.values[names.find((candidate) => candidate in record.values) ?? ""];
}

/** A documented value in the form in which a field is decoded here, where the document has another one. */
function inOurForm(name: string, value: unknown, ours: unknown): unknown {
  if (name === "forwarding_status") {
    const { status, reason } = value as { status: number; reason: number };
    return (status << 6) | reason;
  }
  if (name === "mpls_label_stack_octets") {
    const stack = value as { label: number; experimental: number; bottom_of_stack: number; ttl: number };
    return (stack.label << 12) | (stack.experimental << 9) | (stack.bottom_of_stack << 8) | stack.ttl;
  }
  if (name === "application_id") return String(value).replaceAll("..", ":");
  if (name.endsWith("gress_acl_id")) return String(value).replaceAll("-", "");
  // An element that no documentation names is octets here.
  if (name.startsWith("netscalerUnknown")) return Number(value).toString(16).padStart(String(ours).length, "0");
  if (typeof value === "number" && isDate(ours)) return toIso(secondsNames.has(name) ? value * 1000 : value);
  // Dates of finer grain are documented in milliseconds.
  if (isDate(value) && isDate(ours)) return `${value.slice(0, 23)}${ours.slice(23)}`;
  return value;
}

/**
 * The document's times from uptimes are a second late: in NetFlow v9 all of them (its program adds a second less the
 * milliseconds, and takes no second away), in NetFlow v5 where the milliseconds of the export time do not suffice.
 * RFC 3954, section 5.1 leaves no doubt: exported at 19:04:30 with an uptime of 45.076 s, 1.217 s is 19:03:46.141; nfcapd says so,
 * too.
 */
function documentedUptime({ header }: Decoded, ours: string): string {
  const ms = Date.parse(ours);
  const isLate = header.version === 9 || header.exportTimeMs % 1000 < (header.exportTimeMs - ms) % 1000;
  return toIso(isLate ? ms + 1000 : ms);
}

/**
 * It also takes differences of uptimes without the modulus of 32 bits: softflowd's first flow began a millisecond before the
 * exporter did, which it puts 50 days later.
 */
const wrapped = new Set(["Netflow 5 valid 01 first_switched"]);

/** Data sets of templates that are not among the payloads. */
const withoutTemplate: Readonly<Record<string, number>> = {
  "Netflow 9 ipt_netflow reduced size encoding": 6,
  "IPFIX Netscaler with variable length fields": 1,
};

/** Elements that the document's program skips. */
const skipped = new Set([
  "ipv4RouterSc",
  "classId",
  "element0",
  "element65",
  "element66",
  "element67",
  "element68",
  "element69",
  "subTemplateMultiList",
]);

t.test("every vendor's payloads decode to the documented values", { skip }, async (t) => {
  for (const group of readVendorGroups()) {
    await t.test(group.name, async (t) => {
      const { records, problems } = decodeGroup(group);
      if (group.records !== null) {
        t.equal(records.length, group.records, "records");
        t.equal(problems.length, withoutTemplate[group.name] ?? 0, problems.join("; "));
        t.ok(problems.every((problem) => problem.startsWith("no-template ")));
      }
      const compare = (record: Decoded, name: string, value: unknown) => {
        const ours = decodedValue(record, name);
        if (wrapped.has(`${group.name} ${name}`)) return;
        const same = name.endsWith("_switched") ? documentedUptime(record, String(ours)) : ours;
        t.strictSame(same, inOurForm(name, value, ours), name);
      };
      for (const [record, name, value] of group.values) compare(records[record]!, name, value);
      for (const { record, exportTime, values } of group.wholes) {
        const decoded = records[record]!;
        t.equal(toIso(decoded.header.exportTimeMs), exportTime, "time of export");
        for (const [name, value] of Object.entries(values)) compare(decoded, name, value);
        const documented = new Set(Object.keys(values).flatMap((name) => ianaNames[name] ?? [name]));
        const more = Object.keys(decoded.values).filter((name) => !documented.has(name) && !skipped.has(name));
        t.strictSame(
          more.filter((name) => !/^flow(Start|End)SysUpTime$/.test(name)),
          [],
          "nothing undocumented",
        );
      }
    });
  }
});

t.test("payloads that the document leaves out decode, too", { skip }, async (t) => {
  const documented = new Set(readVendorGroups().flatMap(({ files }) => files));
  const files = readdirSync(vendorFolder).filter((file) => file.endsWith(".dat"));
  t.equal(files.length, 92);
  for (const file of files.filter((file) => !documented.has(file))) {
    t.strictSame(decodeGroup({ files: [file] }).problems, [], file);
  }
});

t.test("payloads that are no NetFlow are refused with a reason", { skip }, async (t) => {
  for (const file of ["netflow5_test_invalid01.dat", "netflow5_test_invalid02.dat"]) {
    const { records, problems } = decodeGroup({ files: [file] });
    t.equal(records.length, 0);
    t.strictSame(problems, ["malformed-message at 0: no header of a message"]);
  }
});
