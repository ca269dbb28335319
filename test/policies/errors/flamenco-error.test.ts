import { type ErrorCode, errorTable, FlamencoError, isErrorCode, isFlamencoError } from "@flamenco/policies/errors";
import { ErrorDocument, parseDocument } from "@flamenco/policies/wire";
import t from "tap";

t.test("every code has a status that HTTP knows as an error, a meaning and a remedy", (t) => {
  for (const [code, entry] of Object.entries(errorTable)) {
    t.match(code, /^FLM_[A-Z0-9_]{1,60}$/);
    t.ok(Number.isInteger(entry.status) && entry.status >= 400 && entry.status < 600, `${code}: status`);
    for (const text of [entry.meaning, entry.remedy]) t.match(text, /^\S.*[.`]$/, `${code}: ${text}`);
  }
  t.end();
});

t.test("names of the object prototype are not codes", (t) => {
  for (const code of ["__proto__", "constructor", "toString", "", "FLM_", undefined, 1]) t.notOk(isErrorCode(code));
  t.ok(isErrorCode("FLM_INTERNAL"));
  t.end();
});

t.test("an error becomes a document of its schema, whatever it carries", (t) => {
  const detail = { at: "x".repeat(1000), message: "m".repeat(10_000) };
  const error = new FlamencoError("FLM_SCHEMA", "m".repeat(10_000), { details: Array(500).fill(detail) });
  const document = parseDocument(ErrorDocument, error.toDocument(), "error");
  t.equal(document.details.length, 200);
  t.equal(error.status, 400);
  t.end();
});

t.test("an error is told by its code", (t) => {
  const error = new FlamencoError("FLM_NOT_FOUND", "Not here.");
  t.ok(isFlamencoError(error));
  t.ok(isFlamencoError(error, "FLM_NOT_FOUND"));
  t.notOk(isFlamencoError(error, "FLM_INTERNAL"));
  t.notOk(isFlamencoError({ code: "FLM_NOT_FOUND" as ErrorCode }));
  t.end();
});
