import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

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

/** A command line as it is run: nothing of the caller's surroundings is added. */
export interface CommandLine {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** Groups that the client answers itself, in one process for many command lines; others hand over to programs of their own. */
const answeredHere: ReadonlySet<string> = new Set(["keys", "lf", "study"]);
/** Commands of those groups that another program answers. */
const handedOn: ReadonlySet<string> = new Set(["generate", "suggest"]);

/** Run `flamenco` for real, with nothing of the environment but PATH. */
export async function runFlamenco(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { dataDir, env = {}, cwd = repository } = options;
  const line = {
    args,
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: "/nonexistent",
      ...(dataDir === undefined ? {} : { FLAMENCO_DATA_DIR: dataDir }),
      ...env,
    },
  };
  const [group = "", command = ""] = args;
  return answeredHere.has(group) && !handedOn.has(command) ? askHost(line) : runAlone(line);
}

async function runAlone({ args, cwd, env }: CommandLine): Promise<CommandResult> {
  const child = spawn(process.execPath, [program, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"], env });
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

interface Asker {
  readonly resolve: (result: CommandResult) => void;
  readonly reject: (error: Error) => void;
}

let host: ChildProcess | undefined;
const waiting = new Map<number, Asker>();
let asked = 0;

/** The host stays until this process ends, and keeps it from ending only while an answer is awaited. */
function askHost(line: CommandLine): Promise<CommandResult> {
  if (host === undefined) {
    const started = fork(fileURLToPath(new URL("command-host.js", import.meta.url)), { execArgv: [] });
    started.on("message", ({ id, result }: { id: number; result: CommandResult }) => {
      waiting.get(id)?.resolve(result);
      waiting.delete(id);
      if (waiting.size === 0) started.channel?.unref();
    });
    started.on("exit", () => {
      for (const { reject } of waiting.values()) reject(new Error("The host of commands ended before its answer."));
      waiting.clear();
      host = undefined;
    });
    started.unref();
    host = started;
  }
  const child = host;
  child.channel?.ref();
  const id = asked++;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    child.send({ id, line });
  });
}

/** The one JSON document of a command with --json. */
export function documentOf<T = Record<string, unknown>>({ stdout }: CommandResult): T {
  return JSON.parse(stdout) as T;
}
