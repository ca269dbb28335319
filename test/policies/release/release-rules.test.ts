import { parseReleaseRules, presetRules, protectedOutputs } from "@flamenco/policies/release";
import t from "tap";

const { standard, strict, open } = presetRules;

t.test("presets are acceptable rules, strict is stricter, open alone is exact", async (t) => {
  for (const rules of [standard, strict, open]) t.strictSame(parseReleaseRules({ ...rules }), rules);
  t.match(standard.epsilon, { release: 0.5, collaborator: 4, dataset: 8 });
  t.equal(standard.votesPerRow, 4);
  t.equal(standard.minimumSupportRows, 10);
  t.equal(standard.privacyUnit, "host-day");
  for (const name of ["release", "collaborator", "dataset", "catalogue"] as const) {
    t.ok(strict.epsilon[name] < standard.epsilon[name], name);
  }
  t.ok(strict.minimumSupportRows > standard.minimumSupportRows);
  for (const rules of [standard, strict]) t.ok(rules.outputs.every((name) => protectedOutputs.includes(name)));
  t.ok(strict.outputs.every((name) => standard.outputs.includes(name)));
  t.strictSame([standard.protection, strict.protection, open.protection], ["protected", "protected", "exact"]);
});

t.test("an epsilon that is negative, zero, no number, a text or huge is refused before anything else", async (t) => {
  for (const bad of [-1, 0, Number.NaN, "0.5", 1e300, null, undefined, Number.POSITIVE_INFINITY, 5e-324]) {
    for (const name of ["release", "collaborator", "dataset", "catalogue"]) {
      const rules = { ...standard, outputs: "nonsense", epsilon: { ...standard.epsilon, [name]: bad } };
      t.throws(() => parseReleaseRules(rules), {
        code: "FLM_RELEASE_RANGE",
        message: new RegExp(`^epsilon\\.${name} must be a number from 0\\.\\d+ to \\d+\\.$`),
      });
    }
  }
});

t.test("other numbers are held to their ranges", async (t) => {
  for (const [name, bad] of [
    ["rowsPerUnit", 0],
    ["rowsPerUnit", 1.5],
    ["rowsPerUnit", 1e9],
    ["votesPerRow", 1],
    ["minimumSupportRows", -3],
  ] as const) {
    t.throws(() => parseReleaseRules({ ...standard, [name]: bad }), { code: "FLM_RELEASE_RANGE", message: name });
  }
});

t.test("rules that contradict themselves are refused", async (t) => {
  for (const [change, message] of [
    [{ epsilon: { ...standard.epsilon, release: 5 } }, /may not cost more/],
    [{ epsilon: { ...standard.epsilon, collaborator: 9 } }, /may not cost more/],
    [{ privacyUnit: "column" }, /unitColumn/],
    [{ unitColumn: "customer" }, /unitColumn/],
    [{ privacyUnit: "row" }, /must be 1/],
    [{ privacyUnit: "nobody" }, /privacyUnit/],
    [{ outputs: [] }, /outputs/],
    [
      { outputs: ["analysis", "exactTree"] },
      /exactTree has no protected form; .*: analysis, labelModel, metrics, tree\.$/,
    ],
    [{ outputs: ["combinations"] }, /combinations has no protected form/],
    [{ extra: 1 }, /extra/],
  ] as const) {
    t.throws(() => parseReleaseRules({ ...standard, ...change }), { code: "FLM_RELEASE_RULES", message });
  }
  for (const none of [null, 5, "standard", []]) t.throws(() => parseReleaseRules(none), { code: /FLM_RELEASE_/ });
});
