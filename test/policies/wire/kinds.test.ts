import { authorTypes } from "@flamenco/language";
import {
  fieldOf,
  fieldUnits,
  type Kind,
  kindJsonSchema,
  kindOf,
  kinds,
  rttWindowSamples,
} from "@flamenco/policies/wire";
import t from "tap";

/** Design of the flow features, section 2: what each column of the corrected flow meter is called here. */
const meterColumns: Readonly<Record<string, readonly string[]>> = {
  "2-7": ["srcAddr", "srcPort", "dstAddr", "dstPort", "protocol", "startTimeMs"],
  "8": ["durationSeconds"],
  "9-12": ["fwdPackets", "bwdPackets", "fwdBytes", "bwdBytes"],
  "13-20": ["fwd", "bwd"].flatMap((way) => ["Max", "Min", "Mean", "Sd"].map((of) => `${way}PacketLength${of}`)),
  "21-22": ["bytesPerSecond", "packetsPerSecond"],
  "23-26": ["flowIatMean", "flowIatSd", "flowIatMax", "flowIatMin"],
  "27-36": ["fwd", "bwd"].flatMap((way) => ["Total", "Mean", "Sd", "Max", "Min"].map((of) => `${way}Iat${of}`)),
  "37-40": ["fwdPshFlags", "bwdPshFlags", "fwdUrgFlags", "bwdUrgFlags"],
  "41-44": ["fwdHeaderLength", "bwdHeaderLength", "fwdPacketsPerSecond", "bwdPacketsPerSecond"],
  "45-49": ["Min", "Max", "Mean", "Sd", "Variance"].map((of) => `packetLength${of}`),
  "50-57": ["fin", "syn", "rst", "psh", "ack", "urg", "cwr", "ece"].map((flag) => `${flag}FlagCount`),
  "58-61": ["downUpRatio", "averagePacketSize", "fwdSegmentSizeAvg", "bwdSegmentSizeAvg"],
  "63-68": ["fwd", "bwd"].flatMap((way) => [`${way}BytesBulkAvg`, `${way}PacketsBulkAvg`, `${way}BulkRateAvg`]),
  "69-74": ["fwd", "bwd"].flatMap((way) => [`${way}SubflowPackets`, `${way}SubflowBytes`, `${way}InitWindow`]),
  "75-76": ["fwdActDataPackets", "fwdSegmentSizeMin"],
  "77-84": ["active", "idle"].flatMap((state) => ["Mean", "Sd", "Max", "Min"].map((of) => `${state}${of}`)),
  "added by the engineered release": [
    ...["fwdRstFlags", "bwdRstFlags", "bwdActDataPackets", "bwdSegmentSizeMin", "icmpType", "icmpCode"],
    ...["fwdTcpRetransmissions", "bwdTcpRetransmissions", "tcpRetransmissions", "connectionDurationSeconds"],
  ],
  "of the corrected assembly, section 1": ["vlanId", "connectionId", "connectionPart"],
};

const missing = (kind: Kind, names: readonly string[]) => names.filter((name) => fieldOf(kind, name) === undefined);

t.test("flow/1 has every column of the corrected flow meter", async (t) => {
  for (const [columns, names] of Object.entries(meterColumns)) {
    t.strictSame(missing(kindOf("flow/1"), names), [], `columns ${columns}`);
  }
});

t.test("bytes of payload, IP packets and frames are different fields, both ways and together", async (t) => {
  for (const name of ["bytes", "ipBytes", "frameBytes"]) {
    const ways = ["fwd", "bwd"].map((way) => `${way}${name[0]?.toUpperCase()}${name.slice(1)}`);
    t.strictSame(missing(kindOf("flow/1"), [name, ...ways]), []);
    t.match(fieldOf(kindOf("flow/1"), name), { type: "integer", unit: "B" });
  }
});

