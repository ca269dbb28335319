export type { Database, Queryable, SqlValue } from "./database.js";
export { type Migration, migrateDatabase, migrations } from "./migrate.js";
export { type DatabaseLocation, openDatabase } from "./open-database.js";
export { schemaOfNode } from "./postgres-database.js";
