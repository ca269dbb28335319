import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { enableProdMode, getBackend, setBackend } from "@tensorflow/tfjs-core";

/** What computes networks, the fastest first: the native library, WebAssembly with SIMD, plain JavaScript. */
export const backendNames = ["tensorflow", "wasm", "cpu"] as const;
export type BackendName = (typeof backendNames)[number];

/**
 * A package that Flamenco does not depend on, since it is compiled for one platform: used where its owner installed it. The
 * type keeps compilers and bundlers from asking for it.
 */
const NATIVE_PACKAGE: string = "@tensorflow/tfjs-node";

const require = createRequire(import.meta.url);

/** Registers a backend with TensorFlow.js. */
const loaders: Readonly<Record<BackendName, (nativePackage: string) => Promise<void>>> = {
  async tensorflow(nativePackage) {
    await import(nativePackage);
  },
  async wasm() {
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    // A file beside the module: nothing is fetched.
    setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")), "/"));
  },
  async cpu() {
    await import("@tensorflow/tfjs-backend-cpu");
  },
};

/** TensorFlow.js has one backend at a time in a thread. */
let opened: Promise<BackendName> | undefined;

/** The backend that computes networks in this thread: the fastest that loads, unless one was opened before. @throws FLM_NOT_INSTALLED */
export function currentBackend(): Promise<BackendName> {
  return opened ?? openBackend(backendNames);
}

/**
 * Make TensorFlow.js compute with the first of the named backends that loads here.
 * @param nativePackage module of the native backend
 * @throws FLM_NOT_INSTALLED when none loads
 */
export function openBackend(names: readonly BackendName[], nativePackage = NATIVE_PACKAGE): Promise<BackendName> {
  opened = loadFirst(names, nativePackage);
  return opened;
}

async function loadFirst(names: readonly BackendName[], nativePackage: string): Promise<BackendName> {
  // Else it prints advice to install the native package.
  enableProdMode();
  const crashHandlers = listCrashHandlers();
  for (const name of names) {
    try {
      await loaders[name](nativePackage);
      if ((await setBackend(name)) && getBackend() === name) return name;
    } catch {
      // Not installed, not for this platform, or WebAssembly is not to be had: the next one.
    } finally {
      dropCrashHandlers(crashHandlers);
    }
  }
  throw new FlamencoError("FLM_NOT_INSTALLED", `TensorFlow.js has no backend that loads here (${names.join(", ")}).`);
}

const crashEvents = ["uncaughtException", "unhandledRejection"] as const;
type CrashHandlers = ReadonlyMap<string, ReadonlySet<unknown>>;

function listCrashHandlers(): CrashHandlers {
  return new Map(
    crashEvents.map((event) => [event, new Set<unknown>(process.listeners(event as "uncaughtException"))]),
  );
}

/** The WebAssembly module adds handlers that print what a program dies of; in a sealed worker that may quote a row. */
function dropCrashHandlers(before: CrashHandlers): void {
  for (const event of crashEvents) {
    for (const listener of process.listeners(event as "uncaughtException")) {
      if (!before.get(event)?.has(listener)) process.off(event, listener);
    }
  }
}
