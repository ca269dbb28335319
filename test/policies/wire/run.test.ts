import {
  assertRunTransition,
  finalRunStates,
  isFinalRunState,
  type RunState,
  runStates,
  runTransitions,
} from "@flamenco/policies/wire";
import t from "tap";

// The life cycle, written a second time: from the row's state (first letters) to each column's, "x" where it may go.
const table = `
                     off fet ref awa run rel lea fai can exp
offered               .   x   x   .   .   .   .   x   x   x
fetched               .   x   x   x   x   .   .   x   x   x
refused               .   .   .   .   .   .   .   .   .   .
awaiting-approval     .   .   x   .   x   .   .   x   x   x
running               .   .   x   x   x   x   .   x   x   x
releasing             .   .   .   .   .   x   x   x   .   .
released              .   .   .   .   .   .   .   .   .   .
failed                .   .   .   .   .   .   .   .   .   .
cancelled             .   .   .   .   .   .   .   .   .   .
expired               .   .   .   .   .   .   .   .   .   .
`;

t.test("a run takes the steps of the table and no others", (t) => {
  const rows = table.trim().split("\n").slice(1);
  t.equal(rows.length, runStates.length);
  for (const [index, row] of rows.entries()) {
    const [name, ...cells] = row.trim().split(/\s+/);
    const from = runStates[index] as RunState;
    t.equal(name, from);
    for (const [column, to] of runStates.entries()) {
      if (cells[column] === "x") t.doesNotThrow(() => assertRunTransition(from, to), `${from} -> ${to}`);
      else t.throws(() => assertRunTransition(from, to), { code: "FLM_RUN_TRANSITION" }, `${from} -> ${to}`);
    }
  }
  t.end();
});

t.test("a run ends in five states, and every other state leads to one of them", (t) => {
  t.strictSame([...finalRunStates].sort(), ["cancelled", "expired", "failed", "refused", "released"]);
  for (const state of runStates) {
    t.equal(isFinalRunState(state), finalRunStates.includes(state), state);
    const seen = new Set<RunState>([state]);
    for (const known of seen) for (const next of runTransitions[known]) seen.add(next);
    t.ok([...seen].some(isFinalRunState), `${state} can end`);
  }
  t.end();
});

t.test("nothing leads back to offered", (t) => {
  t.notOk(Object.values(runTransitions).some((next) => next.includes("offered")));
  t.end();
});
