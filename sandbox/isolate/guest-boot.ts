/**
 * Everything that a kernel finds in its context besides the language itself: default deny as data. Each object is made
 * anew and holds exactly these functions of the engine.
 */
export const guestPermits = Object.freeze({
  Math: Object.freeze(["abs", "min", "max", "floor", "ceil", "round", "trunc", "sqrt", "sign", "log", "exp", "pow"]),
  Number: Object.freeze(["isNaN", "isFinite"]),
});

/** Constants of the global object that V8 does not let go of. */
const constants = Object.freeze(["NaN", "Infinity", "undefined"]);

/**
 * The boot script. It runs in a fresh context before any kernel is compiled, and leaves a world with nothing to reach: the
 * global object holds the permitted names alone, and every object of the engine that syntax can still get hold of
 * (prototypes of literals, functions, generators, promises, typed arrays) has lost its properties, so also `constructor`,
 * the way from a literal to `Function` and to allocation, and is frozen. Of typed arrays `length` stays. Its value is
 * the number of globals that are left beyond the permitted: not 0 means that the engine is not one it was written for.
 *
 * No `for…of` and no method once properties go: the script saws off the branch that it would sit on.
 */
export const guestBoot = `(() => {
  "use strict";
  const permits = ${JSON.stringify(guestPermits)};
  const expected = ${JSON.stringify([...Object.keys(guestPermits), ...constants])};
  const { ownKeys, getPrototypeOf, getOwnPropertyDescriptor, defineProperty, deleteProperty } = Reflect;
  const { freeze } = Object;
  const root = globalThis;
  const typedArray = getPrototypeOf(Int8Array.prototype);

  // Objects that syntax reaches and no global names.
  const reached = [
    root,
    getPrototypeOf(async () => {}),
    getPrototypeOf(function* () {}),
    getPrototypeOf(async function* () {}),
    getPrototypeOf([][Symbol.iterator]()),
    getPrototypeOf(""[Symbol.iterator]()),
    getPrototypeOf(/ /[Symbol.matchAll]("")),
    getPrototypeOf(new Map()[Symbol.iterator]()),
    getPrototypeOf(new Set()[Symbol.iterator]()),
    getOwnPropertyDescriptor((function () { return arguments; })(), "callee").get,
  ];
  const seen = new Set(reached);
  const visit = (value) => {
    if (value === null || (typeof value !== "object" && typeof value !== "function") || seen.has(value)) return;
    seen.add(value);
    reached[reached.length] = value;
  };
  for (let index = 0; index < reached.length; index++) {
    const value = reached[index];
    visit(getPrototypeOf(value));
    for (const key of ownKeys(value)) {
      const property = getOwnPropertyDescriptor(value, key);
      visit(property.value);
      visit(property.get);
      visit(property.set);
    }
  }

  const names = ownKeys(permits);
  const granted = [];
  for (let name = 0; name < names.length; name++) {
    const functions = {};
    const keys = permits[names[name]];
    for (let key = 0; key < keys.length; key++) functions[keys[key]] = root[names[name]][keys[key]];
    granted[name] = freeze(functions);
  }
  for (let index = 0; index < reached.length; index++) {
    const keys = ownKeys(reached[index]);
    for (let key = 0; key < keys.length; key++) {
      if (reached[index] !== typedArray || keys[key] !== "length") deleteProperty(reached[index], keys[key]);
    }
  }
  for (let name = 0; name < names.length; name++) defineProperty(root, names[name], { value: granted[name] });
  for (let index = 0; index < reached.length; index++) freeze(reached[index]);
  return ownKeys(root).length - expected.length;
})()`;
