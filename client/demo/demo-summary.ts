import type { FlamencoError } from "@flamenco/policies/errors";
import type { Analysis, ErrorDocument, PackageReference, Result, Task } from "@flamenco/policies/wire";
import { renderReason, type Terminal } from "../terminal/index.js";

/** Something hostile that was sent for real, and who refused it. */
export interface DemoRefusal {
  readonly what: string;
  /** `registry`, or the name of a node. */
  readonly by: string;
  readonly error: FlamencoError;
}

/** `summary.json` of the output folder. Every number comes out of a signed result. */
export interface DemoSummary {
  readonly schema: "flamenco-demo/1";
  readonly study: string;
  readonly task: Task;
  readonly packages: readonly PackageReference[];
  readonly seconds: number;
  readonly nodes: Readonly<Record<string, NodeSummary>>;
}

export interface NodeSummary {
  readonly keyId: string;
  readonly dataset: Result["dataset"];
  readonly rows: number;
  readonly analysis: Analysis | null;
  /** By labeling function: estimated accuracy where it votes. */
  readonly weights: Readonly<Record<string, number | null>>;
  /** F1 of the task's positive label on the node's test split: label model, and tree. */
  readonly f1: number | null;
  readonly treeF1: number | null;
  /** What was refused before it could reach this node's rows, by the registry in front of it or by the node itself. */
  readonly refusals: readonly (ErrorDocument & { readonly what: string; readonly by: string })[];
}

/** Each attempt once, with all who refused it for the same reason. */
export function renderRefusals(terminal: Terminal, refusals: readonly DemoRefusal[]): string {
  const groups = new Map<string, DemoRefusal[]>();
  for (const refusal of refusals) {
    const reason = JSON.stringify([refusal.what, refusal.error.code, refusal.error.message]);
    groups.set(reason, [...(groups.get(reason) ?? []), refusal]);
  }
  return [...groups.values()]
    .map((group) => {
      const by = group.map((refusal) => refusal.by).join(" and ");
      const reason = group.slice(0, 1).map(({ error }) => renderReason(terminal, error, `Refused by ${by}`));
      return `${terminal.colors.bold(group[0]?.what ?? "")}\n${reason.join("").replace(/^/gm, "  ")}\n`;
    })
    .join("\n");
}

export interface SummarySources {
  readonly study: string;
  readonly task: Task;
  readonly packages: readonly PackageReference[];
  readonly seconds: number;
  readonly results: readonly Result[];
  readonly refusals: readonly DemoRefusal[];
}

export function summarizeDemo({ study, task, packages, seconds, results, refusals }: SummarySources): DemoSummary {
  return {
    schema: "flamenco-demo/1",
    study,
    task,
    packages,
    seconds: Math.round(seconds * 10) / 10,
    nodes: Object.fromEntries(results.map((result) => [result.node, summarizeNode(result, refusals)])),
  };
}

function summarizeNode({ node, keyId, dataset, outputs }: Result, refusals: readonly DemoRefusal[]): NodeSummary {
  const model = outputs.labelModel;
  return {
    keyId,
    dataset,
    rows: dataset.rows,
    analysis: outputs.analysis ?? null,
    weights: Object.fromEntries(model?.lfs.map((lf, index) => [lf, model.weights[index] ?? null]) ?? []),
    f1: outputs.metrics?.labelModel?.positiveF1 ?? null,
    treeF1: outputs.metrics?.tree?.positiveF1 ?? null,
    refusals: refusals
      .filter(({ by }) => by === "registry" || by === node)
      .map(({ what, by, error }) => ({ what, by, ...error.toDocument() })),
  };
}
