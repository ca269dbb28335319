import { readFileSync } from "node:fs";
import t from "tap";
import { parseVotes, readVector } from "../labeling/golden-vector.js";
import { askLabel, runLabel, startDesk, writeText, writeVector } from "./label-desk.js";

const vector = readVector("g18");
const packed = writeVector("g18");
/** The same votes, a column for each LF, in three ways of writing them. */
const rows = readFileSync(packed, "utf8").trim().split("\n").slice(1);
const names = ["benign", "attack"];
const plain = writeText(
  "plain.csv",
  `a,b,c,d,node,y\n${rows
    .map((row) => {
      const [votes, y] = row.split(",");
      return `${parseVotes(votes!).join(",")},3,${y}`;
    })
    .join("\n")}\n`,
);
const named = writeText(
  "named.csv",
  `a,b,c,d,y\n${rows
    .map((row, index) => {
      const [votes, y] = row.split(",");
      const words = parseVotes(votes!).map((vote) => (vote < 0 ? ["", ".", "ABSTAIN"][index % 3] : names[vote]));
      return `${words.join(",")},${names[Number(y)]}`;
    })
    .join("\n")}\n`,
);

t.test("a fit says all that its handle promises, by these names", async (t) => {
  const answer = await askLabel("fit", packed, "--model", "moments", "--balance", ".5,.5", "--head", "200");
  t.match(answer, { model: "moments", n: 2000, classBalance: [0.5, 0.5], converged: true, warnings: [] });
  t.equal(answer.patterns, vector.patterns.length);
  t.equal(answer.softLabels.length, 200);
  for (const [lf, weight] of vector.moments.weights.entries()) t.ok(Math.abs(answer.weights[lf] - weight) < 2e-5);
  t.equal(answer.conditional.length, 4);
  t.ok(
    answer.conditional.every((votes: unknown[]) => votes.length === 3),
    "abstain, and two labels",
  );
});

t.test("every model that is asked for is the one that answers", async (t) => {
  for (const model of ["majority", "moments", "triplets", "em", "one-coin"]) {
    t.match(await askLabel("fit", packed, "--model", model), {
      requested: model,
      model,
      lfs: ["lf0", "lf1", "lf2", "lf3"],
    });
  }
});

t.test("packed, plain and named votes are the same votes", async (t) => {
  const [first, second] = [
    await askLabel("fit", packed, "--model", "em"),
    await askLabel("fit", plain, "--model", "em"),
  ];
  t.strictSame(second.weights, first.weights);
  t.strictSame(second.lfs, ["a", "b", "c", "d"]);
  const third = await askLabel("fit", named, "--model", "em", "--labels", "benign,attack");
  t.strictSame([third.weights, third.labels], [first.weights, names]);
  const sorted = await askLabel("fit", writeText("order.csv", "a,b\nzebra,ant\nant,ant\n"));
  t.strictSame(sorted.labels, ["ant", "zebra"], "without an order that is given, the alphabet's");
  const some = await askLabel("fit", plain, "--lfs", "d,a,b", "--model", "em");
  t.strictSame(some.lfs, ["d", "a", "b"]);
});

t.test("the truth of a file is not fitted to unless it is named as gold", async (t) => {
  const without = await askLabel(
    "fit",
    writeText("n.csv", `votes\n${rows.map((row) => row.split(",")[0]).join("\n")}\n`),
  );
  t.strictSame((await askLabel("fit", packed)).weights, without.weights);
  const gold = await askLabel("fit", packed, "--gold", "y");
  t.match(gold, { classBalanceSource: "validation", reason: /labeled validation rows/ });
});

t.test("rows without a vote have no soft label, unless it is asked for", async (t) => {
  const path = writeText("silent.csv", "votes\n...\n001\n110\n011\n");
  const soft = async (...args: string[]) => (await askLabel("fit", path, "--model", "majority", ...args)).softLabels;
  t.strictSame((await soft())[0], null);
  t.strictSame((await soft("--unvoted"))[0], [0.5, 0.5]);
});

