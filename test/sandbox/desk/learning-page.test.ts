import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { classifierNames } from "@flamenco/policies/wire";
import { searchPresets, settingsOf, sizeOfSpace } from "@flamenco/sandbox/search";
import t from "tap";
import { runDesk, writeText } from "./label-desk.js";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const page = readFileSync(`${root}docs/learning.md`, "utf8");
/** Cells of the page's tables, by row; without backquotes. */
const tableRows = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("|---"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("`", "")),
  );

t.test("the page lists every setting of every model with the default that is in force", async (t) => {
  const small = writeText(
    "small.csv",
    `x,z,y\n${Array.from({ length: 40 }, (_, row) => `${row},${(row * 7) % 40},${(row >> 1) % 2}`).join("\n")}\n`,
  );
  const start = tableRows.findIndex(([first]) => first === "model");
  const end = tableRows.findIndex(([first], index) => index > start && first === "all");
  const documented = new Map<string, string>();
  let models: readonly string[] = [];
  for (const [model, setting, value] of tableRows.slice(start + 1, end + 1)) {
    if (model !== "") models = model === "all" ? classifierNames : model!.split(", ");
    for (const name of models) documented.set(`${name} ${setting}`, value!);
  }
  const known = classifierNames.flatMap((model) => settingsOf(model).map((setting) => `${model} ${setting}`));
  t.same([...documented.keys()].sort(), known.sort());
  for (const model of classifierNames) {
    const { code, stdout, stderr } = await runDesk(
      "learn",
      small,
      "--target",
      "y",
      "--model",
      model,
      "--threads",
      "1",
      "--json",
    );
    t.equal(code, 0, stderr);
    const { parameters } = JSON.parse(stdout);
    for (const setting of settingsOf(model)) {
      if (setting === "featuresPerSplit") continue;
      t.same(parameters[setting], JSON.parse(documented.get(`${model} ${setting}`)!), `${model} ${setting}`);
    }
  }
});

t.test("the page lists every preset with the size of its space", async (t) => {
  for (const { name, model, vary, folds, paper, settings } of searchPresets.filter(
    (preset) => preset.name !== "small",
  )) {
    const [, ofModel, candidates, held, from] = tableRows.find(([first]) => first === name)!;
    const size = sizeOfSpace({ fixed: { ...settings, model }, vary });
    t.same([ofModel, held, from], [model, folds, `§${paper}`]);
    t.match(candidates, new RegExp(`: ${size.toLocaleString("en-US")}$`), name);
  }
});

t.test("the page's example prints what the page shows", async (t) => {
  const [, command] = /^ {4}flamenco (learn examples.*)$/m.exec(page)!;
  const [, shown] = /```\n(.*?)\n```/s.exec(page)!;
  const args = command!.split(" ").map((word) => (word.startsWith("examples/") ? `${root}${word}` : word));
  const { stdout } = await runDesk(...args, "--threads", "1");
  const printed = stdout.replace(/\n+[\d.]+ s\n$/, "");
  t.equal(printed.split("\n").length, shown!.split("\n").length);
  t.equal(printed.split("\n")[0], shown!.split("\n")[0]);
  // Not to the last digit: a better split of a tree is no reason to write the page anew.
  const scoresOf = (text: string) =>
    [...text.matchAll(/^\w.*\]$/gm)].flatMap(([line]) =>
      line
        .match(/[\d.]+/g)!
        .slice(-9)
        .map(Number),
    );
  t.equal(scoresOf(shown!).length, 54);
  for (const [index, score] of scoresOf(printed).entries()) t.ok(Math.abs(score - scoresOf(shown!)[index]!) < 0.05);
});
