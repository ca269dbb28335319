import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../../server/bin/flamenco-node.js", import.meta.url));

export interface ProgramRun {
  readonly code: number | null;
  readonly out: string;
}

/** Run a command of the node's program to its end, as an operator does. */
export async function runNodeCommand(
  parameters: readonly string[],
  databaseUrl: string | undefined,
): Promise<ProgramRun> {
  const { DATABASE_URL, ...environment } = process.env;
  const env = databaseUrl === undefined ? environment : { ...environment, DATABASE_URL: databaseUrl };
  const child = spawn(process.execPath, [program, ...parameters], { stdio: ["ignore", "pipe", "ignore"], env });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  const [code] = await once(child, "close");
  return { code: code as number | null, out };
}
