import type { ErrorCode } from "@flamenco/policies/errors";
import { limits } from "../limits.js";
import type { LfWarning, Refusal } from "../verification.js";
import { SourceLines } from "./excerpt.js";

/** Collects what one file is refused or warned for: each place once, at most `limits.refusalsPerFile`, in source order. */
export class RefusalLog {
  readonly lines: SourceLines;
  readonly #path: string;
  readonly #refusals = new Map<string, Refusal & { readonly position: number }>();
  readonly #warnings = new Map<string, LfWarning & { readonly position: number }>();

  constructor(text: string, path: string) {
    this.lines = new SourceLines(text);
    this.#path = path;
  }

  refuse(code: ErrorCode, position: number, message: string, lf?: string): void {
    const key = `${position}:${code}`;
    if (this.#refusals.has(key) || this.#refusals.size >= limits.refusalsPerFile) return;
    this.#refusals.set(key, {
      code,
      ...this.#locate(position, message),
      position,
      ...(lf === undefined ? {} : { lf }),
    });
  }

  warn(position: number, message: string, lf: string): void {
    const key = `${position}:${lf}:${message}`;
    if (this.#warnings.has(key) || this.#warnings.size >= limits.refusalsPerFile) return;
    this.#warnings.set(key, { ...this.#locate(position, message), position, lf });
  }

  get refusals(): Refusal[] {
    return inSourceOrder(this.#refusals.values());
  }

  get warnings(): LfWarning[] {
    return inSourceOrder(this.#warnings.values());
  }

  #locate(position: number, message: string) {
    return { path: this.#path, ...this.lines.placeOf(position), message, excerpt: this.lines.excerptAt(position) };
  }
}

function inSourceOrder<T extends { readonly position: number }>(entries: Iterable<T>): Omit<T, "position">[] {
  return [...entries].sort((a, b) => a.position - b.position).map(({ position: _position, ...entry }) => entry);
}