t.test("rtt/1 has a sample, its loss and the trailing window of its pair", async (t) => {
  const windows = ["Count", "Min", "Mean", "Sd", "Q1", "Median", "Q3", "Max"].map((of) => `window${of}`);
  t.strictSame(
    kindOf("rtt/1").fields.map(({ name }) => name),
    ["timeMs", "source", "destination", "rttMs", "lost", ...windows],
  );
  for (const name of windows) t.match(fieldOf(kindOf("rtt/1"), name)?.meaning, `last ${rttWindowSamples} answered`);
});

t.test("mosaic/1 is flow/1 and what the run was made under", async (t) => {
  const [flow, mosaic] = [kindOf("flow/1"), kindOf("mosaic/1")];
  t.strictSame(mosaic.fields.slice(0, flow.fields.length), flow.fields);
  t.strictSame(
    mosaic.fields.slice(flow.fields.length).map(({ name }) => name),
    ["service", "application", "condition"],
  );
});

t.test(
  "addresses and what else names a part of a network are private; ports and protocols are universal",
  async (t) => {
    const named = (access: string) => [
      ...new Set([...kinds.values()].flatMap(({ fields }) => fields.filter((field) => field.access === access))),
    ];
    t.strictSame(
      named("private").map(({ name }) => name),
      ["srcAddr", "dstAddr", "vlanId", "connectionId", "source", "destination"],
    );
    t.ok(
      named("private").every(({ type }) => type === "category"),
      "statistics are taken of numbers, and released",
    );
    t.strictSame(
      named("universal").map(({ name }) => name),
      [
        ...["srcPort", "dstPort", "protocol", "icmpType", "icmpCode", "tcpFlags"],
        ...["service", "application", "condition"],
      ],
    );
  },
);

t.test("no name is there twice, units are of the list, numbers have bounds and the kinds are frozen", async (t) => {
  for (const kind of kinds.values()) {
    t.equal(new Set(kind.fields.map(({ name }) => name)).size, kind.fields.length);
    for (const field of kind.fields) {
      const numeric = field.type === "number" || field.type === "integer";
      t.ok(Object.hasOwn(fieldUnits, field.unit), `${field.name}: ${field.unit}`);
      t.equal(field.min !== undefined, numeric, field.name);
      t.ok(field.max === undefined || field.max > (field.min ?? 0), field.name);
      t.ok(Object.isFrozen(field));
    }
    t.ok(Object.isFrozen(kind) && Object.isFrozen(kind.fields));
  }
});

t.test("a kind that this version does not know is refused by name", async (t) => {
  t.throws(() => kindOf("flow/2"), { code: "FLM_SCHEMA", message: /flow\/1, rtt\/1, mosaic\/1/ });
});

t.test("the JSON schema of a kind says type, unit, range, access and meaning of every field", async (t) => {
  for (const kind of kinds.values()) {
    const { properties } = kindJsonSchema(kind) as { properties: Record<string, object> };
    t.strictSame(
      Object.keys(properties),
      kind.fields.map(({ name }) => name),
    );
  }
  t.match(kindJsonSchema(kindOf("flow/1")), {
    additionalProperties: false,
    properties: {
      srcPort: { type: ["integer", "null"], minimum: 0, maximum: 65_535, "x-access": "universal" },
      durationSeconds: { type: ["number", "null"], "x-unit": "s", description: "last packet minus first packet" },
      srcAddr: { type: ["string", "null"], "x-access": "private" },
    },
  });
});

t.test("types for authors carry unit and meaning of every field", async (t) => {
  for (const kind of kinds.values()) {
    const types = authorTypes(kind, ["benign", "attack"]);
    for (const { name, unit, meaning } of kind.fields) {
      const comment = types.split("\n")[types.split("\n").findIndex((line) => line.includes(`readonly ${name}:`)) - 1];
      t.match(comment?.toLowerCase(), meaning.toLowerCase());
      if (unit !== "") t.match(comment, `Unit: ${unit}.`);
    }
  }
});
