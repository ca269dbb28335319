import { classifierNames } from "@flamenco/policies/wire";
import {
  drawCandidates,
  findPreset,
  listGrid,
  readSpec,
  searchLimits,
  searchPresets,
  sizeOfSpace,
} from "@flamenco/sandbox/search";
import t from "tap";

const forest = { model: "forest" } as const;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

t.test("a grid lists every combination once, the last setting fastest", async (t) => {
  const space = { fixed: { ...forest, leafRows: 2 }, vary: { trees: [10, 20], depth: [3, null] } };
  t.equal(sizeOfSpace(space), 4);
  t.same(
    listGrid(space).map(({ spec }) => spec),
    [
      { model: "forest", leafRows: 2, trees: 10, depth: 3 },
      { model: "forest", leafRows: 2, trees: 10, depth: null },
      { model: "forest", leafRows: 2, trees: 20, depth: 3 },
      { model: "forest", leafRows: 2, trees: 20, depth: null },
    ],
  );
  t.same(listGrid(space)[2]?.settings, { trees: 20, depth: 3 });
  t.same(listGrid({ fixed: forest, vary: {} }), [{ settings: {}, spec: forest }]);
});

t.test("drawn candidates differ from each other, follow the seed, and are spread over the space", async (t) => {
  const space = { fixed: forest, vary: { trees: upTo(100), leafRows: upTo(100) } };
  const draw = (count: number, seed: number) =>
    drawCandidates(space, count, seed).map(({ settings }) => JSON.stringify(settings));
  t.equal(new Set(draw(500, 1)).size, 500);
  t.same(draw(20, 1), draw(20, 1));
  t.notSame(draw(20, 1), draw(20, 2));
  const mean = drawCandidates(space, 1000, 5).reduce((sum, { settings }) => sum + Number(settings.trees), 0) / 1000;
  t.ok(Math.abs(mean - 50.5) < 3, `mean ${mean}: standard error .9`);
  t.equal(new Set(draw(9_999, 3)).size, 9_999, "nearly all of it");
  t.same(
    draw(10_000, 3),
    listGrid(space).map(({ settings }) => JSON.stringify(settings)),
    "all of it is the grid",
  );
});

t.test("a space of a billion candidates: no grid, but draws at once", async (t) => {
  const values = upTo(1000);
  const space = { fixed: forest, vary: { trees: values, leafRows: values, featuresPerSplit: values } };
  t.equal(sizeOfSpace(space), 1e9);
  t.throws(() => listGrid(space), { code: "FLM_TOO_LARGE", message: /1000000000 candidates.*at random/ });
  t.equal(drawCandidates(space, 50, 1).length, 50);
  t.throws(() => drawCandidates(space, searchLimits.candidates + 1, 1), { code: "FLM_TOO_LARGE" });
  t.throws(() => listGrid({ fixed: forest, vary: { trees: upTo(1001) } }), { code: "FLM_TOO_LARGE", message: /trees/ });
});

t.test("values that a setting cannot have are refused before anything is fitted", async (t) => {
  const refusals: [Record<string, unknown[]>, RegExp][] = [
    [{ trees: [] }, /No value of trees/],
    [{ trees: [10, 10] }, /same value twice/],
    [{ trees: [10, 0] }, /this trees/],
    [{ trees: ["many"] }, /this trees/],
    [{ units: [32] }, /forest has no setting units; it has trees, depth/],
    [{ __proto__x: [1] }, /no setting/],
  ];
  for (const [vary, message] of refusals) {
    t.throws(() => listGrid({ fixed: forest, vary }), { code: "FLM_USAGE", message });
    t.throws(() => drawCandidates({ fixed: forest, vary }, 1, 1), { code: "FLM_USAGE", message });
  }
  t.throws(() => readSpec({ model: "tree", depth: 65 }), { code: "FLM_USAGE", message: /this depth/ });
  t.same(readSpec({ model: "knn", neighbors: 3 }), { model: "knn", neighbors: 3 });
});

t.test("the paper's searches have the paper's values", async (t) => {
  const { vary, folds, search } = findPreset("atlas", "forest");
  t.same(
    { vary, folds, search },
    {
      vary: { trees: [50, 100, 150, 200], depth: [2, 5, 10, null], bootstrap: [true, false] },
      folds: "time",
      search: "random",
    },
  );
  const ark = findPreset("ark", "lstm");
  t.same(ark.settings, { patience: 2, minDelta: 0.01 });
  t.same(
    [ark.vary.units, ark.vary.batch, ark.vary.epochs],
    [
      [32, 64, 128],
      [32, 64, 128, 256],
      [20, 25, 30],
    ],
  );
  t.same(ark.vary.learningRate, [0.0001, 0.0003, 0.0005, 0.0008, 0.001, 0.003, 0.005, 0.008, 0.01, 0.03, 0.05]);
  t.same(findPreset("worf", "lstm").vary.units, [16, 32, 64, 128, 256]);
});

t.test("every preset is one that can be searched, and every model has a small one", async (t) => {
  for (const { model, settings, vary, name } of searchPresets) {
    const space = { fixed: { ...settings, model }, vary };
    t.ok(listGrid(space).length >= 5, `${name} of ${model}`);
  }
  for (const model of classifierNames) t.equal(findPreset("small", model).paper, null);
  t.throws(() => findPreset("atlas", "lstm"), { code: "FLM_USAGE", message: /it has ark, cic-ddos, worf, small/ });
});
