import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { isFlamencoError } from "@flamenco/policies/errors";
import t from "tap";
import { csvOf, goodRows, importFiles, importText, rowWith } from "./import-fixture.js";

t.test("inputs that are no CIC file are refused by code, and nothing is made", async (t) => {
  const empty = t.testdir({ folder: {} });
  const root = join(empty, "datasets");
  const refused = async (path: string, code: Parameters<typeof isFlamencoError>[1], title: string) => {
    const error = await importFiles(root, [path]).then(
      () => null,
      (cause: unknown) => cause,
    );
    t.ok(isFlamencoError(error, code), `${title}: ${code}`);
  };
  await refused(join(empty, "nowhere.csv"), "FLM_FILE_UNREADABLE", "a file that is not there");
  await refused(join(empty, "folder"), "FLM_FILE_UNREADABLE", "a folder");
  await refused("/dev/zero", "FLM_FILE_UNREADABLE", "a device");
  await symlink(join(empty, "loop"), join(empty, "loop"));
  await refused(join(empty, "loop"), "FLM_FILE_UNREADABLE", "a link to itself");
  const contents: readonly [string, string | Uint8Array, Parameters<typeof isFlamencoError>[1]][] = [
    ["nothing", "", "FLM_IMPORT_HEADER"],
    ["blank lines", "\n\n \n", "FLM_IMPORT_HEADER"],
    ["no header", `${rowWith(0)}\n${rowWith(1)}\n`, "FLM_IMPORT_DIALECT"],
    ["another CSV", "a,b,c\n1,2,3\n", "FLM_IMPORT_DIALECT"],
    ["UTF-16", Buffer.from(csvOf(goodRows(2)), "utf16le"), "FLM_IMPORT_DIALECT"],
    [
      "random bytes",
      Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256)),
      "FLM_IMPORT_DIALECT",
    ],
    ["a needed column missing", csvOf(goodRows(2)).replace(" Flow Duration", " Flow Length"), "FLM_IMPORT_HEADER"],
    ["a column twice", csvOf(goodRows(2)).replace(" Flow IAT Max", " Flow IAT Min"), "FLM_IMPORT_HEADER"],
    ["a column twice in two spellings", csvOf(goodRows(2)).replace(" Inbound", "Src Port"), "FLM_IMPORT_HEADER"],
    ["a header alone", csvOf([]), "FLM_IMPORT_EMPTY"],
    ["bad rows alone", csvOf([rowWith(0, { Protocol: "x" })]), "FLM_IMPORT_EMPTY"],
    ["gzip cut off", gzipSync(csvOf(goodRows(50))).subarray(0, 1500), "FLM_FILE_UNREADABLE"],
  ];
  for (const [title, content, code] of contents) {
    const path = join(empty, "input.csv");
    await writeFile(path, content);
    await refused(path, code, title);
  }
});

t.test("a refusal never repeats a cell", async (t) => {
  const secret = "192.0.2.77";
  const folder = t.testdir();
  for (const text of [
    `${rowWith(0, { "Source IP": secret })}\n`,
    csvOf([rowWith(0, { "Source IP": secret, Protocol: secret })]),
  ]) {
    const error = await importText(folder, text).catch((cause: unknown) => cause);
    t.ok(isFlamencoError(error));
    t.notMatch(JSON.stringify(error), secret);
    t.notMatch(String(error), secret);
  }
});

t.test("files that yield different columns are not one dataset", async (t) => {
  const fewer = csvOf(goodRows(2)).replace(" Idle Min", " Something Else");
  const folder = t.testdir({ "a.csv": csvOf(goodRows(2)), "b.csv": fewer });
  const error = await importFiles(join(folder, "datasets"), [join(folder, "a.csv"), join(folder, "b.csv")]).catch(
    (cause: unknown) => cause,
  );
  t.ok(isFlamencoError(error, "FLM_IMPORT_HEADER"));
  t.match(JSON.stringify((error as { details?: unknown }).details), /yields no idleMin/);
  const alone = await importFiles(join(folder, "datasets"), [join(folder, "b.csv")]);
  t.match(alone.manifest.account.notes.join("\n"), /does not know, left out: Something Else/);
});
