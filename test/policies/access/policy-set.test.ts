import { readFileSync } from "node:fs";
import { accessSchemaUrl, loadPolicySet, presetPolicyUrls } from "@flamenco/policies/access";
import { presetNames } from "@flamenco/policies/wire";
import t from "tap";

const schema = readFileSync(accessSchemaUrl, "utf8");
const load = (text: string, name = "mine.cedar") => loadPolicySet(schema, [{ name, text }]);

t.test("every preset has policies, and they validate", (t) => {
  t.same(Object.keys(presetPolicyUrls), presetNames);
  for (const url of Object.values(presetPolicyUrls)) {
    t.ok(load(readFileSync(url, "utf8")).policies.size > 0);
  }
  t.end();
});

t.test("a policy is named by its @id, else by its number in the file", (t) => {
  const { policies } = load(`permit (principal, action, resource);
// two

@id("named") @reason("because")
forbid (principal, action, resource);`);
  t.same([...policies.keys()], ["mine.cedar#1", "mine.cedar#named"]);
  t.equal(policies.get("mine.cedar#named")?.reason, "because");
  t.end();
});

t.test("a wrong policy is refused with its file and line", (t) => {
  const cases: Record<string, [text: string, at: string]> = {
    "syntax error": ["\n\npermit (principal, action resource);", "mine.cedar:3"],
    "unknown action": ['\npermit (principal, action == Flamenco::Action::"rnu", resource);', "mine.cedar:2"],
    "misspelt attribute": [
      "permit (principal, action, resource)\nwhen { context.privatFields.isEmpty() };",
      "mine.cedar:2",
    ],
    "wrong type": ['permit (principal, action, resource)\n\nwhen { context.networkLiterals < "3" };', "mine.cedar:3"],
    "optional attribute read without asking": [
      'permit (principal, action, resource)\nwhen { principal.name == "alice" };',
      "mine.cedar:2",
    ],
    "second policy of a file, after non-ASCII text": [
      "// Ünïcödé ← →\npermit (principal, action, resource);\n// é\nforbid (principal, action, resource) when { context.nothing };",
      "mine.cedar:4",
    ],
    "a policy that can never apply": ["permit (principal, action, resource)\nwhen { false };", "mine.cedar:1"],
    template: ["\npermit (principal == ?principal, action, resource);", "mine.cedar:2"],
    "two policies of one name": [
      '@id("a") permit (principal, action, resource);\n@id("a") forbid (principal, action, resource);',
      "mine.cedar:2",
    ],
    "a misspelt annotation, which would demand nothing": [
      '\n@aproval("person") permit (principal, action, resource);',
      "mine.cedar:2",
    ],
    "an approver that nobody knows": ['@approval("robot") permit (principal, action, resource);', "mine.cedar:1"],
    "an approver left out": ["@approval permit (principal, action, resource);", "mine.cedar:1"],
    "an approval of what is forbidden": ['@approval("person") forbid (principal, action, resource);', "mine.cedar:1"],
    "a name that draws on a terminal": ['@id("\u001b[2J") permit (principal, action, resource);', "mine.cedar:1"],
    "a reason of a page": [`@reason("${"a".repeat(501)}") permit (principal, action, resource);`, "mine.cedar:1"],
    "brackets that overflow a stack": [
      `permit (principal, action, resource) when { ${"(".repeat(5_000)}true${")".repeat(5_000)} };`,
      "mine.cedar:1",
    ],
    "decimal number": ["permit (principal, action, resource) when { context.networkLiterals < 1.5 };", "mine.cedar:1"],
  };
  for (const [name, [text, at]] of Object.entries(cases)) {
    t.throws(() => load(text), { code: "FLM_POLICY_INVALID", details: [{ at }] }, name);
  }
  t.end();
});

t.test("every wrong file is listed, not only the first", (t) => {
  const files = ["one.cedar", "two.cedar"].map((name) => ({ name, text: "permit (principal" }));
  t.throws(() => loadPolicySet(schema, files), {
    code: "FLM_POLICY_INVALID",
    details: [{ at: "one.cedar:1" }, { at: "two.cedar:1" }],
  });
  t.end();
});

t.test("a damaged schema is refused", (t) => {
  t.throws(() => loadPolicySet("namespace {", []), { code: "FLM_POLICY_INVALID" });
  t.end();
});

t.test("policies that are alike each have a number of their own", (t) => {
  const text = "permit (principal, action, resource);\npermit (principal, action, resource);";
  const { policies } = load(text);
  t.same(
    [...policies.values()].map(({ id, at }) => [id, at]),
    [
      ["mine.cedar#1", "mine.cedar:1"],
      ["mine.cedar#2", "mine.cedar:2"],
    ],
  );
  t.end();
});

t.test("a set that is too large to be asked at every run is refused", (t) => {
  const policies = (count: number) =>
    Array.from({ length: count }, () => "permit(principal,action,resource);").join("\n");
  const invalid = { code: "FLM_POLICY_INVALID" };
  t.throws(() => load(policies(1_001)), { ...invalid, message: /at most 1000 policies; these are 1001/ });
  t.throws(() => load(policies(10_000)), { ...invalid, message: /10000/ });
  t.throws(() => load(`// ${"x".repeat(10 * 1024 * 1024)}`), { ...invalid, message: /2097152 bytes/ });
  t.throws(() => load("", "\u202egnp.cedar"), { ...invalid, message: /file name/ });
  t.end();
});

t.test(
  "a set is named by what decides: comments and blanks between policies do not count, everything else does",
  (t) => {
    const text = 'permit (principal, action, resource) when { context.preset == "open" };';
    const { digest } = load(text);
    t.match(digest, /^[0-9a-f]{64}$/);
    t.equal(load(`// about\n\n${text}\n`).digest, digest);
    const others = [
      load(text.replace("open", "strict")),
      load(`@reason("x") ${text}`),
      load(text, "other.cedar"),
      load(""),
      loadPolicySet(`${schema}\n// a newer schema`, [{ name: "mine.cedar", text }]),
    ];
    t.equal(new Set([digest, ...others.map((other) => other.digest)]).size, 6);
    t.end();
  },
);
