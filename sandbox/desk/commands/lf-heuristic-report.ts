import type { FeatureTable, GeneratedLf } from "../../synthesis/index.js";

/** A heuristic in the answers of `lf generate` and `lf suggest`: thresholds as learned and as written, and the decision. */
export function reportHeuristic(
  { thresholds, heuristic }: Pick<GeneratedLf, "thresholds" | "heuristic">,
  { features, task }: Pick<FeatureTable, "features" | "task">,
) {
  return {
    thresholds: thresholds.flatMap((one) =>
      one === null
        ? []
        : [
            {
              field: features[one.feature]!.name,
              learned: one.learned,
              written: one.expression.text,
              value: one.expression.value,
              form: one.expression.form,
              flagged: one.flagged,
            },
          ],
    ),
    /** Tests and votes in the order of the source, `vote` null abstains. */
    nodes: heuristic.nodes.map((node) =>
      node.type === "leaf"
        ? { vote: node.vote < 0 ? null : task.labels[node.vote]! }
        : { field: features[node.feature]!.name, atMost: node.atMost, above: node.above },
    ),
  };
}
