import { join } from "node:path";
import { migrateDatabase, migrations } from "@flamenco/server";
import { freshNodeName, testOnEveryBackend } from "../../support/databases.js";

await testOnEveryBackend("the database", async (t, backend) => {
  const nodeName = freshNodeName();
  const directory = join(t.testdir(), "database");
  const database = await backend.open({ directory, nodeName });
  t.equal(database.backend, backend.name);
  await database.query("CREATE TABLE things (id integer PRIMARY KEY, word text, at timestamptz, flag boolean)");

  await t.test("returns what was stored, with the same types on every backend", async (t) => {
    const at = new Date("2020-02-29T12:34:56.789Z");
    const rows = await database.query(
      "INSERT INTO things VALUES ($1, $2, $3, $4), (2, NULL, NULL, NULL) RETURNING id, word, at, flag",
      [1, "naïve ✓ \"quoted\" 'and' \\ {json: 1}", at, true],
    );
    t.strictSame(rows, [
      { id: 1, word: "naïve ✓ \"quoted\" 'and' \\ {json: 1}", at, flag: true },
      { id: 2, word: null, at: null, flag: null },
    ]);
  });

  await t.test("keeps text of several megabytes byte for byte", async (t) => {
    const text = '✓\u0001"\\'.repeat(600_000);
    const [row] = await database.query<{ text: string }>("SELECT $1::text AS text", [text]);
    t.ok(row?.text === text);
  });

  await t.test("commits a transaction as a whole", async (t) => {
    await database.transaction(async (transaction) => {
      await transaction.query("INSERT INTO things (id) VALUES (10)");
      await transaction.query("INSERT INTO things (id) VALUES (11)");
    });
    t.equal((await database.query("SELECT id FROM things WHERE id >= 10")).length, 2);
  });

  await t.test("rolls a transaction back as a whole, and goes on working", async (t) => {
    const broken = database.transaction(async (transaction) => {
      await transaction.query("INSERT INTO things (id) VALUES (20)");
      await transaction.query("INSERT INTO things (id) VALUES (20)");
    });
    await t.rejects(broken, { code: "23505" });
    t.same(await database.query("SELECT id FROM things WHERE id = 20"), []);
  });

  await t.test("rolls back when the caller fails between two statements", async (t) => {
    const broken = database.transaction(async (transaction) => {
      await transaction.query("INSERT INTO things (id) VALUES (30)");
      throw new Error("stop");
    });
    await t.rejects(broken, { message: "stop" });
    t.same(await database.query("SELECT id FROM things WHERE id = 30"), []);
  });

  await t.test("lets one of many concurrent compare-and-set updates win", async (t) => {
    await database.query("INSERT INTO things (id, word) VALUES (40, 'free')");
    const attempts = Array.from({ length: 8 }, () =>
      database.transaction((transaction) =>
        transaction.query("UPDATE things SET word = 'taken' WHERE id = 40 AND word = 'free' RETURNING id"),
      ),
    );
    const winners = (await Promise.all(attempts)).filter((rows) => rows.length === 1);
    t.equal(winners.length, 1);
  });

  await t.test("finds its rows again after it was closed", async (t) => {
    await database.close();
    const again = await backend.open({ directory, nodeName });
    t.equal((await again.query("SELECT id FROM things WHERE id = 10")).length, 1);
    await again.close();
  });

  await t.test("applies each migration once, in order, and remembers its checksum", async (t) => {
    const place = { directory: join(t.testdir(), "database"), nodeName: freshNodeName() };
    const database = await backend.open(place);
    t.teardown(() => database.close());
    const now = () => new Date("2021-01-01T00:00:00.000Z");
    const next = {
      id: "9999-next",
      statements: ["CREATE TABLE next_step (id integer)", "INSERT INTO next_step VALUES (7)"],
    };
    await migrateDatabase(database, now, [...migrations, next]);
    await migrateDatabase(database, now, [...migrations, next]);
    t.same(await database.query("SELECT id FROM next_step"), [{ id: 7 }]);

    await t.test("a step that was altered after it was applied is refused", async (t) => {
      const altered = { ...next, statements: ["CREATE TABLE other (id integer)"] };
      await t.rejects(migrateDatabase(database, now, [...migrations, altered]), { code: "FLM_DATABASE" });
    });
    await t.test("a database that is newer than the program is refused", async (t) => {
      await t.rejects(migrateDatabase(database, now, migrations), { code: "FLM_DATABASE" });
    });
    await t.test("a step that fails leaves nothing behind", async (t) => {
      const failing = { id: "9999-zfail", statements: ["CREATE TABLE half (id integer)", "SELECT * FROM nowhere"] };
      await t.rejects(migrateDatabase(database, now, [...migrations, next, failing]));
      await t.rejects(database.query("SELECT * FROM half"), { code: "42P01" });
      t.equal((await database.query("SELECT id FROM migrations WHERE id = $1", [failing.id])).length, 0);
    });
  });

  if (backend.name === "postgresql") {
    await t.test("two nodes on one server do not see each other's rows", async (t) => {
      const [one, two] = await Promise.all(
        [freshNodeName(), freshNodeName()].map((nodeName) => backend.open({ directory, nodeName })),
      );
      t.teardown(() => Promise.all([one?.close(), two?.close()]));
      await one?.query("CREATE TABLE mine (id integer)");
      await t.rejects(async () => two?.query("SELECT * FROM mine"), { code: "42P01" });
    });
    await t.test("two processes do not run one node on one server", async (t) => {
      const nodeName = freshNodeName();
      const first = await backend.open({ directory, nodeName });
      await t.rejects(backend.open({ directory, nodeName }), { code: "FLM_DATA_DIR_LOCKED" });
      await first.close();
      await (await backend.open({ directory, nodeName })).close();
    });
  }
});
