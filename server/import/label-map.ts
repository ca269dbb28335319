import { FlamencoError } from "@flamenco/policies/errors";
import { Name } from "@flamenco/policies/wire";
import { Value } from "@sinclair/typebox/value";
import { sqlText } from "./sql.js";

/** Which values of a file's label column stand for which label of ground truth. */
export interface LabelMap {
  /** Label names, in the order given. */
  readonly labels: readonly string[];
  /** Label of each value that is named. */
  readonly byValue: ReadonlyMap<string, string>;
  /** Label of every other value, or null when those rows have no ground truth. */
  readonly others: string | null;
}

const OTHERS = "*";

/**
 * Read `benign=BENIGN,attack=*`: label name, equals sign, value of the label column; `*` stands for all other values. A
 * label may be given several times. An empty cell is no value: such a row has no ground truth.
 * @throws FLM_USAGE
 */
export function parseLabelMap(text: string): LabelMap {
  const byValue = new Map<string, string>();
  const labels = new Set<string>();
  let others: string | null = null;
  for (const part of text.split(",")) {
    const equals = part.indexOf("=");
    const label = part.slice(0, equals).trim();
    const value = part.slice(equals + 1).trim();
    if (equals === -1 || value === "" || !Value.Check(Name, label)) {
      throw usage("each part is a label name in lower case, an equals sign and a value: benign=BENIGN,attack=*");
    }
    if (value === OTHERS ? others !== null : byValue.has(value)) throw usage(`the value ${value} is given twice`);
    if (value === OTHERS) others = label;
    else byValue.set(value, label);
    labels.add(label);
  }
  if (labels.size > 8) throw usage("a task has at most 8 labels");
  return { labels: [...labels], byValue, others };
}

/**
 * Every label stands for itself.
 * @throws FLM_USAGE for a text that is no label name, or too many
 */
export function sameLabels(texts: readonly string[]): LabelMap {
  if (texts.length > 8) throw usage("a task has at most 8 labels, and the pipeline makes more");
  if (!texts.every((text) => Value.Check(Name, text))) {
    throw usage("a label that the pipeline makes is no label name; say with --labels what it stands for");
  }
  return { labels: texts, byValue: new Map(texts.map((text) => [text, text])), others: null };
}

/** SQL expression of the ground truth of a row, from its label cell (trimmed text, or null). */
export function truthSql(map: LabelMap, cell: string): string {
  const named = [...map.byValue].map(([value, label]) => `WHEN ${cell} = ${sqlText(value)} THEN ${sqlText(label)}`);
  const others = map.others === null ? "NULL" : sqlText(map.others);
  return `CASE WHEN ${cell} IS NULL THEN NULL ${named.join(" ")} ELSE ${others} END`;
}

function usage(why: string): FlamencoError {
  return new FlamencoError("FLM_USAGE", `--labels is not understood: ${why}.`);
}
