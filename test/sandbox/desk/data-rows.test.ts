import { isFlamencoError } from "@flamenco/policies/errors";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";

interface Rows {
  push(text: string): void;
  finish(): { names: readonly string[]; columns: readonly string[][]; lines: readonly number[] };
}
const { DelimitedRows } = (await import(
  new URL("../../../../sandbox/dist/desk/delimited-rows.js", import.meta.url).href
)) as { DelimitedRows: new (path: string) => Rows };

function read(parts: Iterable<string>): string {
  const rows = new DelimitedRows("table.csv");
  try {
    for (const part of parts) rows.push(part);
    return JSON.stringify(rows.finish());
  } catch (error) {
    if (isFlamencoError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
}

t.test("cells, quotes, line ends and line numbers", async (t) => {
  const { names, columns, lines } = JSON.parse(read(['"a b";c\r\n1;"x;\r\n""y"""\r\n2;\r\n\r\n']));
  t.strictSame(names, ["a b", "c"]);
  t.strictSame(columns, [
    ["1", "2"],
    ['x;\r\n"y"', ""],
  ]);
  t.strictSame(lines, [2, 4]);
});

t.test("where a text is cut into parts changes nothing, and no text is a crash", async (t) => {
  const random = new SeededRandom(1);
  const pieces = ["a", "1", ",", ",", ";", '"', '""', '"x"', "\n", "\n", "\r\n", "\ufeff", " ", "\t"];
  let tables = 0;
  for (let round = 0; round < 1500; round++) {
    const body = Array.from({ length: random.nextBelow(20) }, () => pieces[random.nextBelow(pieces.length)]).join("");
    const text = `a,b\n${body}`;
    const whole = read([text]);
    if (whole.startsWith("{")) tables++;
    if (whole !== read(text)) t.fail(JSON.stringify(text));
  }
  t.ok(tables > 30, `${tables} of the texts are tables`);
});

t.test("attack: a heading of very many columns", async (t) => {
  const heading = Array.from({ length: 200_000 }, (_, column) => column.toString(36)).join(",");
  t.match(read([`${heading}\n1\n`]), /FLM_SCHEMA: table\.csv:2: the line has 1 cells, and the heading 200000/);
  t.match(read([`${heading},a\n`]), /FLM_SCHEMA: table\.csv:1: the column a is there twice/);
});
