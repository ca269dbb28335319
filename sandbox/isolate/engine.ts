import { createRequire } from "node:module";
import { FlamencoError } from "@flamenco/policies/errors";
import type ivm from "isolated-vm";

const require = createRequire(import.meta.url);

/**
 * True for versions of isolated-vm without a known escape: GHSA-864f-rcv7-6rh4 was fixed in 6.2.0 and, on the next line,
 * in 7.0.1.
 */
export function isSafeVersion(version: string): boolean {
  const match = /^(\d+)\.(\d+)\.(\d+)$/.exec(version);
  if (match === null) return false;
  const [major, minor, patch] = match.slice(1).map(Number) as [number, number, number];
  return major > 7 || (major === 7 && (minor > 0 || patch > 0)) || (major === 6 && minor >= 2);
}

/** The installed isolated-vm's version as its package says; undefined when it is not installed. */
export function installedIsolates(): unknown {
  try {
    return (require("isolated-vm/package.json") as { version: unknown }).version;
  } catch {
    return undefined;
  }
}

/**
 * Load isolated-vm, the version being looked at before its native code is.
 * @throws FLM_WORKER_ENGINE when its version has a known escape, or when it does not load in this Node
 */
export function loadIsolateEngine(): typeof ivm {
  const version = installedIsolates();
  let engine: typeof ivm | undefined;
  try {
    if (typeof version === "string" && isSafeVersion(version)) engine = require("isolated-vm") as typeof ivm;
  } catch (cause) {
    throw new FlamencoError("FLM_WORKER_ENGINE", "isolated-vm does not load in this Node.", { cause });
  }
  if (version === undefined) throw new FlamencoError("FLM_WORKER_ENGINE", "isolated-vm is not installed.");
  if (engine === undefined) {
    throw new FlamencoError(
      "FLM_WORKER_ENGINE",
      "The installed isolated-vm has a known escape; 7.0.1 or newer is needed.",
    );
  }
  return engine;
}
