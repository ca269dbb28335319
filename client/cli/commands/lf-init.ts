import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { kindOf, PackageDescription, parseDocument } from "@flamenco/policies/wire";
import type { Command } from "commander";
import { codeOf } from "../../keys/index.js";
import { defineCommand } from "../command.js";
import { splitList } from "../common-options.js";
import { scaffoldPackage } from "../package-scaffold.js";

interface InitOptions {
  readonly name: string;
  readonly kind: string;
  readonly task: string;
  readonly labels: string;
  readonly positive?: string;
  readonly author?: string;
}

export function lfInitCommand(): Command {
  return defineCommand<InitOptions>({
    usage: "init <folder>",
    summary: "make a package folder that passes the check, with types for your editor",
    examples: [
      "flamenco lf init my-lfs --name alice/ntp",
      'flamenco lf init slow-paths --name alice/slow-paths --kind rtt/1 --task congestion --labels normal,congested --author "Alice Ruiz"',
    ],
    configure: (command) =>
      void command
        .requiredOption("--name <namespace/name>", "name of the package")
        .option("--kind <kind>", "kind of rows that it labels", "flow/1")
        .option("--task <id>", "the question asked of the data", "ddos")
        .option("--labels <list>", "labels of the task, in order", "benign,attack")
        .option("--positive <label>", "label whose F1 counts (default: the first)")
        .option("--author <name>", "your name (default: the namespace)"),
    async action({ terminal, colors, json, answer }, [folder = ""], options) {
      const description = describePackage(options);
      const files = scaffoldPackage(description, kindOf(description.kind));
      await writeFiles(folder, files);
      if (json) answer({ folder, files: [...files.keys()], description });
      else {
        terminal.out(`Made ${colors.bold(description.name)} in ${folder}: ${[...files.keys()].join(", ")}\n`);
        terminal.out(
          `Next: edit ${join(folder, "lfs.ts")}, then\n  flamenco lf check ${folder}\n  flamenco lf test ${folder}\n  flamenco lf publish ${folder} --key NAME\n`,
        );
      }
      return undefined;
    },
  });
}

function describePackage({ name, kind, task, labels, positive, author }: InitOptions): PackageDescription {
  const list = splitList(labels);
  const chosen = positive ?? list[0] ?? "";
  if (!list.includes(chosen))
    throw new FlamencoError("FLM_USAGE", `--positive ${chosen} is not one of the labels ${list.join(", ")}.`);
  const description = {
    name,
    version: "0.1.0",
    kind,
    task: { id: task, labels: list, positive: chosen },
    license: "Apache-2.0",
    description: "What these labeling functions look for, in one or two sentences.",
    authors: [{ name: author ?? name.split("/")[0] }],
  };
  return parseDocument(PackageDescription, description, "package description");
}

/** Nothing is overwritten: a file that is there already stops the command before the first is written (and `wx` after). */
async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const there = (await readdir(folder)).find((name) => files.has(name));
    if (there !== undefined)
      throw new FlamencoError("FLM_FILE_EXISTS", `${join(folder, there)} exists already; nothing was written.`);
    for (const [name, text] of files) await writeFile(join(folder, name), text, { flag: "wx" });
  } catch (cause) {
    if (cause instanceof FlamencoError) throw cause;
    const code = codeOf(cause);
    if (code === "EEXIST")
      throw new FlamencoError("FLM_FILE_EXISTS", `${folder} is there already, or is no folder.`, { cause });
    if (code === "ENOSPC")
      throw new FlamencoError("FLM_DISK_FULL", `The disk is full; ${folder} is incomplete.`, { cause });
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${folder} cannot be written (${code}).`, { cause });
  }
}
