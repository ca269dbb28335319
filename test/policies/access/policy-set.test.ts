import { readFileSync } from "node:fs";
import { accessSchemaUrl, loadPolicySet, presetPolicyUrls } from "@flamenco/policies/access";
import { availablePresets } from "@flamenco/policies/release";
import t from "tap";

const schema = readFileSync(accessSchemaUrl, "utf8");
const load = (text: string, name = "mine.cedar") => loadPolicySet(schema, [{ name, text }]);

t.test("every available preset has policies, and they validate", (t) => {
  t.same(availablePresets, Object.keys(presetPolicyUrls));
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
