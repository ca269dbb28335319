import { featuresOf, type Heuristic } from "./decision-heuristic.js";
import type { SynthesisTable } from "./synthesis-table.js";

/** Characters that a field contributes to the name of a function, whose ceiling is 64. */
const FIELD_CHARACTERS = 40;
const JOINED_CHARACTERS = 15;

/**
 * Name of an LF: `smallBytesAttack` when few bytes speak for an attack, `largeBytesBenign` when only many bytes speak,
 * `bytesAndPackets` over several fields; numbered when taken.
 */
export function nameHeuristic(
  heuristic: Heuristic,
  { features, task }: Pick<SynthesisTable, "features" | "task">,
  taken: ReadonlySet<string>,
): string {
  const fields = featuresOf(heuristic).map((feature) => camel(features[feature]!.name));
  const stem = fields.length === 1 ? nameOneField(heuristic, fields[0]!, task.labels) : joinFields(fields);
  for (let number = 2, name = stem; ; number++) {
    if (!taken.has(name)) return name;
    name = `${stem}${number}`;
  }
}

function nameOneField({ nodes }: Heuristic, field: string, labels: readonly string[]): string {
  const capital = capitalize(field).slice(0, FIELD_CHARACTERS);
  const [root, first, second] = nodes;
  if (nodes.length > 3 || root?.type !== "test" || first?.type !== "leaf" || second?.type !== "leaf")
    return `rangesOf${capital}`;
  const [side, vote] = first.vote >= 0 ? ["small", first.vote] : ["large", second.vote];
  return `${side}${capital}${capitalize(camel(labels[vote]!)).slice(0, JOINED_CHARACTERS)}`;
}

function joinFields(fields: readonly string[]): string {
  const [first = "", ...others] = fields.map((field) => field.slice(0, JOINED_CHARACTERS));
  const rest = others.map((field) => `And${capitalize(field)}`).join("");
  return /^[a-z_]/.test(first) ? `${first}${rest}` : `by${capitalize(first)}${rest}`;
}

/** `flow_iat_min` and `drdos-ntp` as `flowIatMin` and `drdosNtp`. */
function camel(name: string): string {
  const text = name.replace(/[-_]+([A-Za-z0-9])?/g, (_all, letter: string | undefined) => letter?.toUpperCase() ?? "");
  return text.charAt(0).toLowerCase() + text.slice(1) || "field";
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
