import { readFile } from "node:fs/promises";
import t from "tap";
import { flowFeaturesPagePath, renderFlowFeaturesPage } from "../../support/flow-features-page.js";

t.test("the page of flow features says what the features are", async (t) => {
  const page = await readFile(flowFeaturesPagePath, "utf8");
  t.equal(page, renderFlowFeaturesPage(page), "stale; run: node test/dist/support/flow-features-page.js --write");
  t.match(page, "| `fwdSubflowPackets` | packets |  | N_f / (1 + gaps over 1 s) | Subflow Fwd Packets | compat-2021:");
});
