import {
  suggestStatistic,
  type VerifiablePackage,
  type VerifiedLf,
  verifyLfs,
  verifyPackage,
} from "@flamenco/language";
import { isFlamencoError } from "@flamenco/policies/errors";
import { Certificate, parseDocument } from "@flamenco/policies/wire";
import t from "tap";
import { accepted, conditionLf, labels, statistics, verifyFlow, verifySmall } from "./support/programs.js";

/** The literals that a condition's certificate records, as `field operator value`. */
function literalsOf(condition: string): string[] {
  return conditionLf(condition).certificate.literals.map(
    ({ field, operator, value }) => `${field} ${operator} ${value}`,
  );
}

t.test("literals compared with fields that differ between networks are recorded, others are not", async (t) => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["row.size > 100", ["size > 100"]],
    ["100 < row.size", ["size > 100"]],
    ["row.size !== 100", ["size === 100"]],
    ["row.port > 1024", []],
    ["[80, 443].includes(row.port)", []],
    ["[80, 443].includes(row.count)", ["count in 80", "count in 443"]],
    ["between(row.size, 3, stats.size.p75)", ["size >= 3"]],
    ["row.size > stats.size.p75", []],
    ["row.size > 2 * stats.size.mean", []],
    ["row.size > stats.size.mean * 2 - 1 * stats.size.sd / 3", []],
    ["row.size > stats.size.mean + 100", ["size > 100"]],
    ["row.size - 100 > stats.size.mean", ["size > 100"]],
    ["Math.max(row.size, 100) > stats.size.mean", ["size > 100"]],
    ["row.size * 0.001 > 5", ["size > 5"]],
    ["row.size / stats.size.mean > 2", []],
    ["(row.size - stats.size.mean) / stats.size.sd > 3", []],
    ["row.size / row.gap > 3", ["gap > 3"]],
    ["Math.log(row.size + 1) > 5", ["size > 5"]],
    ["row.size > 50 + 50", ["size > 100"]],
    ["row.size > 0", []],
    ["stats.size.mean > 100 && row.lost", ["size > 100"]],
    ["Math.pow(row.size, 2) > stats.size.p75", []],
    ["(row.lost ? 100 : 200) < row.size", ["size > 100", "size > 200"]],
  ];
  for (const [condition, expected] of cases) t.same(literalsOf(condition).sort(), [...expected].sort(), condition);
});

t.test("a recorded literal warns, at its place, with a statistic as the way out", async (t) => {
  const { warnings } = verifySmall('export const f = (row, stats) => row.size > 100 ? "attack" : "benign";');
  t.match(warnings, [{ line: 1, column: 34, lf: "f", message: /stats\.size\.p75/, excerpt: /\^$/ }]);
  t.match(verifySmall('export const f = (row) => row.gap === row.size ? "attack" : "benign";').warnings, [
    { message: /hardly ever/ },
  ]);
});

t.test("a literal in a helper is recorded once, in each LF that uses it", async (t) => {
  const text = `const big = (row) => row.size > 100;
export const f = (row) => big(row) && !big(row) ? "attack" : "benign";
export const g = (row) => big(row) ? "attack" : "benign";`;
  const lfs = accepted(verifySmall(text));
  for (const { certificate } of lfs)
    t.match(certificate.literals, [{ field: "size", operator: ">", value: 100, line: 1, column: 22 }]);
  for (const { certificate } of lfs) t.equal(certificate.literals.length, 1);
});

t.test("certificates are documents of the wire schema, labels in the task's order", async (t) => {
  const text =
    'export const f = (row) => row.size > 100 ? "attack" : row.address === "a" ? "benign" : row.lost ? "attack" : "benign";';
  const [lf] = accepted(verifySmall(text, ["address"]));
  t.same(parseDocument(Certificate, lf?.certificate, "certificate"), lf?.certificate);
  t.match(lf?.certificate, {
    labels: ["benign", "attack"],
    fields: ["address", "lost", "size"],
    leaves: 4,
    predicates: 3,
  });
});

