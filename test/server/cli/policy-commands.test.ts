import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { initNode, nodeDirectoryOf } from "@flamenco/server";
import t from "tap";
import { runInProcess } from "../../support/node-command.js";
import { makeKey } from "../../support/signed-documents.js";

const permit = "permit (principal, action, resource);";
const alice = makeKey("alice");

t.test("the presets hold what their tests say", async (t) => {
  for (const preset of ["open", "standard", "strict"]) {
    const { code, out } = await runInProcess("policy", "test", preset, "--json");
    t.equal(code, 0, preset);
    t.match(JSON.parse(out), { event: "policyTests", failed: 0, policySet: /^[0-9a-f]{64}$/ });
    t.match(await runInProcess("policy", "check", preset), { code: 0, out: /no errors/ });
  }
});

t.test("check names policies, and an empty folder permits nothing", async (t) => {
  const folder = t.testdir({ "mine.cedar": `// two\n\n@id("mine") @approval("person") @reason("why") ${permit}` });
  t.match(JSON.parse((await runInProcess("policy", "check", folder, "--json")).out), {
    policies: [{ id: "mine.cedar#mine", effect: "permit", at: "mine.cedar:3", reason: "why", approval: "person" }],
    notes: [],
  });
  t.match(await runInProcess("policy", "check", t.testdir({ "notes.txt": "" })), { code: 0, out: /permits anything/ });
  t.match(await runInProcess("policy", "check", join(folder, "nothing")), { code: 1, error: "FLM_NOT_FOUND" });
});