t.test("ties fall as asked", async (t) => {
  const path = writeText("ties.csv", `votes\n${"01\n10\n".repeat(3)}0.\n`);
  const predict = async (...args: string[]) =>
    (await askLabel("fit", path, "--model", "majority", "--balance", ".7,.3", ...args)).predictions;
  t.strictSame(await predict(), [0, 0, 0, 0, 0, 0, 0]);
  t.strictSame(await predict("--ties", "abstain"), [null, null, null, null, null, null, 0]);
  const random = await predict("--ties", "random");
  t.ok(random.slice(0, 6).every((label: number) => label === 0 || label === 1));
  t.strictSame(random.slice(0, 2), random.slice(2, 4), "the same votes, the same label");
});

t.test("a row is explained by what each LF adds", async (t) => {
  const { row } = await askLabel("fit", packed, "--model", "moments", "--row", "7");
  t.match(row, { row: 7, unit: "log-odds", contributions: [{ lf: /lf\d/, value: Number }] });
  const text = (await runLabel("fit", packed, "--model", "moments", "--row", "7")).stdout;
  t.match(text, /Row 7 votes [.01]{4} \(as \d+ rows do\)/);
  t.match(text, /\(class balance\).*\n(.*\n)+\(together\)/);
});

t.test("a saved model, applied, predicts as when it was fitted", async (t) => {
  for (const model of ["majority", "moments", "triplets", "em", "one-coin"]) {
    const path = writeText(`${model}.json`, "");
    t.match(
      await runLabel("fit", packed, "--out", path),
      { code: 1, stderr: /FLM_FILE_EXISTS/ },
      "another file is not replaced",
    );
    const saved = `${path}.saved`;
    const fitted = await askLabel("fit", packed, "--model", model, "--out", saved, "--head", "2000");
    const applied = await askLabel("apply", saved, packed, "--head", "2000");
    t.strictSame([applied.softLabels, applied.predictions], [fitted.softLabels, fitted.predictions], model);
    const bytes = readFileSync(saved, "utf8");
    await askLabel("fit", packed, "--model", model, "--out", saved);
    t.equal(readFileSync(saved, "utf8"), bytes, "an older model is replaced, and the same votes give the same bytes");
  }
  t.match(await runLabel("apply", packed, packed), { code: 1, stderr: /FLM_SCHEMA: .* is not JSON/ });
  const other = writeText("other.csv", "votes\n01\n10\n");
  const saved = writeText("model.json", "").replace("model.json", "em.json.saved");
  t.match(await runLabel("apply", saved, other), { code: 1, stderr: /FLM_SCHEMA: .*labeling functions/ });
});

t.test("one LF, LFs that never vote, nobody who votes: results with reasons", async (t) => {
  const one = await askLabel("fit", writeText("one.csv", "votes\n1\n0\n.\n1\n"));
  t.match(one, { model: "validated", identified: false, warnings: [/Unidentified/] });
  const never = await askLabel("fit", writeText("never.csv", "a,b\n,1\n,0\n"), "--model", "em");
  t.match(never, { weights: [null, Number], warnings: [/Unidentified/, /a never votes/] });
  const nobody = await askLabel("fit", writeText("nobody.csv", "votes\n...\n...\n"));
  t.match(nobody, { weights: [null, null, null], softLabels: [null, null], identified: false });
  const constant = await askLabel("fit", writeText("constant.csv", "votes\n111\n111\n"), "--model", "one-coin");
  t.notMatch(JSON.stringify(constant), /NaN/);
});

t.test("text answers are tables with their warnings", async (t) => {
  const { code, stdout } = await runLabel("fit", writeVector("g16"), "--model", "moments", "--head", "2");
  t.equal(code, 0);
  t.match(stdout, /labeling function +weight/);
  t.match(stdout, /^lf2 +- /m, "nothing is known of an LF that never votes");
  t.match(stdout, /Mind: lf2 never votes/);
});