const source = `import { ABSTAIN, type Flow } from "@flamenco/lf";
export const low = (flow: Flow) => (flow.srcPort <= 6600 ? "attack" : ABSTAIN);
export const high = (flow: Flow) => (flow.srcPort >= 9000 ? "benign" : ABSTAIN);
`;

function packageOf(
  text: string,
  names: readonly string[],
  change: (certificate: Certificate) => Certificate = (same) => same,
): VerifiablePackage {
  const { lfs } = verifyFlow(text);
  const byName = new Map(lfs.map((lf): [string, VerifiedLf] => [lf.name, lf]));
  return {
    manifest: {
      kind: "flow/1",
      task: { id: "ddos-ntp", labels: [...labels], positive: "benign" },
      lfs: names.map((name) => ({ name, file: "lfs.ts", description: "" })),
    },
    files: [
      { path: "lfs.ts", text },
      { path: "readme.md", text: "# not code (((" },
    ],
    certificates: names.flatMap((name) => {
      const lf = byName.get(name);
      return lf === undefined ? [] : [change(lf.certificate)];
    }),
  };
}

t.test("a package whose certificates are what its sources yield is verified, in the manifest's order", async (t) => {
  t.same(
    verifyPackage(packageOf(source, ["high", "low"])).map(({ name }) => name),
    ["high", "low"],
  );
});

t.test("a certificate that hides something is refused", async (t) => {
  const changes: readonly ((certificate: Certificate) => Certificate)[] = [
    (certificate) => ({ ...certificate, operations: 1 }),
    (certificate) => ({ ...certificate, fields: [] }),
    (certificate) => ({ ...certificate, labels: [...labels] }),
  ];
  for (const change of changes) {
    t.throws(() => verifyPackage(packageOf(source, ["low", "high"], change)), { code: "FLM_PACKAGE_CERTIFICATE" });
  }
  t.throws(() => verifyPackage({ ...packageOf(source, ["low", "high"]), certificates: [] }), {
    code: "FLM_PACKAGE_CERTIFICATE",
  });
});

t.test("the exports are exactly the LFs of the manifest", async (t) => {
  t.throws(() => verifyPackage(packageOf(source, ["low"])), { code: "FLM_PACKAGE_FORMAT", message: /high/ });
  t.throws(() => verifyPackage(packageOf(source, ["low", "high", "more"])), {
    code: "FLM_PACKAGE_FORMAT",
    message: /more/,
  });
});

t.test("a refused source refuses the package, every place in the details", async (t) => {
  const sources = {
    kind: "flow/1",
    labels,
    files: [
      { path: "lfs.ts", text: source },
      { path: "spare.ts", text: "export const f = (flow) => flow.srcAddr;\nlet x = 1;" },
    ],
    lfs: [{ name: "low", file: "lfs.ts" }],
  };
  try {
    verifyLfs(sources);
    t.fail("not refused");
  } catch (error) {
    if (!isFlamencoError(error, "FLM_LF_REFUSED")) throw error;
    t.match(error.message, /spare\.ts:1:33.*and 1 more/);
    t.same(
      error.details.map(({ at }) => at),
      ["spare.ts:1:33", "spare.ts:2:1"],
    );
    t.match(error.details[0]?.message, /^FLM_LF_PRIVATE_FIELD: .*\n.*\n +\^$/);
  }
});

t.test("the nearest statistic is suggested for a literal, the simplest of near ones", async (t) => {
  const suggest = (value: number): string | undefined => suggestStatistic({ field: "size", value }, statistics);
  t.equal(suggest(6), "stats.size.p75");
  t.equal(suggest(6.05), "stats.size.p75");
  t.equal(suggest(27), "3 * stats.size.p95");
  t.equal(suggest(11), "stats.size.mean + 3 * stats.size.sd");
  t.equal(suggestStatistic({ field: "constructor", value: 1 }, statistics), undefined);
});
