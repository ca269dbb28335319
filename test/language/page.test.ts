import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { languageConstants, limits, permits, verifyFile } from "@flamenco/language";
import { type ErrorCode, errorTable } from "@flamenco/policies/errors";
import { kindOf } from "@flamenco/policies/wire";
import t from "tap";
import { labels } from "./support/programs.js";

const page = await readFile(fileURLToPath(new URL("../../../docs/language.md", import.meta.url)), "utf8");

const everything = `import { ABSTAIN, atLeast, between, type Flow, type Stats, ${Object.keys(languageConstants).join(", ")} } from "@flamenco/lf";\n`;

/** A file as it stands; a body as the page says. */
function codesOf(code: string): ErrorCode[] {
  const text = code.includes("import ")
    ? code
    : `${everything}export function lf(flow: Flow, stats: Stats<Flow>) {\n${code}\n}\n`;
  const kind = kindOf(/\bMosaic\b/.test(code) ? "mosaic/1" : /\bRtt\b/.test(code) ? "rtt/1" : "flow/1");
  return verifyFile(text, { kind, labels }).refusals.map((refusal) => refusal.code);
}

/** Rows of the table whose header begins with `title`, cells without their code marks. */
function tableOf(title: string): string[][] {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${title} |`)) + 2;
  const end = lines.findIndex((line, index) => index >= start && !line.startsWith("|"));
  return lines.slice(start, end).map((line) =>
    line
      .slice(2, -2)
      .split(/(?<!\\) \| /)
      .map((cell) => cell.replaceAll("\\|", "|").replace(/^`+([\s\S]*?)`+$/, "$1")),
  );
}

t.test("every block of the page is accepted or refused as the page says", async (t) => {
  const blocks = [...page.matchAll(/^```ts (accepted|refused)(?: (FLM_\w+))?\n([\s\S]*?)^```$/gm)];
  t.equal(blocks.length, [...page.matchAll(/^```\w/gm)].length, "no block is left out");
  t.ok(blocks.length > 5);
  for (const [, verdict, code, text = ""] of blocks) {
    const codes: readonly string[] = codesOf(text);
    if (verdict === "accepted") t.strictSame(codes, [], text);
    else t.ok(codes.includes(code ?? ""), `${code}: ${codes.join(", ")}`);
  }
});

t.test("every expression of the page is accepted", async (t) => {
  const rows = tableOf("what");
  t.ok(rows.length > 5);
  for (const [, expression = ""] of rows)
    t.strictSame(codesOf(`return (${expression}) ? "attack" : ABSTAIN;`), [], expression);
});

t.test("every refusal has its code, and what to write instead is accepted", async (t) => {
  const rows = tableOf("code");
  t.ok(rows.length > 20);
  for (const [code = "", refused = "", instead = ""] of rows) {
    const codes: readonly string[] = codesOf(refused);
    t.ok(codes.includes(code), `${code}: ${refused} (${codes.join(", ")})`);
    t.strictSame(codesOf(instead), [], instead);
  }
  for (const code of Object.keys(errorTable).filter((name) => name.startsWith("FLM_LF_"))) {
    t.match(page, new RegExp(`\\b${code}\\b`), `${code} is on the page`);
  }
});

t.test("the limits, constants and permitted kinds of the page are those of the code", async (t) => {
  t.strictSame(Object.fromEntries(tableOf("limit").map(([name = "", value]) => [name, Number(value)])), { ...limits });
  t.strictSame(
    Object.fromEntries(
      tableOf("name").map(([name = "", value, meaning = ""]) => [name, { value: Number(value), meaning }]),
    ),
    { ...languageConstants },
  );
  for (const [name, , meaning] of tableOf("limit")) t.ok(meaning, `${name} has a meaning`);
  const kinds = tableOf("role").flatMap(([role = "", list = ""]) =>
    list
      .split(/[` ]+/)
      .filter((kind) => kind !== "")
      .map((kind) => [kind, role]),
  );
  t.strictSame(Object.fromEntries(kinds), { ...permits });
});

t.test("the Math functions of the page are all that there are", async (t) => {
  const listed = [
    ...(page
      .slice(page.indexOf("### Math"))
      .split("###")[1]
      ?.matchAll(/`Math\.(\w+)`/g) ?? []),
  ];
  const accepted = Object.getOwnPropertyNames(Math).filter((name) =>
    ["flow.bytes", "flow.bytes, flow.packets"].some(
      (operands) => codesOf(`return Math.${name}(${operands}) > stats.bytes.mean ? "attack" : ABSTAIN;`).length === 0,
    ),
  );
  t.strictSame(listed.map(([, name]) => name).sort(), accepted.sort());
});
