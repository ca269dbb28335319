import {
  decideSet,
  followDecision,
  interpretLf,
  type LfDecision,
  type LfRow,
  type SetLf,
  type SetOptions,
} from "@flamenco/language";
import type { DatasetStatistics } from "@flamenco/policies/wire";
import { DecisionTree, parseDocument } from "@flamenco/policies/wire";
import fc from "fast-check";
import t from "tap";
import { conditionLf, imports, labels, statistics, verifySmall } from "./support/programs.js";
import { datasetStatistics, hostileRow, randomFile } from "./support/random-programs.js";

/** A rule over votes that depends on every one of them, and gives each label and none. */
const weigh =
  (weights: readonly number[]) =>
  (votes: Int8Array): number => {
    const sum = votes.reduce((total, vote, lf) => total + (vote < 0 ? 0 : vote === 1 ? 1 : -1) * (weights[lf] ?? 1), 0);
    return sum === 0 ? -1 : sum > 0 ? 1 : 0;
  };

const setOf = (conditions: readonly string[]): SetLf[] =>
  conditions.map((condition, index) => ({ name: `lf${index}`, lf: conditionLf(condition) }));

const conditionsOf = (tree: DecisionTree): string[] =>
  tree.nodes.flatMap((node) => (node.type === "test" ? [node.condition] : []));

function decided(lfs: readonly SetLf[], options: SetOptions): LfDecision {
  const { decision, reason } = decideSet(lfs, options);
  if (decision === null) throw new Error(reason);
  return decision;
}

const field = fc.constantFrom("size", "gap", "count", "port").map((name) => `row.${name}`);
const bound = fc.oneof(
  fc.constantFrom("0", "1", "3", "6", "9", "123"),
  fc.constantFrom("p5", "p25", "p50", "p75", "p95", "mean").map((name) => `stats.size.${name}`),
  fc.constantFrom("p25", "p75", "count").map((name) => `stats.port.${name}`),
);
const predicate = fc.oneof(
  fc.tuple(field, fc.constantFrom("<", "<=", ">", ">=", "===", "!=="), bound).map((parts) => parts.join(" ")),
  fc.constantFrom("row.lost", "!row.lost", 'row.service === "web"', '["web", "db"].includes(row.service)'),
  fc.constantFrom("[6, 123].includes(row.port)", "[3, 6, 9].includes(row.size)", "stats.gap.p25 > 3"),
  field.map((name) => `Number.isNaN(${name})`),
  fc.tuple(field, field, bound).map(([a, b, c]) => `${a} * 2 - ${b} > ${c}`),
  fc.tuple(field, field, bound).map(([a, b, c]) => `(row.lost ? ${a} : ${b}) <= ${c}`),
);
const vote = fc.constantFrom('"attack"', '"benign"', "ABSTAIN");
const body = fc.oneof(
  fc.tuple(predicate, vote).map(([p, v]) => `return ${p} && row.gap < 1000 ? ${v} : ABSTAIN;`),
  fc.tuple(predicate, predicate, vote, vote).map(([p, q, v, w]) => `if (${p} && ${q}) return ${v}; return ${w};`),
  fc
    .tuple(predicate, predicate, predicate, vote, vote)
    .map(([p, q, r, v, w]) => `if (${p} || ${q}) return ${v}; return ${r} ? ${w} : ABSTAIN;`),
);
const smallSet = fc
  .array(body, { minLength: 1, maxLength: 6, size: "max" })
  .map((bodies) =>
    bodies
      .map((text, index) => `export function lf${index}(row, stats) { ${text} }`)
      .reduce((a, b) => `${a}\n${b}`, imports),
  );

/** Most LFs are like those that people write; some hold every construct of the language. */
const randomSet = fc.oneof({ arbitrary: smallSet, weight: 24 }, { arbitrary: randomFile, weight: 1 });

t.test("the tree of a set says of every row what the rule says of its votes, on 1,000 random sets", async (t) => {
  const seen = { sets: 0, rows: 0, missing: 0, larger: 0 };
  const setting = fc.tuple(
    randomSet,
    fc.array(fc.constantFrom(1, 1, 0.7, 0.4, 2), { minLength: 6, maxLength: 6 }),
    fc.array(hostileRow, { minLength: 1, maxLength: 12 }),
    datasetStatistics,
    fc.boolean(),
    fc.shuffledSubarray(["size", "gap", "count", "port", "service", "lost"]),
  );
  fc.assert(
    fc.property(setting, ([text, weights, rows, stats, resolves, important]) => {
      const lfs = verifySmall(text).lfs.map((lf) => ({ name: lf.name, lf }));
      const decide = weigh(weights);
      const importance = new Map(important.map((name, rank) => [name, -rank]));
      const decision = decided(lfs, { decide, importance, ...(resolves ? { statistics: stats } : {}) });
      seen.sets += 1;
      if (lfs.length > 2) seen.larger += 1;
      for (const [index, row] of rows.entries()) {
        const votes = Int8Array.from(lfs, ({ lf }) => interpretLf(lf, row, stats));
        const { label, steps } = followDecision(decision, row, stats);
        seen.rows += 1;
        if (steps.some(({ answer }) => answer === "missing")) seen.missing += 1;
        const expected = labels[decide(votes)] ?? null;
        if (label !== expected) throw new Error(`the tree says ${label}, the votes ${expected}, row ${index}`);
      }
    }),
    { numRuns: 1000, endOnFailure: true },
  );
  t.equal(seen.sets, 1000);
  t.ok(seen.rows > 4000 && seen.missing > 1000 && seen.larger > 300, JSON.stringify(seen));
});

