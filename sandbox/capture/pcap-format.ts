import type { RecordFormat } from "../records/index.js";
import { CaptureMeter } from "./capture-meter.js";
import { notesOf } from "./capture-notes.js";
import { isCapture } from "./capture-reader.js";
import { cicFeatures } from "./cic-features.js";
import { rowOf } from "./feature-set.js";
import { hashSeed } from "./hash-seed.js";
import { timeoutsOf } from "./meter-options.js";

/** Packet captures as flows with every feature, in the corrected mode. Records are flows, in the order in which they end. */
export const pcapFormat: RecordFormat = Object.freeze({
  name: "pcap",
  title: "Packet captures (pcap and pcapng) as flows with the features of CICFlowMeter, corrected",
  kind: "flow/1",
  fields: cicFeatures.map(({ field }) => field),
  recognizes: isCapture,
  open(sink) {
    let record = 0;
    const meter = new CaptureMeter(
      (flow) => {
        record += 1;
        sink.row(record, rowOf(cicFeatures, flow));
      },
      timeoutsOf("corrected"),
      hashSeed(),
    );
    return {
      push: (chunk) => meter.push(chunk),
      finish() {
        const tally = meter.finish();
        // What a damaged file still held is unknown; one drop says that something is missing.
        if (tally.packets.damage !== null) sink.drop("malformed-record", record + 1);
        const notes = notesOf(tally);
        if (notes.length > 0) sink.note(notes.join(" "));
      },
    };
  },
} satisfies RecordFormat);
