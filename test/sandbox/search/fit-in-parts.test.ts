import { fitInParts } from "@flamenco/sandbox/search";
import t from "tap";
import { allRows, withPool } from "./search-fixture.js";

/** More rows than one part predicts: all, over and over. */
const predict = Int32Array.from({ length: 5_000 }, (_, index) => (index * 7) % allRows.length);

t.test("predictions in parts by several threads are those of one thread, row by row", async (t) => {
  const task = { spec: { model: "knn", neighbors: 3 }, train: allRows, predict, seed: 1 } as const;
  const fit = (threads: number) => withPool(threads, (pool) => fitInParts(pool, task, threads));
  const [one, other] = [await fit(1), await fit(3)];
  t.same(other, one);
  t.equal(one.probabilities.length, 2 * predict.length);
});

t.test("progress rises to the end, and other models are fitted once", async (t) => {
  for (const [spec, parts] of [
    [{ model: "knn" }, [1 / 3, 2 / 3, 1]],
    [{ model: "tree" }, []],
  ] as const) {
    const told: number[] = [];
    await withPool(2, (pool) =>
      fitInParts(pool, { spec, train: allRows, predict, seed: 1 }, 2, (share) => told.push(share)),
    );
    t.same(told, parts);
  }
});

t.test("a part that fails fails the whole, with its code", async (t) => {
  const task = { spec: { model: "knn", neighbors: 500 }, train: allRows, predict, seed: 1 } as const;
  await t.rejects(
    withPool(2, (pool) => fitInParts(pool, task, 2)),
    { code: "FLM_LEARN_FEW_ROWS" },
  );
});
