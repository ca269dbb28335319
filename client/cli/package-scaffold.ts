import { authorTypes } from "@flamenco/language";
import type { Kind, PackageDescription } from "@flamenco/policies/wire";

/** Files of a new package by name: one that passes the check as it is, and that an editor completes without a network. */
export function scaffoldPackage(description: PackageDescription, kind: Kind): Map<string, string> {
  return new Map([
    ["flamenco.json", `${JSON.stringify(description, null, 2)}\n`],
    ["lfs.ts", writeSource(description, kind)],
    ["lfs.test.json", `${JSON.stringify(writeCases(description, kind), null, 2)}\n`],
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

const starterOf = (kind: Kind) =>
  starters[kind.name.split("/")[0] ?? ""] ?? { row: "row", type: "Row", field: kind.fields[0]?.name ?? "" };

/** Rows with the vote that the starting functions give them: one each way, and a missing value. */
function writeCases({ task }: PackageDescription, kind: Kind): unknown {
  const { field } = starterOf(kind);
  const [low, high] = [`low${capitalize(field)}`, `high${capitalize(field)}`];
  const [first, second] = task.labels;
  return {
    stats: { [field]: { p25: 10, mean: 20, sd: 5 } },
    cases: [
      { lf: low, row: { [field]: 4 }, expect: first },
      { lf: low, row: { [field]: 11 }, expect: null },
      { lf: low, row: { [field]: null }, expect: null },
      { lf: high, row: { [field]: 30 }, expect: second },
      { lf: high, row: { [field]: 29 }, expect: null },
    ],
  };
}

function writeSource({ task }: PackageDescription, kind: Kind): string {
  const { row, type, field } = starterOf(kind);
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
- \`lfs.test.json\`: your tests. Each case names a labeling function, a row, statistics, and the label that you expect
  (\`null\`: it abstains). Not published.
- \`flamenco-lf.d.ts\`, \`tsconfig.json\`: for your editor alone; they are not published.

1. Check: \`flamenco lf check .\`; see what each decides: \`flamenco lf explain .\`
2. Test: \`flamenco lf test .\` runs your cases; \`flamenco lf test . --mock 1000\` votes on made-up rows;
   \`flamenco lf test . --data FILE.csv --labels-column NAME\` on your own, and shows the rows where a vote is wrong.
3. Publish: \`flamenco lf publish . --key NAME\`
`;
}
