import { openDatabase, schemaOfNode } from "@flamenco/server";
import t from "tap";
import { freshNodeName } from "../../support/databases.js";
import { startPostgres } from "../../support/postgres.js";

const now = () => new Date();

t.test("long node names do not share a schema, and none is longer than PostgreSQL keeps", (t) => {
  const names = ["a", "a-b", `a${"b".repeat(63)}`, `a${"b".repeat(62)}c`, `a${"-".repeat(63)}`];
  const schemas = names.map(schemaOfNode);
  t.equal(new Set(schemas).size, names.length);
  t.ok(schemas.every((schema) => schema.length <= 63 && /^[a-z0-9_]+$/.test(schema)));
  t.end();
});

t.test("a server that is not there is said without the password", async (t) => {
  const databaseUrl = "postgres://flamenco:hunter2@127.0.0.1:1/flamenco";
  const error = await openDatabase({ databaseUrl, directory: "", nodeName: "worf" }, now).catch((e: Error) => e);
  t.match(error, { code: "FLM_DATABASE" });
  t.notMatch(String((error as Error).message), /hunter2/);
});

const server = await startPostgres();
if ("absent" in server) {
  t.test("a server that goes away", { skip: server.absent }, () => {});
} else {
  t.teardown(() => server.stop());
  t.test("a server that goes away is reported, since its lock went with it", async (t) => {
    const nodeName = freshNodeName();
    const database = await openDatabase({ databaseUrl: server.url, directory: "", nodeName }, now);
    await database.query("SELECT 1");
    await server.disconnectAll();
    t.ok((await database.lost) instanceof Error);
    await database.close().catch(() => {});
    const again = await openDatabase({ databaseUrl: server.url, directory: "", nodeName }, now);
    await again.close();
  });
}
