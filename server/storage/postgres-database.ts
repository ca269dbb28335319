import { FlamencoError } from "@flamenco/policies/errors";
import { sha256 } from "@flamenco/policies/trust";
import pg from "pg";
import { limits } from "../limits.js";
import type { Database, Queryable, SqlValue } from "./database.js";

/** PostgreSQL cuts identifiers silently at this length, which would let two nodes share one schema. */
const IDENTIFIER_BYTES = 63;

/** Schema of a node: a server can hold many nodes. Node names have no underscore, so that the mapping is one to one. */
export function schemaOfNode(nodeName: string): string {
  const schema = `flamenco_${nodeName.replaceAll("-", "_")}`;
  return schema.length <= IDENTIFIER_BYTES ? schema : `${schema.slice(0, 40)}__${sha256(nodeName).slice(0, 16)}`;
}

const adapt = (target: pg.Pool | pg.PoolClient): Queryable => ({
  query: async <Row extends object>(sql: string, values: readonly SqlValue[] = []) =>
    (await target.query<Row & pg.QueryResultRow>(sql, [...values])).rows,
});

/** 63-bit advisory lock key of a schema. */
function lockKeyOf(schema: string): string {
  return (BigInt(`0x${sha256(schema).slice(0, 16)}`) >> 1n).toString();
}

/**
 * Hold the node's advisory lock on a connection of its own for as long as the process lives: the server frees it when the
 * process dies, however it dies.
 */
async function takeLock(
  connectionString: string,
  schema: string,
): Promise<{ client: pg.Client; lost: Promise<Error> }> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: limits.databaseTimeoutMs,
    keepAlive: true,
  });
  const lost = new Promise<Error>((resolve) => {
    client.on("error", resolve);
    client.on("end", () => resolve(new Error("The connection that holds the node's lock was closed.")));
  });
  await client.connect();
  const { rows } = await client.query<{ locked: boolean }>("SELECT pg_try_advisory_lock($1::bigint) AS locked", [
    lockKeyOf(schema),
  ]);
  if (rows[0]?.locked !== true) {
    await client.end();
    throw new FlamencoError("FLM_DATA_DIR_LOCKED", `Another process runs this node on the same database (${schema}).`);
  }
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  return { client, lost };
}

/**
 * A PostgreSQL 14+ server, one schema per node.
 * @throws FLM_DATABASE when the server cannot be used (never quoting the address: it holds a password);
 * FLM_DATA_DIR_LOCKED when another process runs the node.
 */
export async function openPostgresDatabase(connectionString: string, nodeName: string): Promise<Database> {
  const schema = schemaOfNode(nodeName);
  const { client: lockClient, lost } = await takeLock(connectionString, schema).catch((cause: unknown) => {
    if (cause instanceof FlamencoError) throw cause;
    throw new FlamencoError("FLM_DATABASE", "The PostgreSQL server of DATABASE_URL cannot be used.", { cause });
  });
  const pool = new pg.Pool({
    connectionString,
    max: limits.databaseConnections,
    connectionTimeoutMillis: limits.databaseTimeoutMs,
    statement_timeout: limits.databaseTimeoutMs,
    // Awaited by the pool before the connection is given out.
    onConnect: async (client) => {
      await client.query(`SET search_path TO ${schema}`);
    },
  });
  // An idle connection that breaks is replaced on the next query; without a listener it would end the process.
  pool.on("error", () => {});
  return {
    ...adapt(pool),
    backend: "postgresql",
    lost,
    // The server confirms what is on its disk.
    flush: async () => {},
    transaction: async (work) => {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        await client.query("BEGIN");
        const value = await work(adapt(client));
        await client.query("COMMIT");
        return value;
      } catch (cause) {
        await client.query("ROLLBACK").catch((error: Error) => {
          broken = error;
        });
        throw cause;
      } finally {
        client.release(broken);
      }
    },
    close: async () => {
      await pool.end();
      await lockClient.end();
    },
  };
}