t.test("a folder that a node would not start with is refused, saying where", async (t) => {
  const invalid = { code: 1, error: "FLM_POLICY_INVALID" };
  const check = (folder: string) => runInProcess("policy", "check", folder);
  const typo = t.testdir({ "a.cedar": permit, "b.cedar": `${permit}\n\npermit (principal, actoin, resource);` });
  t.match(await check(typo), { ...invalid, details: [{ at: "b.cedar:3" }] });
  const twice = t.testdir({ "a.cedar": `@id("x") ${permit}\n@id("x") ${permit}` });
  t.match(await check(twice), { ...invalid, details: [{ at: "a.cedar:2" }] });
  t.match(await check(t.testdir({ "a.cedar": `// ${"x".repeat(10 * 1024 * 1024)}` })), {
    ...invalid,
    message: /larger than 262144 bytes/,
  });
  const odd = t.testdir();
  writeFileSync(join(odd, "latin.cedar"), Buffer.from([0x2f, 0x2f, 0x20, 0xe9, 0x0a]));
  t.match(await check(odd), { ...invalid, message: /latin\.cedar is not UTF-8/ });
  const loop = t.testdir();
  symlinkSync(join(loop, "two.cedar"), join(loop, "one.cedar"));
  symlinkSync(join(loop, "one.cedar"), join(loop, "two.cedar"));
  t.match(await check(loop), { ...invalid, message: /one\.cedar cannot be read \(its symbolic links form a loop\)/ });
  const folder = t.testdir();
  mkdirSync(join(folder, "folder.cedar"));
  t.match(await check(folder), { ...invalid, message: /folder\.cedar is not a plain file/ });
  const linked = t.testdir({ "real.txt": permit });
  symlinkSync(join(linked, "real.txt"), join(linked, "linked.cedar"));
  t.match(await check(linked), { code: 0, out: /linked\.cedar#1/ });
});

const request = {
  action: "run",
  researcher: { keyId: alice.keyId, trusted: true, collaborations: [] },
  dataset: { name: "flows", kind: "flow/1", rows: 10 },
  context: {
    ...{ task: "ddos-ntp", preset: "open", outputs: ["analysis"], packages: ["a/b"], signers: [], leastSigners: 1 },
    ...{ reviewers: [], leastReviews: 0, labelingFunctions: 1, certifiedLabelingFunctions: 1 },
    ...{ fields: [], privateFields: [], statistics: [], networkLiterals: 0 },
  },
};
const suite = (cases: unknown[], change = {}) =>
  JSON.stringify({ schema: "flamenco-policy-test/1", about: "mine", request, cases, ...change });

t.test("test says of each case what was expected and what came, and ends with 1 when they differ", async (t) => {
  const folder = t.testdir({
    "mine.cedar": `@id("mine") @reason("why") ${permit}`,
    "mine.test.json": suite([
      { name: "right", expect: { decision: "allow", policies: ["mine.cedar#mine"], reasons: ["why"], approval: null } },
      { name: "wrong", expect: { decision: "deny", policies: [], approval: "person" } },
      { name: "no request", change: { context: { networkLiterals: -1 } }, expect: { decision: "deny" } },
    ]),
  });
  const { code, out } = await runInProcess("policy", "test", folder, "--json");
  t.equal(code, 1);
  const { passed, failed, files } = JSON.parse(out);
  t.strictSame([passed, failed], [1, 2]);
  t.match(files[0].cases, [
    { name: "right", passed: true, problems: [] },
    {
      name: "wrong",
      passed: false,
      found: { decision: "allow", approval: null },
      problems: [
        "decision: expected deny, found allow",
        "policies: expected none, found mine.cedar#mine",
        "approval: expected person, found none",
      ],
    },
    { name: "no request", passed: false, found: null, problems: [/networkLiterals/] },
  ]);
  t.match(await runInProcess("policy", "test", folder), {
    code: 1,
    out: /FAILED {2}wrong\n.*expected deny, found allow/,
  });
});

t.test("a test file that names its policies asks those alone", async (t) => {
  // The folder of all presets: together they permit what each alone refuses.
  const presets = fileURLToPath(new URL("../../../../policies/presets/", import.meta.url));
  const { code, out } = await runInProcess("policy", "test", presets, "--json");
  t.equal(code, 0);
  t.match(JSON.parse(out), { failed: 0, files: [{ file: "open.test.json" }, {}, {}] });
  const one = suite([{ name: "one", expect: { decision: "allow" } }], { policyFiles: ["b.cedar"] });
  const folder = t.testdir({
    "a.cedar": "forbid (principal, action, resource);",
    "b.cedar": permit,
    "b.test.json": one,
  });
  t.match(await runInProcess("policy", "test", folder), { code: 0, out: /1 passed, 0 failed/ });
  const lost = suite([{ name: "one", expect: { decision: "allow" } }], { policyFiles: ["c.cedar"] });
  t.match(await runInProcess("policy", "test", t.testdir({ "b.cedar": permit, "b.test.json": lost })), {
    ...{ code: 1, error: "FLM_SCHEMA" },
    message: "b.test.json: policyFiles names c.cedar, and there is no such file beside it.",
  });
});

t.test("one typing mistake in a policy for every action is said once", async (t) => {
  const typo = t.testdir({ "a.cedar": 'forbid (principal, action, resource)\nwhen { context.presett == "open" };' });
  const { details } = await runInProcess("policy", "check", typo);
  t.strictSame(details, [
    {
      at: "a.cedar:2",
      message: "for policy `a.cedar#1`, attribute `presett` in context not found (did you mean `preset`?)",
    },
  ]);
});

t.test("files that are no policy tests are refused by name", async (t) => {
  const wrong: Record<string, string> = {
    "not JSON": "{",
    "no cases": suite([]),
    "a misspelt key": suite([{ name: "x", expects: { decision: "allow" } }]),
    "an unknown approver": suite([{ name: "x", expect: { decision: "allow", approval: "robot" } }]),
    "another decision": suite([{ name: "x", expect: { decision: "maybe" } }]),
    "another schema": suite([{ name: "x", expect: { decision: "allow" } }], { schema: "flamenco-policy-test/2" }),
  };
  for (const [name, text] of Object.entries(wrong)) {
    const folder = t.testdir({ "mine.cedar": permit, "mine.test.json": text });
    t.match(
      await runInProcess("policy", "test", folder),
      { code: 1, error: "FLM_SCHEMA", message: /mine\.test\.json/ },
      name,
    );
  }
  t.match(await runInProcess("policy", "test", t.testdir({ "mine.cedar": permit })), {
    code: 1,
    error: "FLM_NOT_FOUND",
  });
});

t.test("explain names who decides and what would change it", async (t) => {
  const explain = async (...words: string[]) =>
    JSON.parse((await runInProcess("policy", "explain", ...words, "--json")).out).explanations;
  const [denied] = await explain("open", "--action", "run", "--private-field", "srcAddr");
  t.match(denied, {
    decision: { action: "run", decision: "deny", policies: [] },
    change: ["open.cedar#run-for-trusted-researchers would permit it if this held: context.privateFields.isEmpty()."],
  });
  t.same(
    denied.findings.map(({ id, applies, unmet }: { id: string; applies: string; unmet: string[] }) => [
      id,
      applies,
      unmet,
    ]),
    [
      ["open.cedar#run-for-trusted-researchers", "no", ["context.privateFields.isEmpty()"]],
      ["open.cedar#statistics-for-trusted-researchers", "no", ['action == Flamenco::Action::"readStatistics"']],
      [
        "open.cedar#release-exact-to-trusted-researchers",
        "no",
        ['action == Flamenco::Action::"release"', "context.privateFields.isEmpty()"],
      ],
    ],
  );
  const strict = await explain("strict", "--reviews", "1");
  t.match(strict, [
    { decision: { action: "run", decision: "allow", approval: "person" } },
    { decision: { action: "readStatistics", decision: "allow" } },
    { decision: { action: "release", decision: "allow" }, change: [/release-summaries/] },
  ]);
  const folder = t.testdir({
    "a.cedar": `@id("all") ${permit}`,
    "b.cedar": `@id("never") forbid (principal, action, resource) unless { principal in Flamenco::Institution::"uoregon" };
@id("far") permit (principal, action == Flamenco::Action::"release", resource) when { false || context.networkLiterals > 9 };`,
    "request.json": JSON.stringify(request),
  });
  t.match(await explain(folder, "--request", join(folder, "request.json")), [
    {
      decision: { action: "run", decision: "deny", policies: ["b.cedar#never"] },
      findings: [{ applies: "yes" }, { applies: "yes", at: "b.cedar:1" }, { applies: "no", at: "b.cedar:2" }],
      change: ["These must not apply: b.cedar#never.", "A permit does apply: a.cedar#all."],
    },
  ]);
  t.match((await runInProcess("policy", "explain", folder)).out, /run: denied\n.*\n {2}decided by b\.cedar#never/);
  const empty = t.testdir({});
  t.match(await explain(empty, "--action", "run"), [
    { change: ["No policy permits this action at all: write one that does."] },
  ]);
});

t.test("the page for operators shows what its example answers", async (t) => {
  const repository = new URL("../../../../", import.meta.url);
  const page = readFileSync(new URL("docs/policies.md", repository), "utf8");
  const example = fileURLToPath(new URL("examples/policies", repository));
  const tested = await runInProcess("policy", "test", example);
  t.equal(tested.code, 0);
  t.ok(page.includes(tested.out.trimEnd().split("\n").at(-1) as string), "how many pass");
  const { out } = await runInProcess("policy", "explain", example, "--action", "run", "--preset", "standard");
  const [answer = ""] = out.split("  each policy alone:");
  t.ok(page.includes(answer.trimEnd().replace(/^/gm, "    ")), "what explain answers");
});

t.test("explain knows the researchers of node.json, and takes other keys for strangers", async (t) => {
  const dataDir = t.testdir();
  const trusted = { keyId: alice.keyId, name: "alice", institution: "uoregon", collaborations: ["ddos"] };
  await initNode(nodeDirectoryOf(dataDir), {
    name: "worf",
    registry: "http://127.0.0.1:9",
    researchers: [trusted],
    port: 0,
    preset: "open",
  });
  const researcherOf = async (...words: string[]) => {
    const { out } = await runInProcess(
      "policy",
      "explain",
      "open",
      "--action",
      "run",
      "--json",
      "--data-dir",
      dataDir,
      ...words,
    );
    const [{ request, decision }] = JSON.parse(out).explanations;
    return [request.researcher, decision.decision];
  };
  t.strictSame(await researcherOf("--researcher", "alice"), [{ ...trusted, trusted: true }, "allow"]);
  const { keyId } = makeKey("mallory");
  t.strictSame(await researcherOf("--researcher", keyId), [{ keyId, trusted: false, collaborations: [] }, "deny"]);
  t.match(await runInProcess("policy", "explain", "open", "--researcher", "bob", "--data-dir", dataDir), {
    code: 2,
    error: "FLM_USAGE",
  });
});

t.test("hypothetical requests that are none are refused", async (t) => {
  const folder = t.testdir({
    "list.json": "[]",
    "text.json": "{",
    "odd.json": JSON.stringify({ ...request, approved: true }),
  });
  const explain = (...words: string[]) => runInProcess("policy", "explain", "open", ...words);
  const schema = { code: 1, error: "FLM_SCHEMA" };
  for (const file of ["list.json", "text.json", "odd.json"])
    t.match(await explain("--request", join(folder, file)), schema, file);
  t.match(await explain("--dataset", "A\u001b[2J"), schema);
  t.match(await explain("--rows", "9007199254740992"), { code: 2 });
  t.match(await explain("--rows", "-1"), { code: 2 });
  t.match(await explain("--reviews", "1e300"), { code: 2 });
  t.match(await explain("--literals", "NaN"), { code: 2 });
  t.match(await explain("--preset", "none"), { code: 2 });
  t.match(await explain("--action", "delete"), { code: 2 });
  t.match(await explain("--end-classifier", "oracle"), schema);
});

t.test("every command explains itself, with examples", async (t) => {
  for (const words of [["check"], ["test"], ["explain"]])
    t.match(await runInProcess("policy", ...words, "--help"), { code: 0, out: /Examples:/ });
});