t.test("questions about important fields come first; what an answer settles is not asked again", async (t) => {
  const lfs = setOf([
    "row.size <= stats.size.p25",
    "row.gap > 3 && row.size <= stats.size.p75",
    "row.size > stats.size.p90",
  ]);
  const decide = weigh([1, 1, 1]);
  const bySize = decided(lfs, {
    decide,
    importance: new Map([
      ["size", 2],
      ["gap", 1],
    ]),
  }).tree;
  t.match(conditionsOf(bySize)[0], "size");
  const byGap = decided(lfs, {
    decide,
    importance: new Map([
      ["size", 1],
      ["gap", 2],
    ]),
  }).tree;
  t.match(conditionsOf(byGap)[0], "gap");
  for (const tree of [bySize, byGap]) {
    parseDocument(DecisionTree, tree, "tree");
    for (const [index, node] of tree.nodes.entries()) {
      if (node.type === "test") t.ok([node.yes, node.no, node.missing ?? index + 1].every((next) => next > index));
    }
  }
  t.notOk(conditionsOf(byGap).some((condition) => /p25.*p25/.test(condition)));
  const leaf = (label: string | null) =>
    bySize.nodes.filter((node) => node.type === "leaf" && node.label === label).length;
  t.equal(leaf("attack"), 1, "equal leaves are one");
});

t.test("with the dataset's statistics, branches that none of its rows can reach are left out", async (t) => {
  const lfs = setOf(["row.size > 5 && row.size > stats.size.p5", "stats.gap.p25 > 100 && row.gap > 1"]);
  const decide = weigh([1, 2]);
  t.same(conditionsOf(decided(lfs, { decide }).tree).length > 2, true);
  t.same(conditionsOf(decided(lfs, { decide, statistics }).tree), ["size > 5"]);
  const without = {
    ...statistics,
    size: { ...statistics.size, p5: null, p10: null, p25: null, p50: null, p75: null, p90: null, p95: null },
  };
  const lost = decided(lfs, { decide, statistics: without as DatasetStatistics }).tree;
  t.same(lost.nodes, [{ type: "leaf", label: null }], "an LF that reads a statistic which the dataset lacks abstains");
});

t.test("a condition names its LF where only one asks it", async (t) => {
  const lfs = setOf(["row.size > 5 && row.gap > 1", "row.size > 5 && row.port > 1"]);
  const { tree } = decided(lfs, { decide: weigh([1, 2]) });
  const lfOf = Object.fromEntries(
    tree.nodes.flatMap((node) => (node.type === "test" ? [[node.condition, node.lf]] : [])),
  );
  t.same(lfOf, { "size > 5": undefined, "gap > 1": "lf0", "port > 1": "lf1" });
});

t.test("a row without a value takes the third branch, and LFs that do not read it still vote", async (t) => {
  const lfs = setOf(["row.size > 5", "row.gap > 1"]);
  const decision = decided(lfs, { decide: weigh([1, 1]) });
  const walk = (row: LfRow) => followDecision(decision, row, statistics);
  t.same(walk({ gap: 2 }).label, "attack");
  t.same(
    walk({ gap: 2 }).steps.map(({ answer }) => answer),
    ["missing", "yes"],
  );
  t.same(walk({ gap: 1 }).label, null);
  t.same(walk({}).label, null);
});

t.test("64 LFs with questions of their own have no tree, and that is said within a bound of work", async (t) => {
  const independent = setOf(Array.from({ length: 64 }, (_, i) => `row.size * ${i + 2} > row.gap + ${i}`));
  const { decision, reason } = decideSet(independent, { decide: weigh(independent.map((_, i) => 1 + 1 / (i + 3))) });
  t.equal(decision, null);
  t.match(reason, /more than \d+ branches/);
  const many = Array.from({ length: 20 }, (_, lf) =>
    Array.from({ length: 30 }, (_, i) => `row.size * ${lf + 2} > row.gap + ${i}`).join(" || "),
  );
  t.match(decideSet(setOf(many), { decide: () => 1 }).reason, /more than 512 different questions/);
  const thresholds = setOf(Array.from({ length: 40 }, (_, i) => `row.size > ${i * 10}`));
  const line = decided(thresholds, { decide: weigh(thresholds.map((_, i) => 1 + 1 / (i + 3))) });
  t.ok(line.tree.nodes.length < 50, "thresholds of one field make a line, not a tree");
});
