import type { Value } from "./values.js";

/** Names and what they stand for. A Map, so that `__proto__` and `constructor` are names like any other. */
export class Scope {
  readonly #values = new Map<string, Value>();
  readonly #parent: Scope | undefined;

  constructor(parent?: Scope) {
    this.#parent = parent;
  }

  lookUp(name: string): Value | undefined {
    return this.#values.get(name) ?? this.#parent?.lookUp(name);
  }

  bind(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  /** Every visible name, inner ones first. */
  names(): string[] {
    return [...this.#values.keys(), ...(this.#parent?.names() ?? [])];
  }
}
