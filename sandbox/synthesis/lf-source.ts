import { abstainName, languageModule, rowTypeName } from "@flamenco/language";
import type { Kind, SourceFile } from "@flamenco/policies/wire";
import type { GeneratedLf } from "./synthesis.js";
import type { SynthesisTable } from "./synthesis-table.js";
import type { WrittenHeuristic } from "./written-heuristic.js";

/** Bytes after which sources go on in another file, well below the language's ceiling. */
const FILE_BYTES = 12 * 1024;

type Names = Pick<SynthesisTable, "features" | "task">;

/** Source files of generated LFs: plain labeling functions, one a heuristic, each with what is known of it. */
export function writeLfSources(lfs: readonly GeneratedLf[], names: Names, kind: Kind): SourceFile[] {
  const row = rowTypeName(kind);
  const functions = lfs.map((lf) => writeFunction(lf, names, row));
  const parts: string[][] = [[]];
  let bytes = 0;
  for (const text of functions) {
    if (bytes + text.length > FILE_BYTES && parts.at(-1)!.length > 0) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(text);
    bytes += text.length;
  }
  return parts.map((part, index) => {
    const body = part.join("\n");
    const imports = [
      ...(body.includes(abstainName) ? [abstainName] : []),
      `type ${row}`,
      ...(body.includes("Stats<") ? ["type Stats"] : []),
    ];
    const text = `import { ${imports.join(", ")} } from ${JSON.stringify(languageModule)};\n\n${body}`;
    return { path: parts.length === 1 ? "lfs.ts" : `lfs-${index + 1}.ts`, text };
  });
}

function writeFunction(lf: GeneratedLf, names: Names, row: string): string {
  const variable = `${row.charAt(0).toLowerCase()}${row.slice(1)}`;
  const body = writeNode(lf, 0, names, variable, "  ");
  const statistics = lf.thresholds.some((threshold) => threshold?.expression.form === "statistic");
  const parameters = `${variable}: ${row}${statistics ? `, stats: Stats<${row}>` : ""}`;
  const comment = describeLf(lf, names).map((line) => ` * ${line}`);
  return ["/**", ...comment, " */", `export function ${lf.name}(${parameters}) {`, ...body, "}", ""].join("\n");
}

/** Statements that vote as the subtree at `index`. */
function writeNode(lf: WrittenHeuristic, index: number, names: Names, variable: string, indent: string): string[] {
  const { nodes } = lf.heuristic;
  const node = nodes[index]!;
  if (node.type === "leaf") return [`${indent}return ${writeVote(node.vote, names)};`];
  const condition = `${variable}.${names.features[node.feature]!.name} <= ${lf.thresholds[index]!.expression.text}`;
  const [atMost, above] = [nodes[node.atMost]!, nodes[node.above]!];
  if (atMost.type === "leaf" && above.type === "leaf") {
    return [`${indent}return ${condition} ? ${writeVote(atMost.vote, names)} : ${writeVote(above.vote, names)};`];
  }
  const inner = writeNode(lf, node.atMost, names, variable, `${indent}  `);
  const then =
    atMost.type === "leaf"
      ? [`${indent}if (${condition}) return ${writeVote(atMost.vote, names)};`]
      : [`${indent}if (${condition}) {`, ...inner, `${indent}}`];
  return [...then, ...writeNode(lf, node.above, names, variable, indent)];
}

function writeVote(vote: number, { task }: Names): string {
  return vote < 0 ? abstainName : JSON.stringify(task.labels[vote]);
}

/**
 * What an LF looks for and how it did on the validation rows, as lines of its doc comment. Names of fields, labels and
 * statistics and shares alone: nothing that could end the comment, and no value of the data but flagged literals.
 */
function describeLf(lf: GeneratedLf, names: Names): string[] {
  const { validation } = lf;
  const share = (value: number) => value.toFixed(3);
  const byLabel = names.task.labels.flatMap((label, index) => {
    const votes = validation.votes[index as 0 | 1];
    return votes === 0 ? [] : [`${label} ${share(validation.right[index as 0 | 1] / votes)} of ${votes} votes`];
  });
  const literals = lf.thresholds.flatMap((threshold) =>
    threshold?.flagged === true ? [`${threshold.expression.text} of ${names.features[threshold.feature]!.name}`] : [],
  );
  return [
    describeDecision(lf, names),
    `Validation: coverage ${share(validation.coverage)}, precision ${byLabel.join(", ")}, F1 ${share(validation.f1)}.`,
    ...(literals.length === 0
      ? []
      : [
          `Literal: ${literals.join("; ")}. No statistic lies near without loss, so this function is tied to the table that it was found on.`,
        ]),
  ];
}

/** When a heuristic votes for what, in one sentence; of several fields only which. */
export function describeDecision({ heuristic, thresholds }: WrittenHeuristic, { features, task }: Names): string {
  const [root, first, second] = heuristic.nodes;
  if (heuristic.nodes.length === 3 && root?.type === "test" && first?.type === "leaf" && second?.type === "leaf") {
    const { name } = features[root.feature]!;
    const limit = thresholds[0]!.expression.text.replaceAll(`stats.${name}.`, "");
    const low = first.vote < 0 ? [] : [`${task.labels[first.vote]} where ${name} is at most ${limit}`];
    const above = low.length === 0 ? `where ${name} is above ${limit}` : "elsewhere";
    const high = second.vote < 0 ? [] : [`${task.labels[second.vote]} ${above}`];
    return `Votes ${[...low, ...high].join(", ")}.`;
  }
  const tested = heuristic.nodes.flatMap((node) => (node.type === "test" ? [features[node.feature]!.name] : []));
  const fields = [...new Set(tested)];
  return fields.length === 1
    ? `Votes by ranges of ${fields[0]}.`
    : `Votes by ${fields.slice(0, -1).join(", ")} and ${fields.at(-1)} together.`;
}
