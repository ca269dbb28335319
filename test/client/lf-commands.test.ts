import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Certificate } from "@flamenco/policies/wire";
import t from "tap";
import { documentOf, repository, runFlamenco } from "./support/command-line.js";
import { packageFiles, source, writeFolder } from "./support/folders.js";
import { startRegistry } from "./support/real-registry.js";

interface Report {
  accepted: boolean;
  kind: string;
  labels: string[];
  lfs: {
    name: string;
    accepted: boolean;
    certificate?: Certificate;
    refusals?: { code: string; line: number; column: number; message: string }[];
  }[];
  refusals: { code: string; line: number; column: number; message: string }[];
  warnings: unknown[];
  typeProblems: unknown[];
}

const check = async (path: string, ...more: string[]) => {
  const result = await runFlamenco(["lf", "check", path, "--json", ...more]);
  return { code: result.code, report: documentOf<Report>(result) };
};

// Every command is a process of its own; a busy machine starts them slowly.
t.setTimeout(300_000);

t.test(
  "a new package passes the check as it is, for every kind, without a complaint of the editor",
  { timeout: 120_000 },
  async (t) => {
    const home = t.testdir();
    for (const [kind, labels] of [
      ["flow/1", "benign,attack"],
      ["rtt/1", "normal,congested"],
      ["mosaic/1", "web,video,bulk"],
    ] as const) {
      const folder = join(home, kind.replace("/", "-"));
      const made = await runFlamenco([
        "lf",
        "init",
        folder,
        "--name",
        "alice/starter",
        "--kind",
        kind,
        "--labels",
        labels,
        "--json",
      ]);
      t.equal(made.code, 0, made.stdout);
      t.strictSame((await readdir(folder)).sort(), [
        "README.md",
        "flamenco-lf.d.ts",
        "flamenco.json",
        "lfs.test.json",
        "lfs.ts",
        "tsconfig.json",
      ]);
      const { code, report } = await check(folder);
      t.equal(code, 0, kind);
      t.match(report, { accepted: true, kind, labels: labels.split(","), refusals: [], typeProblems: [] });
      t.equal(report.lfs.length, 2);
    }
  },
);

t.test("every exported function is listed with what it is refused for", async (t) => {
  const file = join(
    t.testdir({
      "lfs.ts": `import { ABSTAIN, type Flow } from "@flamenco/lf";
const broken = (flow: Flow) => flow.size > 1;
export function good(flow: Flow) { return flow.dstPort === 53 ? "benign" : ABSTAIN; }
export function loops(flow: Flow) { while (true) {} }
export async function late(flow: Flow) { return ABSTAIN; }
export const leaning = (flow: Flow) => (broken(flow) ? "benign" : ABSTAIN);
export const leaningToo = (flow: Flow) => (broken(flow) ? "attack" : ABSTAIN);
`,
    }),
    "lfs.ts",
  );
  const { code, report } = await check(file, "--kind", "flow/1", "--labels", "benign,attack");
  t.equal(code, 1);
  t.same(
    report.lfs.map(({ name, accepted, refusals }) => [name, accepted, refusals?.map((refusal) => refusal.line)]),
    [
      ["good", true, undefined],
      ["loops", false, [4]],
      ["late", false, [5]],
      ["leaning", false, [2]],
      ["leaningToo", false, [2]],
    ],
  );
});

t.test("TypeScript itself accepts a new package, so an editor completes it", { timeout: 120_000 }, async (t) => {
  const folder = join(t.testdir(), "starter");
  await runFlamenco(["lf", "init", folder, "--name", "alice/starter"]);
  const tsc = join(createRequire(import.meta.url).resolve("typescript/package.json"), "..", "bin", "tsc");
  await t.resolves(promisify(execFile)(process.execPath, [tsc, "-p", folder]));
});

