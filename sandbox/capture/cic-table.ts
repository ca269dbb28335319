import { fieldOf, kindOf } from "@flamenco/policies/wire";
import type { Cell } from "../records/index.js";
import { cicFeatures } from "./cic-features.js";

/** Headers of CICFlowMeter V4 in its order, but for the identity, the time and the label, and the fields that they hold. */
const headers: readonly (readonly [header: string, field: string])[] = [
  ["Src IP", "srcAddr"],
  ["Src Port", "srcPort"],
  ["Dst IP", "dstAddr"],
  ["Dst Port", "dstPort"],
  ["Protocol", "protocol"],
  ["Flow Duration", "durationSeconds"],
  ["Total Fwd Packet", "fwdPackets"],
  ["Total Bwd packets", "bwdPackets"],
  ["Total Length of Fwd Packet", "fwdBytes"],
  ["Total Length of Bwd Packet", "bwdBytes"],
  ["Fwd Packet Length Max", "fwdPacketLengthMax"],
  ["Fwd Packet Length Min", "fwdPacketLengthMin"],
  ["Fwd Packet Length Mean", "fwdPacketLengthMean"],
  ["Fwd Packet Length Std", "fwdPacketLengthSd"],
  ["Bwd Packet Length Max", "bwdPacketLengthMax"],
  ["Bwd Packet Length Min", "bwdPacketLengthMin"],
  ["Bwd Packet Length Mean", "bwdPacketLengthMean"],
  ["Bwd Packet Length Std", "bwdPacketLengthSd"],
  ["Flow Bytes/s", "bytesPerSecond"],
  ["Flow Packets/s", "packetsPerSecond"],
  ["Flow IAT Mean", "flowIatMean"],
  ["Flow IAT Std", "flowIatSd"],
  ["Flow IAT Max", "flowIatMax"],
  ["Flow IAT Min", "flowIatMin"],
  ["Fwd IAT Total", "fwdIatTotal"],
  ["Fwd IAT Mean", "fwdIatMean"],
  ["Fwd IAT Std", "fwdIatSd"],
  ["Fwd IAT Max", "fwdIatMax"],
  ["Fwd IAT Min", "fwdIatMin"],
  ["Bwd IAT Total", "bwdIatTotal"],
  ["Bwd IAT Mean", "bwdIatMean"],
  ["Bwd IAT Std", "bwdIatSd"],
  ["Bwd IAT Max", "bwdIatMax"],
  ["Bwd IAT Min", "bwdIatMin"],
  ["Fwd PSH Flags", "fwdPshFlags"],
  ["Bwd PSH Flags", "bwdPshFlags"],
  ["Fwd URG Flags", "fwdUrgFlags"],
  ["Bwd URG Flags", "bwdUrgFlags"],
  ["Fwd Header Length", "fwdHeaderLength"],
  ["Bwd Header Length", "bwdHeaderLength"],
  ["Fwd Packets/s", "fwdPacketsPerSecond"],
  ["Bwd Packets/s", "bwdPacketsPerSecond"],
  ["Packet Length Min", "packetLengthMin"],
  ["Packet Length Max", "packetLengthMax"],
  ["Packet Length Mean", "packetLengthMean"],
  ["Packet Length Std", "packetLengthSd"],
  ["Packet Length Variance", "packetLengthVariance"],
  ["FIN Flag Count", "finFlagCount"],
  ["SYN Flag Count", "synFlagCount"],
  ["RST Flag Count", "rstFlagCount"],
  ["PSH Flag Count", "pshFlagCount"],
  ["ACK Flag Count", "ackFlagCount"],
  ["URG Flag Count", "urgFlagCount"],
  ["CWR Flag Count", "cwrFlagCount"],
  ["ECE Flag Count", "eceFlagCount"],
  ["Down/Up Ratio", "downUpRatio"],
  ["Average Packet Size", "averagePacketSize"],
  ["Fwd Segment Size Avg", "fwdSegmentSizeAvg"],
  ["Bwd Segment Size Avg", "bwdSegmentSizeAvg"],
  ["Fwd Bytes/Bulk Avg", "fwdBytesBulkAvg"],
  ["Fwd Packet/Bulk Avg", "fwdPacketsBulkAvg"],
  ["Fwd Bulk Rate Avg", "fwdBulkRateAvg"],
  ["Bwd Bytes/Bulk Avg", "bwdBytesBulkAvg"],
  ["Bwd Packet/Bulk Avg", "bwdPacketsBulkAvg"],
  ["Bwd Bulk Rate Avg", "bwdBulkRateAvg"],
  ["Subflow Fwd Packets", "fwdSubflowPackets"],
  ["Subflow Fwd Bytes", "fwdSubflowBytes"],
  ["Subflow Bwd Packets", "bwdSubflowPackets"],
  ["Subflow Bwd Bytes", "bwdSubflowBytes"],
  ["FWD Init Win Bytes", "fwdInitWindow"],
  ["Bwd Init Win Bytes", "bwdInitWindow"],
  ["Fwd Act Data Pkts", "fwdActDataPackets"],
  ["Fwd Seg Size Min", "fwdSegmentSizeMin"],
  ["Active Mean", "activeMean"],
  ["Active Std", "activeSd"],
  ["Active Max", "activeMax"],
  ["Active Min", "activeMin"],
  ["Idle Mean", "idleMean"],
  ["Idle Std", "idleSd"],
  ["Idle Max", "idleMax"],
  ["Idle Min", "idleMin"],
];

