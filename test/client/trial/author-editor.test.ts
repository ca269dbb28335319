import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import ts from "typescript";
import { documentOf, runFlamenco } from "../support/command-line.js";
import { packageFiles, writeFolder } from "../support/folders.js";

t.setTimeout(300_000);

const home = t.testdir();

/** What an editor offers at each `|` of a file in a new package: TypeScript's own language service, as editors run it. */
async function completionsOf(folder: string, marked: string): Promise<string[][]> {
  const name = join(folder, "lfs.ts");
  const texts = new Map<string, string>();
  for (const file of await readdir(folder)) {
    if (file.endsWith(".ts")) texts.set(join(folder, file), await readFile(join(folder, file), "utf8"));
  }
  texts.set(name, marked.replaceAll("|", ""));
  const config = JSON.parse(await readFile(join(folder, "tsconfig.json"), "utf8"));
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, folder);
  const read = (path: string): string | undefined => texts.get(path) ?? ts.sys.readFile(path);
  const service = ts.createLanguageService({
    getScriptFileNames: () => [...texts.keys()],
    getScriptVersion: () => "1",
    getScriptSnapshot: (path) => {
      const text = read(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => folder,
    getCompilationSettings: () => options,
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    fileExists: (path) => texts.has(path) || ts.sys.fileExists(path),
    readFile: read,
  });
  const places = [...marked.matchAll(/\|/g)].map(({ index }, before) => index - before);
  return places.map((place) =>
    (service.getCompletionsAtPosition(name, place, {})?.entries ?? []).map((entry) => entry.name),
  );
}

t.test("an editor completes flow. and stats.flow. in a new package, offline", async (t) => {
  const folder = join(home, "starter");
  t.equal((await runFlamenco(["lf", "init", folder, "--name", "alice/starter"])).code, 0);
  const [fields = [], columns = [], statistics = [], votes = []] = await completionsOf(
    folder,
    `import { ABSTAIN, type Flow, type Stats, type Vote } from "@flamenco/lf";
export function f(flow: Flow, stats: Stats<Flow>): Vote {
  const a = flow.|;
  const b = stats.|;
  const c = stats.bytes.|;
  return "|";
}
`,
  );
  t.ok(["packets", "srcPort", "fwdIatMean"].every((name) => fields.includes(name)));
  t.ok(columns.includes("packets") && !columns.includes("srcAddr"), "addresses have no statistics");
  t.strictSame([...statistics].sort(), ["count", "mean", "p10", "p25", "p5", "p50", "p75", "p90", "p95", "sd"]);
  t.strictSame([...votes].sort(), ["attack", "benign"]);
});

t.test("a new package passes its own tests, for every kind", async (t) => {
  for (const kind of ["flow/1", "rtt/1", "mosaic/1"]) {
    const folder = join(home, kind.replace("/", "-"));
    await runFlamenco(["lf", "init", folder, "--name", "alice/starter", "--kind", kind]);
    const result = await runFlamenco(["lf", "test", folder, "--mock", "200", "--json"]);
    t.equal(result.code, 0);
    t.match(documentOf(result), { passed: true, kind, trial: { rows: 200 } });
    t.equal(documentOf<{ cases: unknown[] }>(result).cases.length, 5);
  }
});

t.test("check says what is proved, what to write instead of a literal, and the checker's own words", async (t) => {
  const text = `import { ABSTAIN, type Flow } from "@flamenco/lf";
export function big(flow: Flow) { return flow.bytes > 1400 ? "attack" : ABSTAIN; }
export function typo(flow: Flow) { return flow.byts > 3 ? "attack" : ABSTAIN; }
`;
  const stats = { bytes: { count: 9, mean: 700, sd: 10, p5: 1, p10: 2, p25: 3, p50: 4, p75: 5, p90: 6, p95: 1399 } };
  const files = await writeFolder(join(home, "literal"), packageFiles({ "lfs.ts": text }));
  const other = await writeFolder(join(home, "stats"), { "stats.json": JSON.stringify(stats) });
  const args = ["lf", "check", files, "--stats", join(other, "stats.json")];
  const answered = await runFlamenco([...args, "--json"]);
  t.equal(answered.code, 1);
  t.match(documentOf(answered), {
    lfs: [
      { name: "big", accepted: true, literals: [{ field: "bytes", value: 1400, line: 2, instead: "stats.bytes.p95" }] },
      {
        name: "typo",
        accepted: false,
        refusals: [
          {
            code: "FLM_LF_FIELD",
            line: 3,
            column: 48,
            typescript: "Property 'byts' does not exist on type 'Flow'. Did you mean 'bytes'?",
          },
        ],
      },
    ],
  });
  const { stdout } = await runFlamenco(args);
  t.match(stdout, /proved +pure, total, stateless, deterministic/);
  t.match(stdout, /literal +2:\d+ bytes > 1400; write stats\.bytes\.p95/);
  t.match(stdout, /TypeScript: Property 'byts'/);
});
