import { authorTypes } from "@flamenco/language";
import type { Kind, PackageDescription } from "@flamenco/policies/wire";

/** Files of a new package by name: one that passes the check as it is, and that an editor completes without a network. */
export function scaffoldPackage(description: PackageDescription, kind: Kind): Map<string, string> {
  return new Map([
    ["flamenco.json", `${JSON.stringify(description, null, 2)}\n`],
    ["lfs.ts", writeSource(description, kind)],
    ["README.md", writeReadme(description)],
    ["flamenco-lf.d.ts", authorTypes(kind, description.task.labels)],
    ["tsconfig.json", `${JSON.stringify(editorConfig, null, 2)}\n`],
  ]);
}

const editorConfig = {
  compilerOptions: {
    target: "es2022",
    module: "esnext",
    moduleResolution: "bundler",
    strict: true,
    noEmit: true,
    types: [],
  },
  include: ["**/*.ts"],
};

/** A field that every row of the kind has and that differs among rows, and the name of the row's type. */
const starters: Readonly<Record<string, { readonly row: string; readonly type: string; readonly field: string }>> = {
  flow: { row: "flow", type: "Flow", field: "packets" },
  rtt: { row: "sample", type: "Rtt", field: "rttMs" },
  mosaic: { row: "flow", type: "Mosaic", field: "packets" },
};

function writeSource({ task }: PackageDescription, kind: Kind): string {
  const starter = starters[kind.name.split("/")[0] ?? ""] ?? {
    row: "row",
    type: "Row",
    field: kind.fields[0]?.name ?? "",
  };
  const { row, type, field } = starter;
  const [first, second] = task.labels.map((label) => JSON.stringify(label));
  return `import { ABSTAIN, type ${type}, type Stats } from "@flamenco/lf";

/** Small values of ${field}: at most the quarter of this dataset that has the least. */
export function low${capitalize(field)}(${row}: ${type}, stats: Stats<${type}>) {
  return ${row}.${field} <= stats.${field}.p25 ? ${first} : ABSTAIN;
}

/** Unusually large values of ${field}: two standard deviations above this dataset's mean. */
export function high${capitalize(field)}(${row}: ${type}, stats: Stats<${type}>) {
  return ${row}.${field} >= stats.${field}.mean + 2 * stats.${field}.sd ? ${second} : ABSTAIN;
}
`;
}

function capitalize(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function writeReadme({ name, kind, task }: PackageDescription): string {
  return `# ${name}

Labeling functions for the task \`${task.id}\` (${task.labels.join(", ")}) on \`${kind}\` rows.

- \`lfs.ts\`: one exported function is one labeling function; its doc comment is its description in the registry.
- \`flamenco.json\`: name, version, kind, task, license, authors. Raise the version before you publish again.
- \`flamenco-lf.d.ts\`, \`tsconfig.json\`: for your editor alone; they are not published.

Check with \`flamenco lf check .\`, see what each decides with \`flamenco lf explain .\`, publish with
\`flamenco lf publish . --key NAME\`.
`;
}
