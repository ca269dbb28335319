import type { Command } from "commander";
import { packPackage } from "../../signing/index.js";
import { toBlock } from "../../terminal/index.js";
import { defineCommand } from "../command.js";
import {
  addKeyOption,
  addRegistryOption,
  type KeyOption,
  openKey,
  openRegistry,
  type RegistryOption,
} from "../common-options.js";

export function lfPublishCommand(): Command {
  return defineCommand<RegistryOption & KeyOption>({
    usage: "publish <folder>",
    summary: "verify, sign and publish a package; a published version never changes",
    examples: [
      "flamenco lf publish my-lfs --key alice",
      "flamenco lf publish my-lfs --key alice --registry http://127.0.0.1:7610 --json",
    ],
    configure: (command) => void addKeyOption(addRegistryOption(command)),
    async action({ terminal, colors, json, dataDir, answer }, [folder = ""], options) {
      const registry = openRegistry(options);
      const packed = await packPackage(folder, await openKey(options, dataDir));
      const published = await registry.publish(packed.bundle);
      const { name, version, id } = packed.reference;
      if (json) {
        answer({
          package: packed.reference,
          new: published.new,
          lfs: packed.manifest.lfs,
          warnings: packed.verification.warnings,
        });
        return undefined;
      }
      for (const { path, line, message } of packed.verification.warnings) {
        terminal.note(`${colors.yellow("warning")} ${path}:${line} ${toBlock(message)}\n`);
      }
      const count = packed.manifest.lfs.length;
      terminal.out(
        `${published.new ? "Published" : "Was published already:"} ${colors.bold(`${name}@${version}`)} with ${count} labeling ${count === 1 ? "function" : "functions"}\n` +
          `${colors.dim(`sha256 ${id}`)}\n`,
      );
      return undefined;
    },
  });
}
