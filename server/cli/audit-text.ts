import type { AuditEntry } from "@flamenco/policies/wire";
import { toLine } from "../support/index.js";

/** Digits of a digest that tell it apart for a person. */
const short = (digest: string): string => digest.slice(0, 12);

const list = (policies: readonly string[]): string => (policies.length === 0 ? "no policy" : policies.join(", "));

const onDataset = ({ name, version }: { name: string; version: string }): string => `${name}@${short(version)}`;

/** An entry as one line for a person. */
export function describeEntry(entry: AuditEntry): string {
  return toLine(`${entry.type.padEnd(11)}  ${detailsOf(entry)}`);
}

function detailsOf(entry: AuditEntry): string {
  switch (entry.type) {
    case "policies":
      return `set ${short(entry.policySet)} in force`;
    case "dataset":
      return `${onDataset(entry.dataset)} seen`;
    case "decision":
      return `${entry.decision} ${entry.action} of study ${short(entry.study)} on ${onDataset(entry.dataset)}: ${list(entry.policies)}`;
    case "approval":
      return `${entry.verdict} study ${short(entry.study)} by ${entry.by}`;
    case "reservation":
      return `${entry.microRho} micro-rho of ${onDataset(entry.dataset)} for ${entry.collaborator ?? "the node itself"}`;
    case "release":
      return `result ${short(entry.result)} of study ${short(entry.study)} on ${onDataset(entry.dataset)}, preset ${entry.preset}`;
    case "refusal":
      return `study ${short(entry.study)} ${entry.state}: ${entry.code}`;
  }
}
