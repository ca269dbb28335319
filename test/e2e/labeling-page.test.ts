import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import { repository, runFlamenco } from "../client/support/command-line.js";

// Every command is a process of its own; a busy machine starts them slowly.
t.setTimeout(300_000);

/** A command of the page and what the page says it prints; a line `…` stands for any lines. */
interface Step {
  readonly command: string;
  readonly output: string[];
}

function readSteps(page: string): Step[] {
  const steps: Step[] = [];
  for (const [, block = ""] of page.matchAll(/^```console\n([\s\S]*?)^```/gm)) {
    for (const line of block.trimEnd().split("\n")) {
      if (line.startsWith("$ ")) steps.push({ command: line.slice(2), output: [] });
      else steps.at(-1)?.output.push(line);
    }
  }
  return steps;
}

const escapePattern = (line: string) => line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The page's output as a pattern of the whole text. */
function patternOf(lines: readonly string[]): RegExp {
  const parts = lines.map((line) => (line === "…" ? "(?:.*\\n)*?" : `${escapePattern(line)}[ ]*\\n`));
  return new RegExp(`^${parts.join("")}$`);
}

t.test("the worked example of docs/labeling.md prints what the page says", async (t) => {
  const page = await readFile(join(repository, "docs/labeling.md"), "utf8");
  const steps = readSteps(page);
  t.ok(steps.length >= 6, "the page has a worked example");
  const home = t.testdir();
  await cp(join(repository, "examples"), join(home, "examples"), { recursive: true });
  for (const { command, output } of steps) {
    const [program, ...args] = command.split(" ");
    t.equal(program, "flamenco", command);
    const { code, stdout, stderr } = await runFlamenco(args, { cwd: home });
    t.equal(code, 0, `${command}\n${stderr}`);
    const text = stdout.endsWith("\n") ? stdout : `${stdout}\n`;
    if (!patternOf(output).test(text)) t.equal(text, `${output.join("\n")}\n`, command);
  }
});
