import { fitClassifier, type Samples } from "@flamenco/sandbox/learning";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";

/** Rows around the sizes of blocks, and of fours within them. */
for (const rows of [7, 128, 131, 262]) {
  for (const labelCount of [2, 3]) {
    t.test(`the least loss of ${rows} rows and ${labelCount} labels has no slope`, async (t) => {
      const random = new SeededRandom(rows);
      const samples: Samples = {
        rows,
        steps: 1,
        features: ["a", "b", "c"],
        values: Float64Array.from({ length: rows * 3 }, () => random.nextFloat()),
      };
      const weights = new Float64Array(rows * labelCount);
      for (let row = 0; row < rows; row++) {
        const truth = row < labelCount ? row : random.nextBelow(labelCount);
        for (let label = 0; label < labelCount; label++) {
          weights[row * labelCount + label] = label === truth ? 0.8 : 0.2 / (labelCount - 1);
        }
      }
      const all = Int32Array.from({ length: rows }, (_, row) => row);
      const spec = { model: "logistic", c: 1e6 } as const;
      const classifier = await fitClassifier(spec, samples, { labelCount, weights }, all, { seed: 1 });
      t.match(classifier.parameters, { converged: true });
      const off = classifier.predict(samples, all).map((probability, index) => probability - weights[index]!);
      for (let label = 0; label < labelCount; label++) {
        const slope = (factor: (row: number) => number) =>
          Math.abs(all.reduce((sum, row) => sum + factor(row) * off[row * labelCount + label]!, 0) / rows);
        t.ok(slope(() => 1) < 1e-5, "of an intercept");
        for (const feature of [0, 1, 2]) t.ok(slope((row) => samples.values[row * 3 + feature]!) < 1e-5, "of a weight");
      }
    });
  }
}
