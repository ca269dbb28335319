import t from "tap";
import { askLabel, runLabel, writeText, writeVector } from "./label-desk.js";

t.test("both forms of votes give singles, pairs, a grown set and what to add next", async (t) => {
  const answer = await askLabel("combine", writeVector("g16"), "--truth", "y", "--size", "3");
  t.equal(answer.lfs.length, 6);
  t.strictSame([answer.singles.length, answer.pairs.length, answer.growth.length], [6, 15, 3]);
  t.ok(answer.next.additions.every(({ reason }: { reason: string }) => reason.startsWith("lf")));
  t.ok(answer.pairs.every(({ labelModel }: { labelModel: { positive: number } }) => labelModel.positive !== null));
  t.strictSame(answer.singles[2].labelModel, { positive: null, macro: null }, "an LF that never votes has no F1");

  const lines = Array.from({ length: 120 }, (_, row) => {
    const y = row % 2 === 0 ? "benign" : "attack";
    return `${["train", "val", "test"][row % 3]},${row % 5 === 0 ? "" : y},${row % 4 === 0 ? "attack" : y},${y}`;
  });
  const plain = writeText("combine.csv", `part,ports,sizes,truth\n${lines.join("\n")}\n`);
  const args = ["--truth", "truth", "--split", "part", "--positive", "attack"];
  const named = await askLabel("combine", plain, ...args, "--base", "sizes");
  t.strictSame(named.lfs, ["ports", "sizes"]);
  t.equal(named.positive, "attack");
  t.equal(named.testRows, 40);
  t.match(named.next, { base: [1], additions: [{ lf: 0 }] });
  t.equal(named.singles[0].labelModel.positive, named.singles[0].tree.positive);

  const text = (await runLabel("combine", plain, ...args)).stdout;
  t.match(text, /first LF +second LF +LF F1 \(attack\) +tree F1/);
  t.match(text, /ports +sizes/);
  t.match(text, /Rank correlation with LF F1/);
});

t.test("a file that cannot be combined is refused", async (t) => {
  const path = writeText("bad-combine.csv", "votes,y,part\n01,1,train\n10,0,hunter2\n");
  const split = await runLabel("combine", path, "--truth", "y", "--split", "part");
  t.match(split, { code: 1, stderr: /FLM_SCHEMA: .*:3: the split is none of train, val and test/ });
  t.notMatch(split.stderr, /hunter2/);
  t.match(await runLabel("combine", path, "--truth", "absent"), { code: 2, stderr: /FLM_USAGE/ });
  t.match(await runLabel("combine", path, "--truth", "y", "--positive", "absent"), { code: 2 });
  t.match(await runLabel("combine", path, "--truth", "y", "--base", "absent"), { code: 2 });
  t.match(await runLabel("combine", path, "--truth", "y", "--size", "0"), { code: 2 });
  const untrue = writeText("untrue-combine.csv", "votes,y\n01,\n10,\n");
  t.match(await runLabel("combine", untrue, "--truth", "y"), { code: 1, stderr: /--truth is empty/ });
});