t.test("init overwrites nothing and refuses what cannot be a package", { timeout: 120_000 }, async (t) => {
  const home = t.testdir();
  const folder = await writeFolder(join(home, "mine"), { "lfs.ts": "mine" });
  const again = await runFlamenco(["lf", "init", folder, "--name", "alice/mine", "--json"]);
  t.equal(again.code, 1);
  t.match(documentOf(again), { code: "FLM_FILE_EXISTS" });
  t.strictSame(await readdir(folder), ["lfs.ts"]);
  const wrong: [string[], string][] = [
    [["--name", "no-namespace"], "FLM_SCHEMA"],
    [["--name", "../x/y"], "FLM_SCHEMA"],
    [["--name", "a/b", "--kind", "flow/9"], "FLM_SCHEMA"],
    [["--name", "a/b", "--labels", "one"], "FLM_SCHEMA"],
    [["--name", "a/b", "--labels", "one,two", "--positive", "three"], "FLM_USAGE"],
    [["--name", "a/b", "--labels", "one,,two"], "FLM_USAGE"],
  ];
  for (const [args, code] of wrong) {
    t.match(
      documentOf(await runFlamenco(["lf", "init", join(home, "other"), ...args, "--json"])),
      { code },
      args.join(" "),
    );
  }
  t.notOk((await readdir(home)).includes("other"));
});

t.test("check certifies each function of a file or a folder", { timeout: 120_000 }, async (t) => {
  const folder = await writeFolder(t.testdir(), packageFiles());
  for (const path of [folder, join(folder, "lfs.ts")]) {
    const { code, report } = await check(path);
    t.equal(code, 0);
    t.match(report.lfs, [
      { name: "lowPort", accepted: true, certificate: { fields: ["srcPort"], labels: ["attack"], pure: true } },
    ]);
  }
});

t.test("check of a lone file takes kind and labels from the command line", { timeout: 120_000 }, async (t) => {
  const folder = await writeFolder(t.testdir(), { "lfs.ts": source.replace('"attack"', '"web"') });
  const wrong = await check(join(folder, "lfs.ts"));
  t.equal(wrong.code, 1);
  t.match(wrong.report.refusals, [{ code: "FLM_LF_LABEL", line: 5 }]);
  t.equal((await check(join(folder, "lfs.ts"), "--labels", "web,video")).code, 0);
});

t.test(
  "check names each refusal with code, place and reason, and exits 1; what is fine stays accepted",
  { timeout: 120_000 },
  async (t) => {
    const text = `${source}\nlet seen = 0;\nexport function counts(flow: Flow) {\n  seen = seen + 1;\n  return flow.srcPort > seen ? "attack" : ABSTAIN;\n}\n`;
    const folder = await writeFolder(t.testdir(), packageFiles({ "lfs.ts": text }));
    const { code, report } = await check(folder);
    t.equal(code, 1);
    t.equal(report.accepted, false);
    t.ok(report.refusals.length > 0);
    for (const refusal of report.refusals)
      t.match(refusal, { code: /^FLM_LF_/, line: Number, column: Number, message: /\w/ });
    const spoken = await runFlamenco(["lf", "check", folder]);
    t.equal(spoken.code, 1);
    t.match(spoken.stdout, /lfs\.ts:\d+:\d+ {2}FLM_LF_/);
    t.match(spoken.stdout, /Refused in/);
  },
);

t.test("the shipped examples pass, the hostile one is refused for what it does", { timeout: 120_000 }, async (t) => {
  for (const name of ["ntp-ports", "ntp-shapes"]) {
    const { code, report } = await check(join(repository, "examples", "packages", name));
    t.equal(code, 0, name);
    t.strictSame(report.typeProblems, [], name);
  }
  const { code, report } = await check(join(repository, "examples", "hostile", "reads-address"));
  t.equal(code, 1);
  const codes = report.refusals.map((refusal) => refusal.code);
  t.ok(codes.includes("FLM_LF_PRIVATE_FIELD"));
  t.ok(codes.includes("FLM_LF_STATE"));
});

t.test("check of something that is not there, or holds nothing, is one error", { timeout: 120_000 }, async (t) => {
  const home = t.testdir({ empty: {} });
  for (const [path, code] of [
    ["missing", "FLM_FILE_UNREADABLE"],
    ["empty", "FLM_LF_EMPTY"],
  ] as const) {
    const result = await runFlamenco(["lf", "check", join(home, path), "--json"]);
    t.equal(result.code, 1);
    t.match(documentOf(result), { code });
  }
});

t.test("source text cannot drive the terminal that shows it", { timeout: 120_000 }, async (t) => {
  const ESC = String.fromCharCode(27);
  const folder = await writeFolder(
    t.testdir(),
    packageFiles({ "lfs.ts": source.replace("return", `eval("${ESC}[2J\u202e"); return`) }),
  );
  const { code, stdout } = await runFlamenco(["lf", "check", folder]);
  t.equal(code, 1);
  t.notMatch(stdout, /[^\P{Cc}\n]|\p{Cf}/u);
});

