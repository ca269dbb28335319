import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findEngine } from "@flamenco/sandbox/worker";
import t from "tap";

/**
 * Run the tests of a compiled file in the worker's engine: isolated-vm does not load in the Node that runs the tests.
 * @param file the test file beside the caller, as a URL
 */
export async function testInEngine(file: URL): Promise<void> {
  const path = fileURLToPath(file);
  if (!existsSync(path)) throw new Error(`There is no ${path}.`);
  const { path: node } = await findEngine();
  await t.spawn(
    node,
    ["--no-node-snapshot", "--enable-source-maps", path],
    { env: { LIBC: "glibc" } },
    "in the engine",
  );
}
