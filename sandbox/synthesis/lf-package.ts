import { authorTypes, type Refusal, verifyFile } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import {
  type Kind,
  type LocalKind,
  localKindName,
  PackageDescription,
  parseDocument,
  type Task,
} from "@flamenco/policies/wire";
import { writeLfSources } from "./lf-source.js";
import type { GeneratedLf } from "./synthesis.js";
import type { SynthesisTable } from "./synthesis-table.js";

export interface LfPackageInput {
  /** `namespace/name`. */
  readonly name: string;
  readonly lfs: readonly GeneratedLf[];
  readonly features: SynthesisTable["features"];
  readonly task: Task;
  readonly kind: Kind;
  readonly local: LocalKind | null;
}

/** An author's package folder as texts by path. */
export interface LfPackage {
  readonly files: ReadonlyMap<string, string>;
  /** Those of them that hold LFs. */
  readonly sources: readonly string[];
}

/**
 * Files of a package of generated LFs, as `lf init` would make them. Every source has passed the verifier.
 * @throws FLM_LF_REFUSED when it has not; FLM_SCHEMA for a name that is no package's
 */
export function writeLfPackage({ name, lfs, features, task, kind, local }: LfPackageInput): LfPackage {
  const description = parseDocument(
    PackageDescription,
    {
      name,
      version: "0.1.0",
      kind: kind.name,
      task,
      license: "Apache-2.0",
      description:
        "Labeling functions found by a search over the labeled rows of a table (Snuba). Read them before you use them.",
      authors: [{ name: name.split("/")[0]! }],
    },
    "package description",
  );
  const sources = writeLfSources(lfs, { features, task }, kind);
  const refusals = sources.flatMap(({ path, text }) => verifyFile(text, { kind, labels: task.labels, path }).refusals);
  if (refusals.length > 0) throw refused(refusals);
  const files = new Map([
    ["flamenco.json", toJson(description)],
    ...sources.map(({ path, text }) => [path, text] as const),
    ...(local === null ? [] : [["kind.json", toJson(local)] as const]),
    ["README.md", writeReadme(name, task, kind)],
    ["flamenco-lf.d.ts", authorTypes(kind, task.labels)],
    ["tsconfig.json", toJson(editorConfig)],
  ]);
  return { files, sources: sources.map(({ path }) => path) };
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

function toJson(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

function writeReadme(name: string, task: Task, kind: Kind): string {
  const own =
    kind.name !== localKindName
      ? `Rows are of the kind \`${kind.name}\`: the package can be published as it is.`
      : `\`kind.json\` says which columns of the table the fields are. Nodes do not know this kind: to publish, rename the columns to the
fields of a kind and search again.`;
  return `# ${name}

Labeling functions found by \`flamenco lf generate\` for the labels ${task.labels.join(" and ")}. Each comment says how its function did
on the validation rows. Statistics (\`stats.…\`) carry over to other networks; a literal is tied to the table it was found on.

${own}

- Check: \`flamenco lf check .\`; see what each decides: \`flamenco lf explain .\`
- Try: \`flamenco lf test . --data FILE.csv --labels-column NAME\`
`;
}

function refused(refusals: readonly Refusal[]): FlamencoError {
  const details = refusals.map(({ path, line, column, message, code }) => ({
    at: `${path}:${line}:${column}`,
    message: `${message} (${code})`,
  }));
  return new FlamencoError("FLM_LF_REFUSED", "The verifier refuses what was generated.", { details });
}
