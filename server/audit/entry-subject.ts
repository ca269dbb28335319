import type { AuditEntry } from "@flamenco/policies/wire";

/**
 * What an entry is about. Of two entries in a row about the same thing that say the same, the log keeps the first: a step
 * that is repeated after a crash, or at every start, leaves one entry.
 */
export function subjectOf(entry: AuditEntry): string {
  switch (entry.type) {
    case "decision":
      return `decision ${entry.study} ${entry.action}`;
    case "reservation":
      return `reservation ${entry.request}`;
    case "release":
      return `release ${entry.study}`;
    case "refusal":
      return `refusal ${entry.study}`;
    case "approval":
      return `approval ${entry.study}`;
    case "dataset":
      return `dataset ${entry.dataset.name} ${entry.dataset.version}`;
    case "policies":
      return "policies";
  }
}
