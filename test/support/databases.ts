import { randomUUID } from "node:crypto";
import { type Database, openDatabase } from "@flamenco/server";
import t, { type Test } from "tap";
import { startPostgres } from "./postgres.js";

/** One of the two storage backends, for tests that must hold on both. */
export interface Backend {
  readonly name: "pglite" | "postgresql";
  /** The same place gives the same database again. */
  open(place: { directory: string; nodeName: string }): Promise<Database>;
  /** DATABASE_URL for a process that should use it; undefined for the embedded one. */
  readonly databaseUrl: string | undefined;
}

/** A node name that no other test uses. */
export const freshNodeName = (): string => `n-${randomUUID()}`;

const TIMEOUT_MS = 300_000;

const now = () => new Date();

/**
 * Run the same tests over every backend: PGlite always, PostgreSQL where Debian's package is installed. Without it the
 * tests say that they were skipped, and why.
 */
export async function testOnEveryBackend(
  name: string,
  tests: (t: Test, backend: Backend) => Promise<void>,
): Promise<void> {
  // Starting databases and processes takes long on a small machine; nothing here asserts how long.
  t.setTimeout(TIMEOUT_MS);
  await t.test(`${name} on PGlite`, { timeout: TIMEOUT_MS }, (t) =>
    tests(t, {
      name: "pglite",
      databaseUrl: undefined,
      open: ({ directory, nodeName }) => openDatabase({ directory, nodeName }, now),
    }),
  );
  const server = await startPostgres();
  if ("absent" in server) {
    await t.test(`${name} on PostgreSQL`, { skip: server.absent }, () => {});
    return;
  }
  t.teardown(() => server.stop());
  await t.test(`${name} on PostgreSQL`, { timeout: TIMEOUT_MS }, (t) =>
    tests(t, {
      name: "postgresql",
      databaseUrl: server.url,
      open: ({ directory, nodeName }) => openDatabase({ databaseUrl: server.url, directory, nodeName }, now),
    }),
  );
}
