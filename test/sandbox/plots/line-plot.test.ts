import { drawLines } from "@flamenco/sandbox/plots";
import t from "tap";

const plot = {
  title: "F1 <of> epsilon",
  subtitle: "three points",
  xName: "epsilon",
  yName: "F1",
  ticks: [0.1, 1, 10],
  series: [
    {
      name: "north & south",
      limit: 0.9,
      points: [0.1, 1, 10].map((x, index) => ({ x, y: 0.5 + 0.2 * index, spread: 0.05 })),
    },
    { name: "one point", limit: 0.8, points: [{ x: 1, y: 0.8, spread: 0 }] },
  ],
};

t.test("lines, their spread and their limit are drawn, with text that is escaped", async (t) => {
  const svg = drawLines(plot);
  t.match(svg, /<title>F1 &lt;of&gt; epsilon<\/title>/);
  t.match(svg, /north &amp; south/);
  t.match(svg, /without noise 0\.900/);
  t.notMatch(svg, /NaN|undefined|Infinity/);
  t.equal(svg, drawLines(plot), "the same bytes each time");
});

t.test("the axis is logarithmic: ten times is as far everywhere", async (t) => {
  const [first, second, third] = [...drawLines(plot).matchAll(/<text x="([\d.]+)"[^>]*>(?:0\.1|1|10)<\/text>/g)].map(
    ([, x]) => Number(x),
  );
  t.ok(Math.abs(second! - first! - (third! - second!)) < 0.02);
});
