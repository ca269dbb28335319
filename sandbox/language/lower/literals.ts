import { limits } from "../limits.js";
import type ts from "../typescript.cjs";
import type { Lowering } from "./lowering.js";
import type { Value } from "./values.js";

/** One spelling a value: no leading or trailing zeros, exponents, separators, other bases. */
const canonicalDecimal = /^(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$/;

function significantDigits(text: string): number {
  const digits = text.replace(".", "").replace(/^0+/, "");
  return (text.includes(".") ? digits : digits.replace(/0+$/, "")).length;
}

/** A numeric literal: a canonical decimal of at most six significant digits; more would be a fingerprint, not a rule. */
export function lowerNumber(lowering: Lowering, node: ts.NumericLiteral): Value {
  const text = node.getText(lowering.source);
  const value = Number(text);
  if (!canonicalDecimal.test(text)) {
    return lowering.refuse(node, "FLM_LF_NUMBER", `Write numbers as plain decimals${plainForm(value)}.`);
  }
  if (significantDigits(text) > limits.literalSignificantDigits) {
    return lowering.refuse(
      node,
      "FLM_LF_NUMBER",
      `A literal has at most ${limits.literalSignificantDigits} significant digits: round it${plainForm(Number(value.toPrecision(limits.literalSignificantDigits)))}, or use a statistic.`,
    );
  }
  if (value > limits.literalMagnitude) {
    return lowering.refuse(node, "FLM_LF_NUMBER", `A literal is at most ${limits.literalMagnitude}.`);
  }
  return { type: "number", node: lowering.pool.number(value) };
}

/** ", here 1.5", when the value can be written that way. */
function plainForm(value: number): string {
  const text = String(value);
  return canonicalDecimal.test(text) && significantDigits(text) <= limits.literalSignificantDigits
    ? `, here ${text}`
    : "";
}

/** A string literal: a label to return, or a category's value. */
export function lowerText(lowering: Lowering, node: ts.StringLiteral): Value {
  const written = node.getText(lowering.source);
  if (written.includes("\\")) {
    return lowering.refuse(
      node,
      "FLM_LF_CONSTRUCT",
      "Escapes in strings are not permitted: write the characters themselves.",
    );
  }
  if (/\p{Cf}/u.test(written)) {
    return lowering.refuse(node, "FLM_LF_CONSTRUCT", "Invisible characters in strings are not permitted.");
  }
  if (node.text.length > limits.textLength) {
    return lowering.refuse(node, "FLM_LF_LIMIT", `A text has at most ${limits.textLength} characters.`);
  }
  return { type: "text", text: node.text, origin: node };
}
