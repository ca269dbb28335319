export { createKey, type KeySummary, listKeys, loadKey, type UnusableKey } from "./key-store.js";
export { codeOf } from "./system-error.js";
