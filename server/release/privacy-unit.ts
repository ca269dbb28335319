import { FlamencoError } from "@flamenco/policies/errors";
import type { CountingRequest, DatasetManifest, ReleaseRules } from "@flamenco/policies/wire";

/** A privacy unit of a dataset: which rows are one, and what that is called. */
export interface DatasetUnit {
  readonly name: string;
  readonly unit: CountingRequest["unit"];
}

/** Columns that name whose traffic a row is, and the column of its time, of a kind. A measurement has a pair of ends. */
const hostsOf: Readonly<
  Record<string, { readonly hosts: readonly string[]; readonly time: string; readonly name: string }>
> = Object.freeze({
  "flow/1": { hosts: ["srcAddr"], time: "startTimeMs", name: "host" },
  "mosaic/1": { hosts: ["srcAddr"], time: "startTimeMs", name: "host" },
  "rtt/1": { hosts: ["source", "destination"], time: "timeMs", name: "pair" },
});

/**
 * What the release rules protect as one in this dataset.
 * @throws FLM_RELEASE_RULES where the dataset does not say whose its rows are: a weaker unit is the operator's choice
 */
export function unitOf({ privacyUnit, unitColumn }: ReleaseRules, { kind, columns }: DatasetManifest): DatasetUnit {
  if (privacyUnit === "row") return { name: "row", unit: { columns: [], day: null } };
  if (privacyUnit === "column") {
    const column = unitColumn ?? "";
    assertColumns(columns, [column]);
    return { name: column, unit: { columns: [column], day: null } };
  }
  const known = hostsOf[kind];
  if (known === undefined) throw noUnit(`The kind ${kind} does not say whose a row is`);
  const { hosts, time, name } = known;
  const day = privacyUnit === "host-day" ? time : null;
  assertColumns(columns, [...hosts, ...(day === null ? [] : [day])]);
  return { name: day === null ? name : `${name}-day`, unit: { columns: [...hosts], day } };
}

function assertColumns(present: readonly string[], needed: readonly string[]): void {
  const missing = needed.find((column) => !present.includes(column));
  if (missing !== undefined) throw noUnit(`The dataset has no column ${missing}`);
}

const noUnit = (why: string): FlamencoError =>
  new FlamencoError(
    "FLM_RELEASE_RULES",
    `${why}, so that its privacy unit is not known. Its operator can name another in the dataset's release rules: \`column\` or \`row\`.`,
  );
