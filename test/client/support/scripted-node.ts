import { type SigningKey, signDocument } from "@flamenco/policies/trust";
import {
  type NodeAnnouncement,
  payloadTypes,
  type Result,
  type RunReport,
  registryPaths,
} from "@flamenco/policies/wire";
import { makeAnnouncement, makeReport } from "../../support/signed-documents.js";

/** A node's side of the exchange, step by step: what it sends is signed as a node's is; what it says is the test's. */
export function openScriptedNode(url: string, key: SigningKey) {
  let sequence = 0;
  const post = async (path: string, payloadType: string, document: unknown): Promise<number> => {
    const body = JSON.stringify(signDocument(payloadType, document, [key]));
    const response = await fetch(url + path, { method: "POST", headers: { "content-type": "application/json" }, body });
    return response.status;
  };
  return {
    announce: (changes: Partial<NodeAnnouncement> = {}) =>
      post(registryPaths.nodes, payloadTypes.node, makeAnnouncement(key, new Date(), changes)),
    report: (study: string, state: RunReport["state"], parts: Partial<RunReport> = {}) =>
      post(registryPaths.runs, payloadTypes.run, makeReport(key, { study, state, sequence: sequence++, ...parts })),
    sendResult: (result: Result) => post(registryPaths.postResults, payloadTypes.result, result),
  };
}