const MICROS_PER_SECOND = 1e6;
/** Decimal digits that a double always has: a time that came from whole microseconds becomes whole again. */
const DIGITS = 15;

/** A field of a flow and whether its seconds become microseconds. */
interface CicColumn {
  readonly header: string;
  readonly at: number;
  readonly inMicros: boolean;
}

const placeOf = (field: string): number => cicFeatures.findIndex((feature) => feature.field === field);

const columns: readonly CicColumn[] = headers.map(([header, field]) => ({
  header,
  at: placeOf(field),
  inMicros: fieldOf(kindOf("flow/1"), field)!.unit === "s",
}));

const identity = ["srcAddr", "dstAddr", "srcPort", "dstPort", "protocol"].map(placeOf);
const IDENTITY_COLUMNS = 5;
const startAt = placeOf("startTimeMs");

/** CICFlowMeter's name of a field, of those that it has. */
export const cicNames: ReadonlyMap<string, string> = new Map(headers.map(([header, field]) => [field, header]));

/** Heading line of a table in the columns of CICFlowMeter V4, to compare with published tables. */
export const cicHeaders: readonly string[] = Object.freeze([
  "Flow ID",
  ...columns.slice(0, IDENTITY_COLUMNS).map(({ header }) => header),
  "Timestamp",
  ...columns.slice(IDENTITY_COLUMNS).map(({ header }) => header),
  "Label",
]);

/**
 * A row of the feature set `cic` in those columns: microseconds instead of seconds. The time is ISO 8601 in UTC with
 * microseconds, where CICFlowMeter has local time on a clock of 12 hours.
 */
export function cicRow(row: readonly Cell[]): Cell[] {
  const cells = columns.map(({ at, inMicros }) => (inMicros ? toMicros(row[at] as number) : row[at]!));
  return [
    identity.map((at) => row[at]).join("-"),
    ...cells.slice(0, IDENTITY_COLUMNS),
    isoMicros(row[startAt] as number),
    ...cells.slice(IDENTITY_COLUMNS),
    "NeedManualLabel",
  ];
}

function toMicros(seconds: number): number {
  return Number((seconds * MICROS_PER_SECOND).toPrecision(DIGITS));
}

/** @param timeMs milliseconds since 1970, with their fraction; empty text outside of what a calendar date can say */
function isoMicros(timeMs: number): string {
  const micros = Math.round(timeMs * 1000);
  const date = new Date(Math.floor(micros / 1000));
  if (Number.isNaN(date.getTime())) return "";
  return date.toISOString().replace("Z", `${String(micros % 1000).padStart(3, "0")}Z`);
}
