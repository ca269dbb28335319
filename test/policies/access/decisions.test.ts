import { readFileSync } from "node:fs";
import {
  accessSchemaUrl,
  decideAccess,
  loadPolicySet,
  mergePatch,
  parsePolicyTests,
  presetPolicyUrls,
  presetTestUrls,
  runPolicyTests,
} from "@flamenco/policies/access";
import { presetNames } from "@flamenco/policies/wire";
import t from "tap";

// Compiled tests run in test/dist/policies/access; the data stays beside the sources.
const directory = new URL("../../../policies/access/", import.meta.url);
const schema = readFileSync(accessSchemaUrl, "utf8");
const readTests = (url: URL) => JSON.parse(readFileSync(url, "utf8"));
const fileOf = (name: string, url: URL) => ({ name, text: readFileSync(url, "utf8") });
const open = fileOf("open.cedar", presetPolicyUrls.open);
const own = (name: string) => fileOf(name, new URL(name, directory));

const suites = [
  ...presetNames.map((preset) => ({
    name: `preset ${preset}`,
    files: [fileOf(`${preset}.cedar`, presetPolicyUrls[preset])],
    tests: readTests(presetTestUrls[preset]),
  })),
  { name: "no policy at all", files: [], tests: readTests(new URL("none.test.json", directory)) },
  {
    name: "an operator's own file beside the preset",
    files: [open, own("operator.cedar")],
    tests: readTests(new URL("operator.test.json", directory)),
  },
  {
    name: "a forbid that fails while it is evaluated",
    files: [open, own("overflow.cedar")],
    tests: readTests(new URL("overflow.test.json", directory)),
  },
];

for (const { name, files, tests } of suites) {
  t.test(name, (t) => {
    for (const { name, problems } of runPolicyTests(loadPolicySet(schema, files), parsePolicyTests(tests)))
      t.same(problems, [], name);
    t.end();
  });
}

const { request } = readTests(presetTestUrls.open);
const openSet = loadPolicySet(schema, [open]);

t.test("every answer names who decided, why, and with which policy set", (t) => {
  const allowed = decideAccess(openSet, request);
  t.match(allowed, { decision: "allow", approval: null, policySet: openSet.digest });
  t.match(allowed.reasons, [/whom the operator trusts/]);
  const denied = decideAccess(openSet, mergePatch(request, { researcher: { trusted: false } }));
  t.match(denied, { decision: "deny", policies: [], approval: null, policySet: openSet.digest });
  t.equal(denied.reasons.length, 1);
  t.end();
});

t.test("one permit that demands a person's approval is enough to demand it, beside others that do not", (t) => {
  const files = [
    open,
    {
      name: "mine.cedar",
      text: '@approval("person") permit (principal, action, resource) when { principal.trusted };',
    },
  ];
  const policySet = loadPolicySet(schema, files);
  t.match(decideAccess(policySet, request), { decision: "allow", approval: "person", policies: { length: 2 } });
  const forbidden = loadPolicySet(schema, [
    ...files,
    { name: "no.cedar", text: "forbid (principal, action, resource);" },
  ]);
  t.match(decideAccess(forbidden, request), { decision: "deny", approval: null, policies: ["no.cedar#1"] });
  t.end();
});

t.test("institutions, collaborations and kinds are groups that a policy can name", (t) => {
  const decide = (condition: string, change = {}) =>
    decideAccess(
      loadPolicySet(schema, [{ name: "a.cedar", text: `permit (principal, action, resource) when { ${condition} };` }]),
      mergePatch(request, change),
    ).decision;
  t.equal(decide('principal in Flamenco::Institution::"uoregon"'), "allow");
  t.equal(decide('principal in Flamenco::Institution::"other"'), "deny");
  t.equal(decide('principal in Flamenco::Collaboration::"ddos"'), "allow");
  t.equal(decide('principal in Flamenco::Collaboration::"ddos"', { researcher: { collaborations: [] } }), "deny");
  t.equal(decide('principal has institution && principal.institution == "uoregon"'), "allow");
  t.equal(
    decide('principal has institution && principal.institution == "uoregon"', { researcher: { institution: null } }),
    "deny",
  );
  t.equal(decide('resource in Flamenco::Kind::"flow/1"'), "allow");
  t.equal(decide('resource in Flamenco::Kind::"rtt/1"'), "deny");
  t.end();
});

t.test("requests outside the closed schema are refused before Cedar sees them", (t) => {
  const budget = { priceMicroRho: 1, collaboratorLeftMicroRho: 1, datasetLeftMicroRho: 1 };
  const wrongNumbers: Record<string, unknown> = {
    negative: -1,
    fraction: 0.5,
    NaN: Number.NaN,
    infinite: Number.POSITIVE_INFINITY,
    "1e300": 1e300,
    "2^53": 2 ** 53,
    text: "0",
    "empty text": "",
    list: [1],
    true: true,
  };
  const hostile: Record<string, Record<string, unknown>> = {
    ...Object.fromEntries(
      Object.entries(wrongNumbers).flatMap(([name, value]) => [
        [`networkLiterals: ${name}`, { context: { networkLiterals: value } }],
        [`price: ${name}`, { context: { budget: { ...budget, priceMicroRho: value } } }],
        [`budget left: ${name}`, { context: { budget: { ...budget, datasetLeftMicroRho: value } } }],
        [`rows: ${name}`, { dataset: { rows: value } }],
      ]),
    ),
    "a budget without a balance": { context: { budget: { priceMicroRho: 1 } } },
    "missing attribute": { context: { privateFields: null } },
    "unknown attribute": { context: { approved: true } },
    "unknown approver": { approval: "nobody" },
    "trust as text": { researcher: { trusted: "true" } },
    "another action": { action: "delete" },
    "an end classifier that is none": { context: { endClassifier: "oracle" } },
    "a key that is none": { researcher: { keyId: "alice" } },
    "an institution with a line break": { researcher: { institution: "a\nb" } },
  };
  for (const [name, change] of Object.entries(hostile)) {
    t.throws(() => decideAccess(openSet, mergePatch(request, change)), { code: "FLM_SCHEMA" }, name);
  }
  t.end();
});
