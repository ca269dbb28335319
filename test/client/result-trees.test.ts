import type { Outputs, Result } from "@flamenco/policies/wire";
import t from "tap";
import { makeKey } from "../support/signed-documents.js";
import { plainTerminal as terminal } from "./support/plain-terminal.js";
import { makeFullResult, makeOutputs } from "./support/results.js";

// What `study results` draws is no part of the SDK, so it is taken from the compiled client itself.
const client = new URL("../../../client/dist/", import.meta.url);
const { renderResults, renderResultCharts } = (await import(new URL("rendering/index.js", client).href)) as {
  renderResults: (terminal: object, results: readonly Result[], positive: string) => string;
  renderResultCharts: (results: readonly Result[], positive: string) => Map<string, string>;
};

function resultWith(change: (outputs: Outputs) => void): Result {
  const outputs: Outputs = makeOutputs();
  change(outputs);
  return makeFullResult(makeKey("north"), "0".repeat(64), { outputs });
}

t.test("an exact tree is shown and drawn beside the chain, and predictors are compared two by two", async (t) => {
  const result = resultWith((outputs) => {
    const { tree, metrics } = makeOutputs();
    outputs.exactTree = { ...tree, form: "exact" };
    outputs.metrics = {
      ...metrics,
      exactTree: metrics.labelModel,
      endClassifier: null,
      predictors: ["labelModel", "tree", "exactTree"],
      differences: [
        [0, 0.125, 0],
        [0.125, 0, 0.125],
        [0, 0.125, 0],
      ],
    };
  });
  const text = renderResults(terminal, [result], "attack");
  t.match(text, /exact tree: F1 of attack +0?\.857/);
  t.match(text, /Exact trees: their prediction is the label model's on every row/);
  t.match(text, /north +label model +tree +exact tree/);
  t.match(text, /exact tree +0?\.000 +0?\.125 +0?\.000/);
  t.notMatch(text, /end classifier/);
  t.ok(renderResultCharts([result], "attack").has("exact-tree-north.svg"));
});

t.test("an end classifier is shown beside label model and tree, with what it learned from", async (t) => {
  const result = resultWith((outputs) => {
    const { metrics } = makeOutputs();
    outputs.metrics = {
      ...metrics,
      endClassifier: metrics.labelModel,
      endClassifierFit: {
        model: "lstm",
        backend: "wasm",
        features: ["srcPort"],
        steps: 10,
        trainingRows: 1234,
        testRows: 4,
      },
      predictors: ["labelModel", "endClassifier", "tree"],
      differences: [
        [0, 0.25, 0.125],
        [0.25, 0, 0.375],
        [0.125, 0.375, 0],
      ],
    };
  });
  const text = renderResults(terminal, [result], "attack");
  t.match(text, /end classifier: F1 of attack +0?\.857/);
  t.match(text, /end classifier: learned from +lstm \(wasm\), 1,234 rows/);
  t.match(text, /end classifier +0?\.250 +0?\.000 +0?\.375/);
});

t.test("a chain in the place of an exact tree says why", async (t) => {
  const result = resultWith((outputs) => {
    outputs.exactTree = { ...makeOutputs().tree, reason: "A chain, for it would have more than 8192 branches." };
  });
  t.match(renderResults(terminal, [result], "attack"), /A chain, for it would have more than 8192 branches\./);
});

t.test("results of before, without these parts, are shown as ever", async (t) => {
  const text = renderResults(terminal, [resultWith(() => undefined)], "attack");
  t.notMatch(text, /exact/i);
  t.match(text, /label model and tree differ/);
});
