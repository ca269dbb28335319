#!/usr/bin/env node
// Committed so that `npm ci` can link it before the first build; the program itself is compiled TypeScript.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const entry = new URL("../dist/desk/main.js", import.meta.url);
if (!existsSync(fileURLToPath(entry))) {
  process.stderr.write("flamenco-desk is not built yet. Run: npm run build\n");
  process.exit(1);
}
await import(entry.href);
