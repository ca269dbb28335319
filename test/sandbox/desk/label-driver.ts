// Runs many command lines of flamenco-desk in one process, since starting one costs more than most commands: reads a JSON list of
// arguments a line, answers a JSON line with what the process would have printed and ended with.
import { createInterface } from "node:readline";
import { isFlamencoError } from "@flamenco/policies/errors";
import { type Command, CommanderError } from "commander";

const { buildProgram } = (await import(new URL("../../../../sandbox/dist/desk/program.js", import.meta.url).href)) as {
  buildProgram: (wanted: readonly string[]) => Promise<Command>;
};
const writeAnswer = process.stdout.write.bind(process.stdout);

function overrideExits(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) overrideExits(child);
}

async function run(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let code = 0;
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    process[stream].write = (text: string | Uint8Array) => {
      printed[stream] += text;
      return true;
    };
  }
  const program = await buildProgram(args);
  overrideExits(program);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) code = error.exitCode === 0 ? 0 : 2;
    else if (isFlamencoError(error)) {
      code = error.code === "FLM_USAGE" ? 2 : 1;
      printed.stderr += `${error.code}: ${error.message}`;
    } else {
      code = 70;
      printed.stderr += String(error);
    }
  }
  return { code, ...printed };
}

for await (const line of createInterface({ input: process.stdin })) {
  writeAnswer(`${JSON.stringify(await run(JSON.parse(line)))}\n`);
}
