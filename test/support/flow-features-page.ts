import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { cicNames, featureManifest, featureSets, timeoutsOf } from "@flamenco/sandbox/capture";

/** Where the page is. Compiled tests run in `test/dist/support`. */
export const flowFeaturesPagePath = fileURLToPath(new URL("../../../docs/flow-features.md", import.meta.url));

const BEGIN = "<!-- features: begin -->";
const END = "<!-- features: end -->";

function renderFeatures(): string {
  const small = new Set(featureSets.basic.map(({ field }) => field));
  const compat = featureManifest("cic", "compat-2021", timeoutsOf("compat-2021")).features;
  const { features } = featureManifest("cic", "corrected", timeoutsOf("corrected"));
  const rows = features.map(({ name, unit, formula, missing }, index) => {
    const otherwise = compat[index]!.formula === formula ? "" : compat[index]!.formula;
    const notes = [missing === null ? "" : `missing: ${missing}`, otherwise === "" ? "" : `compat-2021: ${otherwise}`];
    const note = notes.filter((text) => text !== "").join("; ");
    return `| \`${name}\` | ${unit} | ${small.has(name) ? "basic" : ""} | ${formula} | ${cicNames.get(name) ?? ""} | ${note} |`;
  });
  return `| column | unit | set | formula | in CICFlowMeter | |\n|---|---|---|---|---|---|\n${rows.join("\n")}\n`;
}

/** The page as it should be: its text with the table that the features say. */
export function renderFlowFeaturesPage(page: string): string {
  const [before = "", rest = ""] = page.split(BEGIN);
  const [, after = ""] = rest.split(END);
  return `${before}${BEGIN}\n\n${renderFeatures()}\n${END}${after}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  if (process.argv[2] === "--write") {
    await writeFile(flowFeaturesPagePath, renderFlowFeaturesPage(await readFile(flowFeaturesPagePath, "utf8")));
  }
}
