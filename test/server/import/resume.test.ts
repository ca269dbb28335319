import { spawnSync } from "node:child_process";
import { readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { importFiles, publishedBy } from "./import-fixture.js";

t.setTimeout(180_000);

const program = fileURLToPath(new URL("./interrupted-import.js", import.meta.url));

const flow = (index: number, srcPort = 1000 + (index % 50)) =>
  `${1_700_000_000_000 - index * 1000},c${index},${srcPort},80`;
const flows = (first: number, count: number) => Array.from({ length: count }, (_, index) => flow(first + index));
const textOf = (rows: readonly string[]) => `${["startTimeMs,connectionId,srcPort,dstPort", ...rows].join("\n")}\n`;

/** Three files, latest flows first; one with a row that is dropped, one with a row that repeats one of the first file's. */
function writeFiles(folder: string): string[] {
  const parts = [[...flows(0, 100), flow(900, 70_000)], flows(100, 100), [...flows(200, 100), flow(3)]];
  return parts.map((rows, index) => {
    const path = join(folder, `part-${index}.csv`);
    writeFileSync(path, textOf(rows));
    return path;
  });
}

const sizeOf = (files: readonly string[]) => files.reduce((sum, file) => sum + statSync(file).size, 0);

/** Import until a process of its own dies for good, beyond so many of the files. */
function dieAfter(root: string, files: readonly string[], count: number): void {
  const bytes = sizeOf(files.slice(0, count));
  const { signal } = spawnSync(process.execPath, [program, root, String(bytes), ...files]);
  t.equal(signal, "SIGKILL");
}

const stagedIn = (root: string) => readdirSync(join(root, "sample")).filter((entry) => entry.startsWith(".import-"));

t.test("an import that was killed is gone on with, and ends in the same version", async (t) => {
  const folder = t.testdir();
  const files = writeFiles(folder);
  const whole = await importFiles(join(folder, "whole"), files, { checkpointBytes: 1 });
  t.equal(whole.resumedFiles, 0);
  t.match(whole.manifest.account, {
    read: 302,
    kept: 300,
    dropped: [{ reason: "out-of-range" }, { reason: "duplicate" }],
  });
  for (const count of [1, 2, 3]) {
    const root = join(folder, `killed-${count}`);
    dieAfter(root, files, count);
    t.equal(stagedIn(root).length, 1);
    const least: number[] = [];
    const result = await importFiles(root, files, {
      onProgress: ({ stage, done }) => {
        if (stage === "read") least.push(done);
      },
    });
    t.equal(result.resumedFiles, count);
    t.equal(publishedBy(result).version, publishedBy(whole).version);
    t.ok(
      least.every((done) => done > sizeOf(files.slice(0, count))),
      "what was read is not read again",
    );
    t.same(stagedIn(root), [], "nothing is left");
  }
});

t.test("other files, another order or a changed file begin at the first", async (t) => {
  const folder = t.testdir();
  const files = writeFiles(folder);
  const changes: Readonly<Record<string, () => string[]>> = {
    "another order": () => files.toReversed(),
    "a file less": () => files.slice(0, 1),
    "a file that changed": () => {
      writeFileSync(files[1] ?? "", textOf(flows(300, 100)));
      return files;
    },
  };
  for (const [name, change] of Object.entries(changes)) {
    const root = join(folder, name.replaceAll(" ", "-"));
    dieAfter(root, files, 2);
    const wanted = change();
    const result = await importFiles(root, wanted);
    const clean = await importFiles(join(folder, `${name.replaceAll(" ", "-")}-clean`), wanted);
    t.equal(result.resumedFiles, 0, name);
    t.equal(publishedBy(result).version, publishedBy(clean).version, name);
  }
});

t.test("a damaged checkpoint, or rows that are not all there, begin at the first", async (t) => {
  const folder = t.testdir();
  const files = writeFiles(folder);
  const whole = await importFiles(join(folder, "whole"), files);
  const scratchOf = (root: string) => join(root, "sample", stagedIn(root)[0] ?? "", "scratch");
  const damages: Readonly<Record<string, (scratch: string) => void>> = {
    cut: (scratch) => truncateSync(join(scratch, "checkpoint"), 100),
    nonsense: (scratch) => writeFileSync(join(scratch, "checkpoint"), "bm9uc2Vuc2U="),
    rows: (scratch) =>
      truncateSync(join(scratch, readdirSync(scratch).find((name) => name.endsWith(".parquet")) ?? ""), 5),
  };
  for (const [name, damage] of Object.entries(damages)) {
    const root = join(folder, name);
    dieAfter(root, files, 2);
    damage(scratchOf(root));
    const result = await importFiles(root, files);
    t.equal(result.resumedFiles, 0, name);
    t.equal(publishedBy(result).version, publishedBy(whole).version, name);
  }
});

t.test("an import that is interrupted keeps what it read; one that fails keeps nothing", async (t) => {
  const folder = t.testdir();
  const files = writeFiles(folder);
  const root = join(folder, "datasets");
  const controller = new AbortController();
  const interrupted = importFiles(root, files, {
    checkpointBytes: 1,
    signal: controller.signal,
    onProgress: ({ done }) => {
      if (done > sizeOf(files.slice(0, 1))) controller.abort(new Error("on purpose"));
    },
  });
  await t.rejects(interrupted, /on purpose/);
  t.equal(stagedIn(root).length, 1);
  await t.rejects(importFiles(root, [...files, join(folder, "nowhere.csv")], { checkpointBytes: 1 }), {
    code: "FLM_FILE_UNREADABLE",
  });
  const result = await importFiles(root, files);
  t.equal(result.resumedFiles, 1, "a command that cannot begin takes nothing away");
  writeFileSync(join(folder, "other.csv"), "no header of any dialect\n");
  const failing = join(folder, "failing");
  await t.rejects(importFiles(failing, [...files, join(folder, "other.csv")], { checkpointBytes: 1 }), {
    code: "FLM_IMPORT_DIALECT",
  });
  t.notOk(readdirSync(folder).includes("failing") && readdirSync(failing).length > 0);
});