t.test("explain shows what a function decides, in words, as JSON and as a picture", { timeout: 120_000 }, async (t) => {
  const folder = await writeFolder(t.testdir(), packageFiles());
  const spoken = await runFlamenco(["lf", "explain", folder]);
  t.equal(spoken.code, 0);
  t.match(spoken.stdout, /srcPort <= 6600/);
  t.match(spoken.stdout, /port of the initiator/);
  const picture = join(folder, "..", "picture.svg");
  const answered = await runFlamenco(["lf", "explain", folder, "--json", "--svg", picture]);
  t.match(documentOf(answered), { lfs: [{ name: "lowPort", tree: { nodes: [{ type: "test" }] } }], refused: 0 });
  t.match(await readFile(picture, "utf8"), /^<svg /);
  const drawn = { dot: /^digraph tree \{/, mermaid: /^%% \w+\nflowchart TD/ };
  for (const [format, start] of Object.entries(drawn)) {
    t.match((await runFlamenco(["lf", "explain", folder, "--format", format])).stdout, start, format);
  }
  const missing = await runFlamenco(["lf", "explain", folder, "--lf", "other", "--json"]);
  t.equal(missing.code, 1);
  t.match(documentOf(missing), { code: "FLM_NOT_FOUND" });
});

t.test(
  "publish and list go through a real registry; an altered version is refused",
  { timeout: 120_000 },
  async (t) => {
    const home = t.testdir();
    const server = await startRegistry(join(home, "registry"));
    t.teardown(server.close);
    const folder = await writeFolder(join(home, "package"), packageFiles());
    const options = { dataDir: join(home, "alice"), env: { FLAMENCO_REGISTRY: server.url } };
    const withoutKey = await runFlamenco(["lf", "publish", folder, "--json"], options);
    t.equal(withoutKey.code, 1);
    t.match(documentOf(withoutKey), { code: "FLM_KEY_UNREADABLE", message: /keys new/ });

    await runFlamenco(["keys", "new", "alice"], options);
    t.match(documentOf(await runFlamenco(["lf", "publish", folder, "--json"], options)), {
      new: true,
      package: { name: "alice/ports" },
    });
    t.match(documentOf(await runFlamenco(["lf", "publish", folder, "--json"], options)), { new: false });
    await writeFile(join(folder, "lfs.ts"), source.replace("6600", "6700"));
    const changed = await runFlamenco(["lf", "publish", folder, "--json"], options);
    t.equal(changed.code, 1);
    t.match(documentOf(changed), { code: "FLM_VERSION_EXISTS" });

    await runFlamenco(["keys", "new", "bob"], options);
    t.match(documentOf(await runFlamenco(["lf", "publish", folder, "--json"], options)), {
      code: "FLM_USAGE",
      message: /alice, bob/,
    });
    await writeFile(
      join(folder, "flamenco.json"),
      JSON.stringify({ ...JSON.parse(await readFile(join(folder, "flamenco.json"), "utf8")), version: "1.0.1" }),
    );
    t.match(documentOf(await runFlamenco(["lf", "publish", folder, "--key", "bob", "--json"], options)), {
      code: "FLM_NAMESPACE_OWNER",
    });
    t.match(documentOf(await runFlamenco(["lf", "list", "--json"], options)), {
      packages: [{ name: "alice/ports", version: "1.0.0" }],
    });
    t.match((await runFlamenco(["lf", "list", "alice/ports"], options)).stdout, /alice\/ports@1\.0\.0/);
  },
);

t.test("a type that the checker breaks on does not break the check", async (t) => {
  const deep = `type Deep = ${"[".repeat(8000)}0${"]".repeat(8000)};\n`;
  const text = `${deep}export function lf(flow: Flow, stats: Stats): Vote { return flow.bytes > 3 ? "attack" : "benign"; }\n`;
  const folder = await writeFolder(t.testdir(), { "lfs.ts": text });
  const { code, report } = await check(join(folder, "lfs.ts"), "--kind", "flow/1", "--labels", "benign,attack");
  t.equal(code, 1);
  t.match(report, { typesChecked: false, typeProblems: [], refusals: [{ code: "FLM_LF_LIMIT", line: 1 }] });
});
