import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CommandLine, CommandResult } from "./command-line.js";

// A process that runs one command line after the other, each with an environment and a folder of its own: what Node and the
// command's modules take to load is paid once. What is written goes back to whoever asked.

const client = dirname(createRequire(import.meta.url).resolve("@flamenco/client/package.json"));
const { runCli } = (await import(pathToFileURL(join(client, "dist", "cli", "program.js")).href)) as {
  runCli: (args: readonly string[]) => Promise<void>;
};

async function run({ args, env, cwd }: CommandLine): Promise<CommandResult> {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(cwd);
  const written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    process[name].write = (text: string | Uint8Array) => {
      written[name] += typeof text === "string" ? text : Buffer.from(text).toString();
      return true;
    };
  }
  process.exitCode = undefined;
  await runCli(args);
  const code = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  return { code, ...written };
}

process.on("disconnect", () => process.exit());
let turn: Promise<unknown> = Promise.resolve();
process.on("message", ({ id, line }: { id: number; line: CommandLine }) => {
  turn = turn.then(async () => process.send?.({ id, result: await run(line) }));
});
