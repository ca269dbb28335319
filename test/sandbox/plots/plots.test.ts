import { spawnSync } from "node:child_process";
import { drawBars, drawCorrelations, drawModality, drawThresholds } from "@flamenco/sandbox/plots";
import { calculateThresholds, correlateColumns, detectModes, SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";
import { drawMixture } from "../preprocess/mixtures.js";

const hostile = `<script>alert(1)</script>"'&\u202e\u0000]]>`;
const values = drawMixture(3, 4, { values: 3000 });

function drawAll(column: string): Record<string, string> {
  const random = new SeededRandom(2);
  const columns = new Map(
    Array.from({ length: 8 }, (_, index) => [
      `${column} ${index}`,
      Float64Array.from(values, (value) => (index % 2 === 0 ? value : 0) + 40 * random.nextFloat()),
    ]),
  );
  return {
    modality: drawModality({ values, modality: detectModes(values), column, unit: "ms" }),
    constant: drawModality({
      values: values.map(() => 5),
      modality: detectModes(values.map(() => 5)),
      column,
      unit: "",
    }),
    thresholds: drawThresholds({ values, thresholds: calculateThresholds(values), column, unit: "ms" }),
    flat: drawThresholds({
      values: values.map(() => 5),
      thresholds: calculateThresholds(values.map(() => 5)),
      column,
      unit: "",
    }),
    correlations: drawCorrelations(correlateColumns(columns, "spearman")),
    bars: drawBars({
      title: column,
      axis: column,
      groups: [column, "other"],
      series: [
        {
          name: column,
          hollow: true,
          bars: [
            { value: 0.5, interval: null },
            { value: null, interval: null },
          ],
        },
        {
          name: "here",
          bars: [
            { value: 0.6, interval: [0.5, 0.7] },
            { value: 0, interval: [0, 0] },
          ],
        },
      ],
    }),
  };
}

t.test("the same input gives the same bytes, without a number that is none", async (t) => {
  const [first, second] = [drawAll("rtt"), drawAll("rtt")];
  t.strictSame(first, second);
  for (const [name, svg] of Object.entries(first)) {
    t.notMatch(svg, /NaN|Infinity|undefined/, name);
    t.ok(svg.length < 60_000, `${name} has ${svg.length} bytes`);
  }
});

t.test("modes, splits, thresholds and correlations are told in words and numbers, not by color alone", async (t) => {
  const { modality, thresholds, correlations } = drawAll("rtt");
  t.match(modality, /3 modes in 3000 values/);
  t.match(modality, /split at [\d.]+, [\d.]+/);
  t.match(modality, />1: [\d.]+ ms, [\d.]+ % of values</);
  t.match(modality, /rtt \(ms\)/);
  for (const name of ["Tukey", "mean, sd", "median, MAD", "knee"])
    t.match(thresholds, new RegExp(`>${name}: -?[\\d.]+ \\(\\d+ beyond\\)<`));
  t.match(correlations, />\.\d\d</);
});

t.test("attack: a heading that would be markup, script or hidden text", async (t) => {
  for (const [name, svg] of Object.entries(drawAll(hostile))) {
    for (const part of ["<script", "\u202e", "\u0000"]) t.notOk(svg.includes(part), name);
    t.match(svg, /&lt;script&gt;/, name);
  }
});

const renderer = spawnSync("rsvg-convert", ["--version"]);
t.test("a renderer reads every plot", { skip: renderer.error ? "rsvg-convert is not installed" : false }, async (t) => {
  for (const column of ["rtt", hostile]) {
    for (const [name, svg] of Object.entries(drawAll(column))) {
      const { status, stderr } = spawnSync("rsvg-convert", { input: svg });
      t.equal(status, 0, `${name}: ${stderr}`);
    }
  }
});

t.test("of very many columns the first are drawn, and the rest is counted", async (t) => {
  const columns = new Map(
    Array.from({ length: 90 }, (_, column) => [`c${column}`, values.subarray(column, column + 50)]),
  );
  t.match(drawCorrelations(correlateColumns(columns, "pearson")), /the first 60 of 90 columns/);
});

t.test("a hollow bar has the color of the solid one beside it, and a missing number has no bar", async (t) => {
  const { bars } = drawAll("F1");
  const drawn = [...bars!.matchAll(/<rect [^>]*fill="(#[0-9a-fA-F]+)" stroke="(#[0-9a-fA-F]+)"[^>]*>/g)];
  t.strictSame(
    drawn.map(([, fill, stroke]) => [fill, stroke]),
    [["#ffffff", "#0072B2"], ...Array.from({ length: 2 }, () => ["#0072B2", "#0072B2"])].concat([
      ["#ffffff", "#0072B2"],
      ["#0072B2", "#0072B2"],
    ]),
    "three bars and two keys",
  );
  t.match(bars, />\.600</);
});
