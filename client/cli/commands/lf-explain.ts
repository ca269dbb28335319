import { writeFile } from "node:fs/promises";
import {
  decideLf,
  renderTreeDot,
  renderTreeMermaid,
  renderTreeSvg,
  renderTreeText,
  type VerifiedLf,
} from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import { fieldOf, type Kind } from "@flamenco/policies/wire";
import { type Command, Option } from "commander";
import { codeOf } from "../../keys/index.js";
import { verifySources } from "../../signing/index.js";
import { toBlock, toLine } from "../../terminal/index.js";
import { type CommandContext, defineCommand } from "../command.js";
import { addLfTargetOptions, type LfTargetOptions, readLfTarget } from "../lf-target.js";

const formats = ["text", "svg", "dot", "mermaid", "json"] as const;
type Format = (typeof formats)[number];

interface ExplainOptions extends LfTargetOptions {
  readonly lf?: string;
  readonly format: Format;
  readonly svg?: string;
}

export function lfExplainCommand(): Command {
  return defineCommand<ExplainOptions>({
    usage: "explain <file-or-folder>",
    summary: "show what each labeling function decides, as a tree, and what it reads",
    examples: [
      "flamenco lf explain examples/packages/ntp-ports",
      "flamenco lf explain lfs.ts --lf ntpReflection --svg ntp.svg",
      "flamenco lf explain lfs.ts --lf ntpReflection --format mermaid",
      "flamenco lf explain lfs.ts --json",
    ],
    configure: (command) =>
      void addLfTargetOptions(command)
        .option("--lf <name>", "only this labeling function")
        .addOption(
          new Option("--format <format>", "how trees are written; svg, dot and mermaid show one labeling function")
            .choices(formats)
            .default("text"),
        )
        .option("--svg <file>", "write its tree as a picture too (needs --lf, or a single labeling function)"),
    async action(context, [path = ""], options) {
      const target = await readLfTarget(path, options);
      const { lfs, refusals } = verifySources(target.files, target);
      const chosen = lfs.map(({ lf }) => lf).filter(({ name }) => options.lf === undefined || name === options.lf);
      if (chosen.length === 0) {
        const place = refusals[0] === undefined ? "" : ` ${refusals.length} refused; \`flamenco lf check\` says why.`;
        throw new FlamencoError(
          "FLM_NOT_FOUND",
          `${path} holds no accepted labeling function${options.lf === undefined ? "" : ` ${options.lf}`}.${place}`,
        );
      }
      if (options.svg !== undefined) await writePicture(options.svg, chosen);
      if (context.json || options.format === "json") {
        const lfs = chosen.map((lf) => ({
          name: lf.name,
          description: lf.description,
          certificate: lf.certificate,
          tree: decideLf(lf).tree,
        }));
        context.answer({ kind: target.kind.name, labels: target.labels, lfs, refused: refusals.length });
      } else if (options.format !== "text") {
        context.terminal.out(draw(onlyOne(chosen), options.format));
      } else {
        context.terminal.out(chosen.map((lf) => explain(context, lf, target.kind)).join("\n"));
        if (refusals.length > 0)
          context.terminal.note(`\n${refusals.length} refused; \`flamenco lf check\` says why.\n`);
      }
      return undefined;
    },
  });
}

function draw(lf: VerifiedLf, format: "svg" | "dot" | "mermaid"): string {
  const { tree } = decideLf(lf);
  const title = lf.name;
  const text = { svg: renderTreeSvg, dot: renderTreeDot, mermaid: renderTreeMermaid }[format](tree, { title });
  return text.endsWith("\n") ? text : `${text}\n`;
}

function onlyOne(lfs: readonly VerifiedLf[]): VerifiedLf {
  const [lf] = lfs;
  if (lf === undefined || lfs.length > 1)
    throw new FlamencoError("FLM_USAGE", "A picture shows one labeling function: name it with --lf.");
  return lf;
}

async function writePicture(file: string, lfs: readonly VerifiedLf[]): Promise<void> {
  const lf = onlyOne(lfs);
  try {
    await writeFile(file, renderTreeSvg(decideLf(lf).tree, { title: lf.name }));
  } catch (cause) {
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${file} cannot be written (${codeOf(cause)}).`, { cause });
  }
}

function explain({ colors }: CommandContext, lf: VerifiedLf, kind: Kind): string {
  const fields = lf.certificate.fields.map((name) => {
    const field = fieldOf(kind, name);
    const unit = field?.unit ? ` [${field.unit}]` : "";
    return `  reads ${name}${unit}: ${field?.meaning ?? ""}`;
  });
  const literals = lf.certificate.literals.map(
    ({ field, operator, value }) => `  ties you to your network: ${field} ${operator} ${value}`,
  );
  return [
    `${colors.bold(lf.name)}  ${toLine(lf.description, 400)}`,
    ...fields,
    ...literals.map((line) => colors.yellow(line)),
    "",
    toBlock(renderTreeText(decideLf(lf).tree))
      .trimEnd()
      .replace(/^/gm, "  "),
    "",
  ].join("\n");
}
