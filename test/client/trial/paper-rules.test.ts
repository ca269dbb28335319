import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { documentOf, runFlamenco } from "../support/command-line.js";

// Every command is a process of its own; a busy machine starts them slowly.
t.setTimeout(300_000);

const vector = (name: string) => fileURLToPath(new URL(`../../../vectors/language/${name}`, import.meta.url));

t.test("the paper's rules vote on every row as Snorkel applies them to pandas' statistics", async (t) => {
  const folder = t.testdir();
  const [rules, out] = [join(folder, "rules.ts"), join(folder, "votes.csv")];
  await copyFile(vector("paper-rules.txt"), rules);
  const args = ["lf", "test", rules, "--kind", "flow/1", "--labels", "attack,benign"];
  const data = ["--data", vector("paper-flows.csv"), "--labels-column", "label"];
  const result = await runFlamenco([...args, ...data, "--votes", out, "--json"]);
  t.match(documentOf(result), { source: "data", trial: { rows: 3000, labeledRows: 3000, coverage: 2989 / 3000 } });

  const [header = "", ...lines] = (await readFile(out, "utf8")).trimEnd().split("\n");
  t.match(header, /^sourcePort123Attack,.*,monlistCompoundAttack,y$/);
  const symbols: Readonly<Record<string, string>> = { attack: "0", benign: "1", ".": "." };
  const voted = lines.map((line) =>
    line
      .split(",")
      .slice(0, -1)
      .map((word) => symbols[word])
      .join(""),
  );
  t.strictSame(voted, (await readFile(vector("paper-votes.txt"), "utf8")).trimEnd().split("\n"));

  const before = await readFile(out, "utf8");
  const again = await runFlamenco([...args, ...data, "--votes", out, "--json"]);
  t.match([again.code, documentOf(again)], [1, { code: "FLM_FILE_EXISTS" }]);
  t.equal(await readFile(out, "utf8"), before, "a file that is there is left alone");
});
