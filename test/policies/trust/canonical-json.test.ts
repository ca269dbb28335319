import { canonicalJson, digestOf, parseCanonicalJson, sha256, sodiumReady } from "@flamenco/policies/trust";
import t from "tap";

await sodiumReady;

t.test("the example of RFC 8785, section 3.2.2, becomes the bytes that section 3.2.4 prints", (t) => {
  const input = String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`;
  const expected = String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`;
  t.equal(canonicalJson(JSON.parse(input)), expected);
  t.end();
});

t.test("keys are sorted by UTF-16 code units, as in RFC 8785, section 3.2.3", (t) => {
  const input = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
  };
  t.strictSame(
    [...canonicalJson(input).matchAll(/:"([^"]*)"/g)].map((match) => match[1]?.split(":")[0]),
    [
      "Carriage Return",
      "One",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji",
      "Hebrew Letter Dalet With Dagesh",
    ],
  );
  t.end();
});

// RFC 8785, appendix B: IEEE 754 bits and their text.
const numbers: [bits: string, text: string][] = [
  ["0000000000000000", "0"],
  ["8000000000000000", "0"],
  ["0000000000000001", "5e-324"],
  ["8000000000000001", "-5e-324"],
  ["7fefffffffffffff", "1.7976931348623157e+308"],
  ["ffefffffffffffff", "-1.7976931348623157e+308"],
  ["4340000000000000", "9007199254740992"],
  ["c340000000000000", "-9007199254740992"],
  ["4430000000000000", "295147905179352830000"],
  ["44b52d02c7e14af5", "9.999999999999997e+22"],
  ["44b52d02c7e14af6", "1e+23"],
  ["44b52d02c7e14af7", "1.0000000000000001e+23"],
  ["444b1ae4d6e2ef4e", "999999999999999700000"],
  ["444b1ae4d6e2ef4f", "999999999999999900000"],
  ["444b1ae4d6e2ef50", "1e+21"],
  ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
  ["3eb0c6f7a0b5ed8d", "0.000001"],
  ["41b3de4355555553", "333333333.3333332"],
  ["41b3de4355555554", "333333333.33333325"],
  ["41b3de4355555555", "333333333.3333333"],
  ["41b3de4355555556", "333333333.3333334"],
  ["41b3de4355555557", "333333333.33333343"],
  ["becbf647612f3696", "-0.0000033333333333333333"],
  ["43143ff3c1cb0959", "1424953923781206.2"],
];

t.test("numbers are written as in RFC 8785, appendix B", (t) => {
  for (const [bits, text] of numbers) {
    const value = Buffer.from(bits, "hex").readDoubleBE();
    t.equal(canonicalJson(value), text, bits);
    t.equal(parseCanonicalJson(text), value === 0 ? 0 : value, `${text} is read back`);
  }
  for (const bits of ["7fffffffffffffff", "7ff0000000000000"]) {
    t.throws(() => canonicalJson(Buffer.from(bits, "hex").readDoubleBE()), { code: "FLM_NOT_CANONICAL" }, bits);
  }
  t.end();
});

const notCanonical: [attack: string, text: string][] = [
  ["a key twice, which two parsers read differently", '{"a":1,"a":2}'],
  ["a key twice with the same value", '{"a":1,"a":1}'],
  ["a key twice, once escaped", '{"a":1,"\\u0061":1}'],
  ["unsorted keys", '{"b":1,"a":2}'],
  ["spaces", '{"a": 1}'],
  ["a line break at the end", '{"a":1}\n'],
  ["a byte-order mark", '\ufeff{"a":1}'],
  ["1.0 for 1", "[1.0]"],
  ["1e0 for 1", "[1e0]"],
  ["minus zero", "[-0]"],
  ["more digits than a double holds", "[9007199254740993]"],
  ["an escape that is not needed", '["\\u0041"]'],
  ["an escape in upper case", '["\\u000F"]'],
  ["an escaped slash", '["\\/"]'],
  ["a lone high surrogate", '["\\ud800"]'],
  ["a lone low surrogate behind an escaped backslash", '["\\\\\\udfff"]'],
  ["a lone surrogate in a key", '{"\\ud800":1}'],
  ["a comment", "[1/* */]"],
  ["nothing", ""],
  ["text without quotes", "a"],
  ["nesting deeper than the stack", `${"[".repeat(200_000)}${"]".repeat(200_000)}`],
];

t.test("signed text that is not its own canonical form is refused", (t) => {
  for (const [attack, text] of notCanonical)
    t.throws(() => parseCanonicalJson(text), { code: "FLM_NOT_CANONICAL" }, attack);
  t.end();
});

t.test("text that only looks like an escaped surrogate is text", (t) => {
  const text = JSON.stringify(["\\ud800", "\\\\udfff", "😀"]);
  t.strictSame(parseCanonicalJson(text), ["\\ud800", "\\\\udfff", "😀"]);
  t.end();
});

t.test("a key named __proto__ is data like any other", (t) => {
  const text = '{"__proto__":{"a":1},"constructor":2}';
  const value = parseCanonicalJson(text);
  t.ok(Object.hasOwn(value as object, "__proto__"));
  t.equal(canonicalJson(value), text);
  t.equal((value as { a?: number }).a, undefined, "no prototype was set");
  t.end();
});

t.test("values that JSON cannot carry are refused", (t) => {
  const ring: Record<string, unknown> = {};
  ring.self = ring;
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, [Number.NaN], { a: -Infinity }, ring, 1n]) {
    t.throws(() => canonicalJson(value), { code: "FLM_NOT_CANONICAL" });
  }
  t.end();
});

t.test("digests are SHA-256 of the canonical form, whatever the order of the keys", (t) => {
  // FIPS 180-2, appendix B.1.
  t.equal(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  t.equal(sha256(new Uint8Array()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  t.equal(digestOf({ b: 1, a: [2] }), sha256('{"a":[2],"b":1}'));
  t.equal(digestOf({ b: 1, a: [2] }), digestOf({ a: [2], b: 1 }));
  t.end();
});
