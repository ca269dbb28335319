import { type ColumnTable, readCondition, selectRows } from "@flamenco/sandbox/preprocess";
import t from "tap";

const table: ColumnTable = {
  names: ["rtt", "port", "dst", "Flow IAT Min"],
  columns: new Map<string, Float64Array | string[]>([
    ["rtt", Float64Array.of(10, 200, Number.NaN, 300)],
    ["port", Float64Array.of(123, 80, 123, 53)],
    ["dst", ["a", "b", "", "a"]],
    ["Flow IAT Min", Float64Array.of(0, 1, 2, 3)],
  ]),
};
const select = (text: string) => [...selectRows(table, readCondition(text))].join("");

t.test("conditions select rows; a comparison with a missing value fails whichever way it points", async (t) => {
  t.equal(select("rtt > 100"), "0101");
  t.equal(select("rtt <= 100"), "1000");
  t.equal(select("rtt != 10"), "0101");
  t.equal(select("rtt is missing or dst is missing"), "0010");
  t.equal(select("rtt is not missing"), "1101");
  t.equal(select("dst = 'a'"), "1001");
  t.equal(select("dst != 'a'"), "0100");
  t.equal(select('"Flow IAT Min" >= 2.5e0'), "0001");
});

t.test("and binds closer than or, not closer than both, parentheses closest", async (t) => {
  t.equal(select("port = 53 or port = 123 and rtt > 5"), "1001");
  t.equal(select("(port = 53 or port = 123) and rtt > 100"), "0001");
  t.equal(select("not port = 123 and rtt > 250"), "0001");
  t.equal(select("not (port = 123 and rtt > 5)"), "0111");
});

t.test("what is no condition is refused with the character where it ends to be one", async (t) => {
  const refusals: [string, RegExp][] = [
    ["rtt >", /character 6: there is neither a number nor/],
    ["rtt > 5 rtt < 3", /character 9: there is more than one/],
    ["(rtt > 5", /no closing parenthesis/],
    ["rtt ~ 5", /character 5: there is something/],
    ["> 5", /character 1: there is no column/],
    ["dst < 'a'", /has no order/],
    ["rtt is 5", /no `missing`/],
    ["", /no column/],
    ["process.exit()", /no comparison/],
  ];
  for (const [text, message] of refusals) t.throws(() => readCondition(text), { code: "FLM_USAGE", message }, text);
});

t.test("attack: nesting and length that would exhaust the stack", async (t) => {
  t.throws(() => readCondition(`${"(".repeat(900)}rtt > 5${")".repeat(900)}`), {
    code: "FLM_USAGE",
    message: /too deep/,
  });
  t.throws(() => readCondition(`${"not ".repeat(400)}rtt > 5`), { code: "FLM_USAGE", message: /too deep/ });
  t.throws(() => readCondition("rtt > 5 and ".repeat(1000)), { code: "FLM_TOO_LARGE" });
});

t.test("unknown columns and comparisons across types are refused; messages hold no cell", async (t) => {
  t.throws(() => select("nothing = 1"), { code: "FLM_FIELD_MISSING" });
  t.throws(() => select("dst = 1"), {
    code: "FLM_SCHEMA",
    message: "The column dst holds text and is compared with a number.",
  });
  t.throws(() => select("rtt = 'x'"), { code: "FLM_SCHEMA" });
  t.throws(() => select("__proto__ = 1"), { code: "FLM_FIELD_MISSING" });
});
