import type { Command } from "commander";
import type { BudgetCommandOptions } from "./budget.js";

/** `budget show`, `history`: what protected releases have cost a dataset. */
export function addBudgetCommands(program: Command, dataDir: string, environment: NodeJS.ProcessEnv): void {
  const budget = program
    .command("budget")
    .description("Privacy budget of a dataset; works while the node runs, and while it does not.")
    .addHelpText("after", "\nExamples:\n  flamenco budget show border\n  flamenco budget history border --json");
  const common = (command: Command): Command =>
    command.option("--data-dir <dir>", "data directory", dataDir).option("--json", "print one line of JSON", false);
  common(budget.command("show <dataset>"))
    .description("Show what is spent and what is left: of the dataset, and of each collaborator by dataset version.")
    .addHelpText("after", "\nExamples:\n  flamenco budget show border\n  flamenco budget show border --json")
    .action(async (dataset: string, options: BudgetCommandOptions) =>
      (await import("./budget.js")).showBudget(dataset, options, environment),
    );
  common(budget.command("history <dataset>"))
    .description("Show every reservation, oldest first: who asked, in which study, and what it cost.")
    .addHelpText("after", "\nExamples:\n  flamenco budget history border\n  flamenco budget history border --json")
    .action(async (dataset: string, options: BudgetCommandOptions) =>
      (await import("./budget.js")).showBudgetHistory(dataset, options, environment),
    );
}
