import { NeighborSearch } from "@flamenco/sandbox/learning";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import t, { type Test } from "tap";

/** Rows by distance, then number: every one is looked at. */
function findAll(points: Float64Array, width: number, query: Float64Array, count: number, excluded: number) {
  const distances = Array.from({ length: points.length / width }, (_, row) => {
    let sum = 0;
    for (let one = 0; one < width; one++) sum += (query[one]! - points[row * width + one]!) ** 2;
    return { row, distance: Math.sqrt(sum) };
  });
  const others = distances.filter(({ row }) => row !== excluded);
  return others.sort((a, b) => a.distance - b.distance || a.row - b.row).slice(0, count);
}

function check(t: Test, points: Float64Array, width: number, count: number): void {
  const search = new NeighborSearch(points, width);
  const rows = points.length / width;
  for (let row = 0; row < rows; row += 17) {
    const query = points.subarray(row * width, (row + 1) * width);
    for (const excluded of [-1, row]) {
      const expected = findAll(points, width, query, count, excluded);
      const found = search.find(query, count, excluded);
      t.same(
        [...found.rows],
        expected.map(({ row }) => row),
      );
      t.same(
        [...found.distances],
        expected.map(({ distance }) => distance),
      );
    }
  }
}

const draw = (cells: number, next: (random: SeededRandom) => number) => {
  const random = new SeededRandom(cells);
  return Float64Array.from({ length: cells }, () => next(random));
};

t.test("neighbors are those of looking at every point, in few and in many dimensions", async (t) => {
  for (const width of [1, 3, 6, 7, 12, 13, 30])
    check(
      t,
      draw(600 * width, (random) => random.nextFloat() ** 3),
      width,
      9,
    );
});

t.test("on a grid, where many distances are equal, the lower rows come first", async (t) => {
  for (const width of [2, 4, 9, 14])
    check(
      t,
      draw(500 * width, (random) => random.nextBelow(4)),
      width,
      7,
    );
});

t.test("as many neighbors as there are points, and copies of one point", async (t) => {
  check(
    t,
    draw(40, (random) => random.nextFloat()),
    2,
    19,
  );
  for (const width of [2, 13]) {
    const search = new NeighborSearch(new Float64Array(30_000 * width).fill(0.1), width);
    for (const row of [0, 2, 29_999]) {
      const expected = [0, 1, 2, 3].filter((other) => other !== row).slice(0, 3);
      t.same([...search.find(new Float64Array(width).fill(0.1), 3, row).rows], expected);
    }
  }
});
