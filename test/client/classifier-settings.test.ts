import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClassifierName, ClassifierSpec } from "@flamenco/policies/wire";
import t from "tap";

// What `study run` reads is no part of the SDK, so it is taken from the compiled client itself.
const { readClassifier } = (await import(
  new URL("../../../client/dist/cli/classifier-settings.js", import.meta.url).href
)) as {
  readClassifier: (model?: ClassifierName, path?: string) => Promise<ClassifierSpec | undefined>;
};

t.test("an end classifier has the settings of its file, and defaults without one", async (t) => {
  const path = join(t.testdir(), "settings.json");
  await writeFile(path, '{"neighbors": 7, "vote": "distance"}');
  t.same(await readClassifier("knn", path), { model: "knn", neighbors: 7, vote: "distance" });
  t.same(await readClassifier("forest", undefined), { model: "forest" });
  t.equal(await readClassifier(undefined, undefined), undefined);
});

t.test("settings that a model does not have are refused by name", async (t) => {
  const path = join(t.testdir(), "settings.json");
  const refuse = async (text: string, expected: { code: string | RegExp; message?: RegExp }) => {
    await writeFile(path, text);
    await t.rejects(readClassifier("knn", path), expected, text.slice(0, 30));
  };
  await refuse('{"neighbors": 0}', { code: "FLM_SCHEMA", message: /settings of knn.*\/neighbors/ });
  await refuse('{"units": 8}', { code: "FLM_SCHEMA", message: /\/units/ });
  await refuse('[{"neighbors": 3}]', { code: "FLM_SCHEMA", message: /JSON object/ });
  await refuse("neighbors: 3", { code: /^FLM_/ });
  await refuse(`"${"x".repeat(100_000)}"`, { code: "FLM_TOO_LARGE" });
  await t.rejects(readClassifier("knn", join(t.testdirName, "none.json")), { code: "FLM_FILE_UNREADABLE" });
  await t.rejects(readClassifier(undefined, path), { code: "FLM_USAGE", message: /--classifier/ });
});
