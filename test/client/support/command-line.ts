import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const clientFolder = dirname(createRequire(import.meta.url).resolve("@flamenco/client/package.json"));

/** The repository. */
export const repository = dirname(clientFolder);
/** The program that `npx flamenco` runs. */
export const program = join(clientFolder, "bin", "flamenco.js");

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly dataDir?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Run `flamenco` for real. */
export async function runFlamenco(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { dataDir, env = {}, cwd = repository } = options;
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      HOME: "/nonexistent",
      ...(dataDir === undefined ? {} : { FLAMENCO_DATA_DIR: dataDir }),
      ...env,
    },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  await once(child, "close");
  return { code: child.exitCode, stdout, stderr };
}

/** The one JSON document of a command with --json. */
export function documentOf<T = Record<string, unknown>>({ stdout }: CommandResult): T {
  return JSON.parse(stdout) as T;
}
