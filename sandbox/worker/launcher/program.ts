import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, parse } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

/** The program that runs behind the walls, and the files that it consists of. */
export interface WorkerProgram {
  /** Absolute path of its entry, a JavaScript file. */
  readonly entry: string;
  /** Folders that hold its code. */
  readonly folders: readonly string[];
}

/** Our own packages that the worker imports. */
const ownPackages = ["@flamenco/sandbox", "@flamenco/language", "@flamenco/policies"];

/** Every `node_modules` that module resolution looks into from `folder` upwards, there or not: to look is to read. */
function moduleFolders(folder: string): string[] {
  const folders: string[] = [];
  for (let current = folder; ; current = dirname(current)) {
    folders.push(join(current, "node_modules"));
    if (current === parse(current).root) return folders;
  }
}

/** The sealed worker. Found from this file, so it works in the repository and wherever the package is installed. */
export function workerProgram(): WorkerProgram {
  const entry = fileURLToPath(new URL("../sealed/entry.js", import.meta.url));
  const folders = new Set<string>();
  for (const name of ownPackages) {
    const folder = realpathSync(dirname(require.resolve(`${name}/package.json`)));
    folders.add(folder);
    for (const modules of moduleFolders(folder)) {
      folders.add(modules);
      if (existsSync(modules)) folders.add(realpathSync(modules));
    }
  }
  return { entry, folders: [...folders] };
}
