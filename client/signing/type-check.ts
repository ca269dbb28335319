import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { TypeProblem } from "@flamenco/language";
import type { Kind, SourceFile } from "@flamenco/policies/wire";
import { limits } from "../limits.js";

/** What the process of the type check is given. */
export interface TypeCheckTask {
  readonly files: readonly SourceFile[];
  readonly kind: Kind;
  readonly labels: readonly string[];
}

const program = fileURLToPath(new URL("./type-check-process.js", import.meta.url));

/**
 * The friendly type check of an editor, for the author alone: the verifier decides without it. Types are a language of their
 * own that can compute for ever and in any amount of memory, and whoever reviews a stranger's package must not suffer from
 * it: a process of its own, with ceilings for both. (V8 ends the whole process where a thread passes its own.)
 * @returns undefined when it was given up
 */
export async function findTypeProblems({ files, kind, labels }: TypeCheckTask): Promise<TypeProblem[] | undefined> {
  const child = spawn(process.execPath, [`--max-old-space-size=${limits.typeCheckMegabytes}`, program], {
    stdio: ["pipe", "pipe", "ignore"],
    timeout: limits.typeCheckMs,
    killSignal: "SIGKILL",
  });
  const answer = text(child.stdout);
  child.stdin.on("error", () => {});
  const task: TypeCheckTask = { files: files.filter(({ path }) => path.endsWith(".ts")), kind, labels };
  child.stdin.end(JSON.stringify(task));
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  return code === 0 ? (JSON.parse(await answer) as TypeProblem[]) : undefined;
}
