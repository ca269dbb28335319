import t from "tap";
import { runDesk, writeText } from "./label-desk.js";
import { base, edit, rows, toCsv } from "./learn-desk.js";

const refusals: Record<string, [string, string[], number, RegExp]> = {
  "no such column": [toCsv(rows), ["--target", "label"], 1, /^FLM_FIELD_MISSING: .* has no column label/],
  "no such feature": [toCsv(rows), ["--features", "x,z"], 1, /^FLM_FIELD_MISSING/],
  "a feature that is the target": [toCsv(rows), ["--features", "x,y"], 2, /^FLM_USAGE: y has another use/],
  "a feature of text": [edit((row) => ({ ...row, word: "red" })), ["--features", "x,word"], 1, /^FLM_SCHEMA.*word/],
  "one label": [edit((row) => ({ ...row, y: "attack" })), [], 1, /^FLM_LEARN_ONE_CLASS/],
  "one label in training": [
    edit((row) => ({ ...row, y: row.split === "train" ? "benign" : row.y })),
    [],
    1,
    /^FLM_LEARN_ONE_CLASS/,
  ],
  "a target of a thousand values": [
    edit((row, index) => ({ ...row, y: index })),
    [],
    1,
    /^FLM_TOO_LARGE.*300 different values/,
  ],
  "constant features": [edit(({ y, split }) => ({ x: 1, y, split })), [], 1, /^FLM_LEARN_CONSTANT/],
  "no numbers at all": [edit(({ y, split }) => ({ x: "a", y, split })), [], 1, /^FLM_LEARN_CONSTANT/],
  "missing alone": [edit(({ y, split }) => ({ x: "", y, split })), [], 1, /^FLM_LEARN_CONSTANT/],
  "nothing to train on": [edit((row) => ({ ...row, split: "test" })), [], 1, /^FLM_LEARN_FEW_ROWS/],
  "another part": [
    edit((row, index) => ({ ...row, split: index === 7 ? "holdout" : row.split })),
    [],
    1,
    /^FLM_SCHEMA: .*learn-bad\.csv:9: the column split says none/,
  ],
  "a rare label in folds": [
    edit((row, index) => ({ ...row, y: index < 3 ? "attack" : "benign" })),
    ["--search", "grid"],
    1,
    /^FLM_LEARN_FOLD: Only 3 training rows are attack/,
  ],
  "a label that comes late": [
    edit((row, index) => ({ ...row, y: index < 250 ? "benign" : row.y })),
    ["--search", "grid", "--cv", "time"],
    1,
    /^FLM_LEARN_FOLD: In fold 1 of 5 in time order, none of the 30 training rows is attack/,
  ],
  "fewer rows than folds": [
    edit((row, index) => ({ ...row, split: index < 8 ? "train" : "test", y: index % 2 })),
    ["--search", "grid", "--folds", "10"],
    1,
    /^FLM_LEARN_FEW_ROWS: 8 training rows cannot make 10 folds/,
  ],
  "no validation rows to hold out": [
    edit((row) => ({ ...row, split: row.split === "validation" ? "train" : row.split })),
    ["--search", "grid", "--cv", "validation"],
    1,
    /^FLM_LEARN_FEW_ROWS/,
  ],
  "soft labels of other names": [
    edit((row) => ({ ...row, p_up: 0.5, p_down: 0.5 })),
    ["--soft", "p_up,p_down"],
    1,
    /^FLM_SCHEMA.*p_LABEL/,
  ],
  "soft labels that sum to 2": [
    edit((row) => ({ ...row, p_attack: 1, p_benign: 1 })),
    ["--soft", "p_attack,p_benign"],
    1,
    /^FLM_SCHEMA: .*:2: the soft labels are not/,
  ],
  "negative soft labels": [
    edit((row) => ({ ...row, p_attack: -1, p_benign: 2 })),
    ["--soft", "p_attack,p_benign"],
    1,
    /^FLM_SCHEMA/,
  ],
  "a time that lacks": [
    edit((row, index) => ({ at: index === 3 ? "" : index, ...row })),
    ["--time", "at"],
    1,
    /^FLM_SCHEMA: .*:5: the column at has no time/,
  ],
  "a positive label that is none": [toCsv(rows), ["--positive", "evil"], 2, /^FLM_USAGE/],
  "a setting of another model": [
    toCsv(rows),
    ["--set", "units=3"],
    2,
    /^FLM_USAGE: tree has no setting units; it has depth, leafRows, classWeights/,
  ],
  "a setting out of range": [toCsv(rows), ["--set", "depth=0"], 2, /^FLM_USAGE: tree cannot have this depth/],
  "a setting without value": [toCsv(rows), ["--set", "depth"], 2, /^FLM_USAGE/],
  "set and varied": [
    toCsv(rows),
    ["--set", "depth=3", "--vary", "depth=1,2"],
    2,
    /^FLM_USAGE: The setting depth is both/,
  ],
  "steps of a tree": [toCsv(rows), ["--steps", "3"], 2, /^FLM_USAGE/],
  "folds without a search": [toCsv(rows), ["--cv", "time"], 2, /^FLM_USAGE: --cv goes with --search/],
  "candidates of a grid": [toCsv(rows), ["--search", "grid", "--candidates", "3"], 2, /^FLM_USAGE/],
  "a preset of another model": [
    toCsv(rows),
    ["--preset", "atlas"],
    2,
    /^FLM_USAGE: tree has no search preset atlas; it has small/,
  ],
  "one fold": [toCsv(rows), ["--search", "grid", "--folds", "1"], 2, /^FLM_USAGE: --folds/],
  "a grid of a billion": [
    toCsv(rows),
    [
      "--model",
      "forest",
      "--search",
      "grid",
      ...["trees", "leafRows", "featuresPerSplit"].flatMap((name) => [
        "--vary",
        `${name}=${Array.from({ length: 1000 }, (_, index) => index + 1).join()}`,
      ]),
    ],
    1,
    /^FLM_TOO_LARGE: The search space has 1000000000 candidates/,
  ],
  "another classifier": [toCsv(rows), ["--model", "svm"], 2, /Allowed choices/],
  "a plot without test rows of one label": [
    edit((row) => ({ ...row, y: row.split === "test" ? "benign" : row.y })),
    ["--plot", "never.svg"],
    1,
    /^FLM_TOO_FEW_VALUES: --plot/,
  ],
  "settings that are no object": [toCsv(rows), ["--settings", writeText("list.json", "[1]")], 1, /^FLM_SCHEMA/],
};

t.test("bad input is refused with a code, in words that never quote a row", async (t) => {
  for (const [name, [text, args, code, message]] of Object.entries(refusals)) {
    const run = await runDesk("learn", writeText("learn-bad.csv", text), ...base, ...args, "--threads", "1");
    t.match(run.stderr, message, name);
    t.equal(run.code, code, name);
    t.equal(run.stdout, "", name);
  }
});