t.test("a command line that cannot be meant is refused with 2 and a reason", async (t) => {
  const wrong = [
    [["--balance", ".3,.3"], /summing to 1/],
    [["--balance", ".3,x"], /summing to 1/],
    [["--balance", "1"], /summing to 1/],
    [["--model", "magic"], /Allowed choices/],
    [["--head", "-3"], /whole number/],
    [["--row", "0"], /rows 1 to 2000/],
    [["--row", "99999"], /rows 1 to 2000/],
    [["--gold", "nobody"], /no column nobody/],
    [["--lfs", "a,a"], /different names/],
    [["--labels", "only"], /at least 2/],
    [["--prior", "lf0"], /mean from 0 to 1/],
    [["--prior", "lf0=2"], /mean from 0 to 1/],
    [["--prior", "lf0=.9:0"], /strength above 0/],
    [["--prior", "nobody=.9"], /no labeling function nobody/],
    [["--prior", "lf0=.9", "--prior", "lf0=.2"], /lf0 has two/],
  ] as const;
  for (const [args, reason] of wrong) {
    const run = await runLabel("fit", packed, ...args);
    t.match(run, { code: 2, stderr: reason }, args.join(" "));
  }
});

t.test("files that are no votes are refused by line and column, and what stands there is not repeated", async (t) => {
  const wrong = {
    "ragged.csv": ["votes,y\n01.,0\n01,1\n", /ragged\.csv:3: votes must be one character/],
    "letters.csv": ["votes\n01\n0x\n", /letters\.csv:3: votes must be/],
    "nine.csv": ["votes\n09\n", /nine\.csv:2: votes must be/],
    "mixed.csv": ["a,b\n0,1\nsecret,1\n", /mixed\.csv:3: column a holds no vote/],
    "address.csv": ["id,a\n10.0.0.1,1\n10.0.0.2,0\n", /address\.csv:2: column a holds no vote|column id/],
    "many.csv": [
      `a\n${Array.from({ length: 12 }, (_, index) => `secret${index}`).join("\n")}\n`,
      /many\.csv:10: column a holds no vote/,
    ],
    "number.csv": ["a,b\n57,1\n", /number\.csv:2: column a holds no vote/],
    "short.csv": ["a,b,c\n0,1,1\n0,1\n", /short\.csv:3: the line has 2 cells, and the heading 3/],
    "long.csv": ['a,b\n"0",1\n"0\n",1,1\n', /long\.csv:3: the line has 3 cells, and the heading 2/],
    "truth.csv": ["votes,y\n01,0\n10,secret\n", /truth\.csv:3: column y holds no vote/],
    "none.csv": ["y,node\n1,2\n", /no column of votes/],
    "empty.csv": ["", /no rows|not a CSV/],
    "heading.csv": ["votes,y\n", /no rows/],
  } as const;
  for (const [name, [text, reason]] of Object.entries(wrong)) {
    const run = await runLabel("fit", writeText(name, text));
    t.match(run, { code: 1, stderr: reason }, name);
    t.notMatch(run.stderr + run.stdout, /secret|10\.0\.0/, `${name}: no value`);
  }
  t.match(
    await askLabel("fit", writeText("end.csv", "a,b\n0,1\n1,1\n\n\n")),
    { n: 2 },
    "a file may end in empty lines",
  );
  t.match(await runLabel("fit", "/nowhere/votes.csv"), { code: 1, stderr: /FLM_FILE_UNREADABLE/ });
  t.match(await runLabel("fit", writeText("utf.csv", "votes\n\0\n")), { code: 1 });
  const labels = await runLabel("fit", named, "--labels", "good,bad");
  t.match(labels, { code: 1, stderr: /neither one of the --labels/ });
});

t.test("a label more than the model knows is refused, not given a number", async (t) => {
  const path = writeVector("g14");
  t.match(await runLabel("fit", path, "--model", "triplets"), { code: 1, stderr: /FLM_LABEL_MODEL: .*two labels/ });
  t.match(await runLabel("fit", path, "--balance", ".5,.5"), {
    code: 2,
    stderr: /gives 2 shares, and .* has 3 labels/,
  });
  const more = await askLabel("fit", packed, "--model", "em", "--balance", ".4,.4,.2");
  t.equal(more.labels.length, 3, "a label that nobody votes for may still have a share");
});

t.test("the program itself: an answer and 0, a refusal and 1 or 2", async (t) => {
  const fitted = await startDesk("label", "fit", packed, "--json");
  t.match([fitted.code, JSON.parse(fitted.stdout).n], [0, 2000]);
  t.match(await startDesk("label", "fit", "/nowhere/votes.csv"), { code: 1, stderr: /FLM_FILE_UNREADABLE/ });
  t.match(await startDesk("label", "fit", packed, "--balance", "x"), { code: 2, stderr: /FLM_USAGE/ });
});
