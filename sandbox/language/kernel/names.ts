import type { StatisticName } from "@flamenco/policies/wire";

/** Numbers as JavaScript text that reads back as the very same double. */
export function numberText(value: number): string {
  if (Object.is(value, -0)) return "(-0)";
  return value < 0 ? `(${value})` : String(value);
}

/**
 * What the kernel is given, by position. The kernel's text speaks of `v3`, `s0`, `g1`: no name or text that a guest wrote
 * is in it.
 */
export class KernelInputs {
  readonly columns: string[] = [];
  readonly statistics: { readonly field: string; readonly statistic: StatisticName }[] = [];
  readonly categories: { readonly field: string; readonly value: string }[] = [];
  readonly #positions = new Map<string, number>();

  #positionOf<T>(key: string, list: T[], entry: T): number {
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    this.#positions.set(key, list.length);
    return list.push(entry) - 1;
  }

  column(field: string): string {
    return `v${this.#positionOf(`column:${field}`, this.columns, field)}`;
  }

  statistic(field: string, statistic: StatisticName): string {
    return `s${this.#positionOf(`statistic:${field}.${statistic}`, this.statistics, { field, statistic })}`;
  }

  category(field: string, value: string): string {
    return `g${this.#positionOf(`category:${JSON.stringify([field, value])}`, this.categories, { field, value })}`;
  }
}

/** `operand` is one of the sorted values: a chain for few, a balanced search for many. NaN is none of them. */
export function membershipText(operand: string, values: readonly number[]): string {
  if (values.length <= 6) return `(${values.map((value) => `${operand} === ${numberText(value)}`).join(" || ")})`;
  const middle = values.length >> 1;
  const pivot = numberText(values[middle] ?? 0);
  const [low, high] = [values.slice(0, middle), values.slice(middle)];
  return `(${operand} < ${pivot} ? ${membershipText(operand, low)} : ${membershipText(operand, high)})`;
}

/** Code of a category column is one of the constants' codes. */
export function categoryText(operand: string, codes: readonly string[]): string {
  return `(${codes.map((code) => `${operand} === ${code}`).join(" || ")})`;
}
