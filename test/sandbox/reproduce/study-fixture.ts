import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { verifyFile } from "@flamenco/language";
import { kindOf } from "@flamenco/policies/wire";
import type { StudyInput, StudyName, StudyTable } from "@flamenco/sandbox/reproduce";

export const repository = fileURLToPath(new URL("../../../../", import.meta.url));

/** A table from columns of cells. */
export function tableOf(columns: Readonly<Record<string, readonly (string | number)[]>>): StudyTable {
  const names = Object.keys(columns);
  return {
    rows: columns[names[0]!]!.length,
    names,
    numbers: (name) => Float64Array.from(columns[name]!, Number),
    texts: (name) => columns[name]!.map(String),
  };
}

/** A small run of a study on tables that are made up. */
export function studyInput(
  study: StudyName,
  data: string,
  readTable: StudyInput["readTable"],
  options: Partial<StudyInput> = {},
): StudyInput {
  const folder = join(repository, "examples", "case-studies", study);
  const { kind, task } = JSON.parse(readFileSync(join(folder, "flamenco.json"), "utf8"));
  const lfs = readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .flatMap((path) => {
      const file = verifyFile(readFileSync(join(folder, path), "utf8"), {
        kind: kindOf(kind),
        labels: task.labels,
        path,
      });
      return file.lfs.map((verified) => ({ name: verified.name, verified }));
    });
  return {
    data,
    examples: join(repository, "examples"),
    small: true,
    seed: 1,
    sources: { labels: task.labels, positive: task.positive, lfs },
    readTable,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...options,
  };
}
