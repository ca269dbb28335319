import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import { documentOf, runFlamenco } from "../support/command-line.js";
import { packageFiles, writeFolder } from "../support/folders.js";

t.setTimeout(300_000);

const home = t.testdir();

const source = `import { ABSTAIN, type Flow, type Stats } from "@flamenco/lf";

/** Many packets. */
export function many(flow: Flow, stats: Stats<Flow>) {
  return flow.packets >= stats.packets.p90 ? "attack" : ABSTAIN;
}
`;
const folder = await writeFolder(join(home, "lfs"), packageFiles({ "lfs.ts": source }));
const test = (...args: string[]) => runFlamenco(["lf", "test", folder, "--json", ...args]);

t.test("without data or cases, votes are on made-up rows; a seed decides them", async (t) => {
  // A threshold inside the distribution: how many rows pass it depends on the rows.
  const few = { count: 9, mean: 6, sd: 2, p5: 2, p10: 3, p25: 5, p50: 6, p75: 7, p90: 9, p95: 10 };
  await writeFile(join(home, "few.json"), JSON.stringify({ packets: few }));
  const first = await test();
  t.equal(first.code, 0);
  t.match(documentOf(first), { source: "mock", seed: 1, trial: { rows: 1000, lfs: [{ name: "many" }] } });
  const { trial } = documentOf<{ trial: { coverage: number } }>(first);
  t.ok(trial.coverage > 0.05 && trial.coverage < 0.15, "a tenth is above the 90th percentile");
  t.equal((await test("--mock", "1000", "--seed", "1")).stdout, first.stdout);
  const other = documentOf<{ trial: object }>(
    await test("--mock", "1001", "--stats", join(home, "few.json"), "--seed", "2"),
  );
  const same = documentOf<{ trial: object }>(await test("--mock", "1001", "--stats", join(home, "few.json")));
  t.ok(JSON.stringify(other.trial) !== JSON.stringify(same.trial), "another seed, other votes");
});

t.test("made-up rows follow a node's statistics, and a field that they lack is named", async (t) => {
  const packets = { count: 9, mean: 6, sd: 2, p5: 2, p10: 3, p25: 5, p50: 6, p75: 7, p90: 9, p95: 10 };
  await writeFile(join(home, "stats.json"), JSON.stringify({ packets }));
  t.match(documentOf(await test("--mock", "500", "--stats", join(home, "stats.json"))), {
    statistics: "file",
    trial: { rows: 500, lfs: [{ votes: { benign: 0 } }] },
  });
  await writeFile(join(home, "other.json"), JSON.stringify({ bytes: packets }));
  t.match(documentOf(await test("--mock", "500", "--stats", join(home, "other.json"))), {
    code: "FLM_FIELD_MISSING",
    message: /packets/,
  });
});

t.test("cases of lfs.test.json pass or fail by what the author expects", async (t) => {
  const cases = [
    { lf: "many", row: { packets: 9 }, expect: "attack" },
    { lf: "many", row: { packets: 8 }, expect: "attack" },
    { lf: "many", row: { packets: 8 }, stats: { packets: { p90: 8 } }, expect: "attack" },
    { lf: "many", row: { packets: null }, expect: null },
    { lf: "many", row: { packets: 9 }, stats: { packets: { p50: 1 } }, expect: null },
  ];
  const write = (document: unknown) => writeFile(join(folder, "lfs.test.json"), JSON.stringify(document));
  await write({ stats: { packets: { p90: 9 } }, cases });
  const result = await test();
  t.equal(result.code, 1);
  t.match(documentOf(result), {
    source: null,
    trial: null,
    passed: false,
    cases: [
      { passed: true },
      { case: 2, expected: "attack", voted: null, passed: false },
      { passed: true },
      { passed: true },
      { passed: true },
    ],
  });
  const spoken = await runFlamenco(["lf", "test", folder]);
  t.match(spoken.stdout, /failed {2}case 2 {2}many: expected attack, voted ABSTAIN/);
  t.match(spoken.stdout, /4 of 5 cases/);
  t.equal((await runFlamenco(["lf", "check", folder])).code, 0, "the cases are no part of the package");

  await write({
    cases: [
      { lf: "other", row: {}, expect: null },
      { lf: "many", row: { pakets: 1, srcPort: "x" }, stats: { byts: {} }, expect: "atack" },
    ],
  });
  const wrong = await test();
  t.equal(wrong.code, 1);
  t.match(documentOf(wrong), {
    code: "FLM_SCHEMA",
    details: [
      { at: "/cases/0", message: /no labeling function other/ },
      { at: "/cases/1", message: /expect is none of/ },
      { at: "/cases/1", message: /no field pakets/ },
      { at: "/cases/1", message: /type of srcPort is integer/ },
      { at: "/cases/1", message: /no field byts/ },
    ],
  });
});
