import t from "tap";
import { corpus, programs } from "./corpus/index.js";

t.test("the corpus covers every class, with at least eighty programs", async (t) => {
  for (const [title, all] of Object.entries(corpus)) t.ok(all.length >= 4, `${title}: ${all.length}`);
  t.ok(programs.length >= 80, `${programs.length} programs`);
  t.ok(programs.filter(({ guest }) => guest !== undefined).length >= 80, "of which eighty run at the other walls too");
});

t.test("every program has a name of its own, says what it tries, and is unlike the others", async (t) => {
  t.equal(new Set(programs.map(({ id }) => id)).size, programs.length, "names");
  t.equal(new Set(programs.map(({ lf }) => lf)).size, programs.length, "texts");
  for (const { id, attack } of programs) t.match(attack, /^[a-z].{8,}[^.]$/, id);
});

t.test("a program that runs says what an isolate may make of it, and only bombs may kill", async (t) => {
  for (const { id, guest, isolate, bomb } of programs) {
    t.equal(isolate.length > 0, guest !== undefined, id);
    if (isolate.includes("killed")) t.ok(bomb, id);
  }
});
