import { readdirSync, readFileSync } from "node:fs";
import { accessSchemaUrl, decideAccess, loadPolicySet, presetPolicyUrls } from "@flamenco/policies/access";
import t from "tap";

interface Case {
  readonly name: string;
  readonly change: Record<string, unknown>;
  readonly decision: "allow" | "deny";
  readonly policies: readonly string[];
}
interface CaseFile {
  readonly about: string;
  readonly policies: readonly string[];
  readonly base: Record<string, unknown>;
  readonly cases: readonly Case[];
}

// Compiled tests run in test/dist/policies/access; the data stays beside the sources.
const directory = new URL("../../../policies/access/", import.meta.url);
const schema = readFileSync(accessSchemaUrl, "utf8");

function readPolicy(name: string): { name: string; text: string } {
  const url = name === "open" ? presetPolicyUrls.open : new URL(`${name}.cedar`, directory);
  if (url === undefined) throw new Error(`no policy file ${name}`);
  return { name: `${name}.cedar`, text: readFileSync(url, "utf8") };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Records merge, null removes, everything else replaces. */
function merge(base: Record<string, unknown>, change: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...base };
  for (const [key, value] of Object.entries(change)) {
    const old = merged[key];
    if (value === null) delete merged[key];
    else merged[key] = isRecord(old) && isRecord(value) ? merge(old, value) : value;
  }
  return merged;
}

const files = readdirSync(directory).filter((name) => name.endsWith(".json"));
t.ok(files.length >= 4, "there are case files");

for (const file of files) {
  const { about, policies, base, cases } = JSON.parse(readFileSync(new URL(file, directory), "utf8")) as CaseFile;
  t.test(`${file}: ${about}`, (t) => {
    const policySet = loadPolicySet(schema, policies.map(readPolicy));
    for (const { name, change, decision, policies: expected } of cases) {
      const answer = decideAccess(policySet, merge(base, change));
      t.match({ decision: answer.decision, policies: answer.policies }, { decision, policies: expected }, name);
      t.equal(answer.policies.length, expected.length, `${name}: nobody else decided`);
      t.ok(answer.reasons.length > 0, `${name}: a reason is given`);
    }
    t.end();
  });
}

t.test("requests outside the closed schema are refused before Cedar sees them", (t) => {
  const { base } = JSON.parse(readFileSync(new URL("open.json", directory), "utf8")) as CaseFile;
  const policySet = loadPolicySet(schema, [readPolicy("open")]);
  const hostile: Record<string, Record<string, unknown>> = {
    "negative number": { context: { networkLiterals: -1 } },
    fraction: { context: { networkLiterals: 0.5 } },
    NaN: { context: { networkLiterals: Number.NaN } },
    huge: { context: { networkLiterals: 2 ** 53 } },
    "number as text": { context: { networkLiterals: "0" } },
    "missing attribute": { context: { privateFields: null } },
    "unknown attribute": { context: { approved: true } },
    "trust as text": { researcher: { trusted: "true" } },
    "another action": { action: "delete" },
    "a key that is none": { researcher: { keyId: "alice" } },
  };
  for (const [name, change] of Object.entries(hostile)) {
    t.throws(() => decideAccess(policySet, merge(base, change)), { code: "FLM_SCHEMA" }, name);
  }
  t.end();
});
