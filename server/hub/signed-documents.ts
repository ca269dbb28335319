import { canonicalJson, type SigningKey, signDocument } from "@flamenco/policies/trust";
import { type Envelope, type NodeAnnouncement, payloadTypes, type RunReport } from "@flamenco/policies/wire";
import type { Run } from "../jobs/index.js";
import { software } from "../software.js";

/** The signed report of a run's present state, as the text that is stored and sent. */
export function signRunReport(run: Run, nodeName: string, key: SigningKey): string {
  const report: RunReport = {
    schema: "flamenco-run/1",
    study: run.study,
    node: nodeName,
    keyId: key.keyId,
    state: run.state,
    sequence: run.sequence,
    at: run.updatedAt.toISOString(),
    ...(run.progress === null ? {} : { progress: run.progress }),
    ...(run.error === null ? {} : { error: run.error }),
    software,
  };
  return canonicalJson(signDocument(payloadTypes.run, report, [key]));
}

/** The signed announcement of this node: names and kinds of its datasets, nothing about their rows. */
export function signAnnouncement(
  datasets: NodeAnnouncement["datasets"],
  nodeName: string,
  key: SigningKey,
  at: Date,
): Envelope {
  const announcement: NodeAnnouncement = {
    schema: "flamenco-node/1",
    name: nodeName,
    keyId: key.keyId,
    datasets,
    at: at.toISOString(),
    software,
  };
  return signDocument(payloadTypes.node, announcement, [key]);
}
