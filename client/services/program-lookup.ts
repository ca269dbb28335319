import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { parseDocument } from "@flamenco/policies/wire";
import { Type } from "@sinclair/typebox";

/** Programs of the other parts. The client runs them and never imports them. */
const programs = {
  "flamenco-node": "@flamenco/server",
  "flamenco-registry": "@flamenco/registry",
  "flamenco-desk": "@flamenco/sandbox",
} as const;
export type ServiceProgram = keyof typeof programs;

const Manifest = Type.Object({ bin: Type.Record(Type.String(), Type.String()) });

/**
 * Path of a service's program, found through module resolution, so that it works in the repository and wherever the
 * service is installed beside the client.
 * @throws FLM_NOT_INSTALLED
 */
export function findProgram(program: ServiceProgram): string {
  const name = programs[program];
  const require = createRequire(import.meta.url);
  try {
    const manifestPath = require.resolve(`${name}/package.json`);
    const { bin } = parseDocument(Manifest, require(manifestPath), "package.json");
    const path = bin[program];
    if (path !== undefined) return join(dirname(manifestPath), path);
  } catch (cause) {
    throw notInstalled(program, name, cause);
  }
  throw notInstalled(program, name);
}

function notInstalled(program: string, name: string, cause?: unknown): FlamencoError {
  return new FlamencoError(
    "FLM_NOT_INSTALLED",
    `This needs the program ${program} of ${name}, which is not installed beside the client.`,
    {
      cause,
    },
  );
}
