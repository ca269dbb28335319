import { JsonSplitter, measurementLimits } from "@flamenco/sandbox/measurements";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";

const BROKEN = "(broken)";

/** What comes out of a stream, and whether it ends too early. */
function split(text: string | Buffer, chunkBytes = Number.POSITIVE_INFINITY): [...string[], boolean] {
  const found: string[] = [];
  const splitter = new JsonSplitter({
    document: (bytes) => found.push(bytes.toString("latin1")),
    broken: () => found.push(BROKEN),
  });
  const bytes = typeof text === "string" ? Buffer.from(text, "latin1") : text;
  for (let at = 0; at < bytes.length; at += chunkBytes) splitter.push(bytes.subarray(at, at + chunkBytes));
  const cut = splitter.finish();
  return [...found, cut];
}

const nested = '{"a":[{"b":"}]\\"{["}],"c":{}}';

t.test("objects one a line, one after another, spread over lines, or as elements of arrays", async (t) => {
  const texts = [
    `${nested}\n{"d":1}\n`,
    `${nested}\r\n\r\n{"d":1}`,
    `${nested}{"d":1}`,
    `\x1e${nested}\n\x1e{"d":1}\n`,
    `[${nested},{"d":1}]`,
    `  [\n  ${nested},\n{"d":1}\n]\n`,
    `[${nested}]\n[{"d":1}]\n`,
    `\xef\xbb\xbf[${nested},{"d":1}]`,
  ];
  for (const text of texts) {
    for (const chunkBytes of [1, 2, 3, 7, 1000])
      t.strictSame(split(text, chunkBytes), [nested, '{"d":1}', false], text);
  }
  t.strictSame(split('{\n  "a": {\n    "b": 1\n  }\n}\n'), ['{\n  "a": {\n    "b": 1\n  }\n}', false]);
  t.strictSame(split('[{\n"a": [\n{\n"b": 1\n}\n]\n}\n]'), ['{\n"a": [\n{\n"b": 1\n}\n]\n}', false]);
});

t.test("nothing, blanks and empty arrays hold no object", async (t) => {
  for (const text of ["", " \n\t\r\n", "[]", "[\n]\n", "\xef\xbb\xbf"]) t.strictSame(split(text), [false], text);
});

t.test("a damaged line takes no other line with it", async (t) => {
  const good = '{"good":1}';
  for (const bad of [
    '{"type":"cycle-start, "list":1}',
    '{"a":{"b":1}',
    '{"a":[1,2',
    '{"a":"cut',
    '{"a":"cut\\',
    "garbage",
    '"a string { with a brace"',
    "\x00\xff\xfe",
    "17",
  ]) {
    for (const chunkBytes of [1, 5, 1000]) {
      const [first, ...rest] = split(`${good}\n${bad}\n${good}\n${good}\n`, chunkBytes);
      t.equal(first, good);
      t.strictSame(rest.slice(-3), [good, good, false], bad);
      t.ok(rest.slice(0, -3).every((found) => found !== good) && rest.length > 3, `${bad} is counted`);
    }
  }
});

t.test("what is no object between the elements of an array is counted once each", async (t) => {
  t.strictSame(split('[{"a":1},5,{"b":2},null,"x",{"c":3}]'), [
    '{"a":1}',
    BROKEN,
    '{"b":2}',
    BROKEN,
    BROKEN,
    '{"c":3}',
    false,
  ]);
});

t.test("a stream that ends early says so and keeps what was whole", async (t) => {
  t.strictSame(split('[{"a":1},{"b":'), ['{"a":1}', BROKEN, true]);
  t.strictSame(split('[{"a":1},'), ['{"a":1}', true]);
  t.strictSame(split('{"a":1}\n{"b":"'), ['{"a":1}', BROKEN, true]);
});

t.test("JSON that is nested too deeply is refused without being parsed, and what follows is read", async (t) => {
  const { documentDepth } = measurementLimits;
  const deep = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${"}".repeat(depth - 1)}`;
  t.strictSame(split(`${deep(documentDepth)}\n{}`), [deep(documentDepth), "{}", false]);
  t.strictSame(split(`${deep(documentDepth + 1)}\n{}`), [BROKEN, "{}", false]);
  const bomb = `{"a":${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}}`;
  t.strictSame(split(`${bomb}\n{}`, 65_536), [BROKEN, "{}", false]);
  t.strictSame(split(`{"a":${"[".repeat(1_000_000)}\n{}`), [BROKEN, "{}", false]);
});

t.test("a document that is too long is refused without being held, and what follows is read", async (t) => {
  const { documentBytes } = measurementLimits;
  const head = '{"a":"';
  const whole = Buffer.from(`${head}${"x".repeat(documentBytes - head.length - 2)}"}`);
  t.equal(split(whole, 65_536)[0], whole.toString("latin1"));
  t.strictSame(split(Buffer.concat([whole.subarray(0, -1), Buffer.from(" }\n{}")])), [BROKEN, "{}", false]);
  const found: string[] = [];
  const splitter = new JsonSplitter({
    document: (bytes) => found.push(bytes.toString()),
    broken: () => found.push(BROKEN),
  });
  splitter.push(Buffer.from(head));
  const chunk = Buffer.alloc(1024 * 1024, "x");
  const before = process.memoryUsage().arrayBuffers;
  for (let sent = 0; sent < 20 * documentBytes; sent += chunk.length) splitter.push(chunk);
  t.ok(process.memoryUsage().arrayBuffers - before < 4 * documentBytes, "memory is bounded");
  splitter.push(Buffer.from('"}\n{}'));
  t.strictSame(found, [BROKEN, "{}"]);
});

t.test(
  "any bytes in any chunks end, give what they give in one chunk, and lose no line that stands alone",
  async (t) => {
    const random = new SeededRandom(5);
    const pieces = [
      '{"a":1}',
      "{",
      "}",
      "[",
      "]",
      '"',
      "\\",
      ",",
      "\n",
      ":",
      "1",
      "\xff",
      '{"b":[{}]}',
      " ",
      "\r\n",
      "x",
    ];
    for (let round = 0; round < 3000; round += 1) {
      const text = Array.from({ length: random.nextBelow(30) }, () => pieces[random.nextBelow(pieces.length)]).join("");
      const whole = split(text);
      if (split(text, 1 + random.nextBelow(5)).join("\n") !== whole.join("\n")) t.fail(JSON.stringify(text));
      // In an array, lines mean nothing.
      if (text.includes("[")) continue;
      const ends = split(`${text}\n{"last":1}\n`);
      if (ends.at(-2) !== '{"last":1}') t.fail(`${JSON.stringify(text)} swallows the line after it`);
    }
    t.pass();
  },
);
