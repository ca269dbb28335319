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

/** What may never be without a program, by class: a word of a program's name. */
const wanted: Readonly<Record<string, readonly string[]>> = {
  "endless loops": ["while", "catastrophic regular expression", "big integer"],
  "parser and type-checker bombs": [
    "arrows",
    "ternaries",
    "conditional types",
    "recursive type",
    "union that explodes",
  ],
  "timers, promises, generators, proxies": ["timer", "promise", "generator", "proxy"],
  "memory bombs": ["array", "string", "typed array", "map that grows"],
  "votes that are none": ["NaN", "minus zero", "huge", "fraction", "object", "promise", "flip-flop"],
};

t.test("within a class, every way in that is known has a program", async (t) => {
  for (const [title, words] of Object.entries(wanted)) {
    const names = corpus[title]?.map(({ name }) => name) ?? [];
    for (const word of words)
      t.ok(
        names.some((name) => name.includes(word)),
        `${title}: ${word}`,
      );
  }
});
