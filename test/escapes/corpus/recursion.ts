// biome-ignore-all lint/suspicious/noTemplateCurlyInString: guest text that holds templates

import { asKernel, asLf, attempt, type EscapeProgram } from "./escape-program.js";

const recursive = (name: string, attack: string, lf: string, guest: string): EscapeProgram => ({
  ...attempt(name, attack, ""),
  lf,
  guest,
  isolate: ["error"],
});

export const recursion: readonly EscapeProgram[] = [
  recursive(
    "itself",
    "calls itself without end",
    asLf("return manyPackets(flow, stats);"),
    asKernel("const f = () => f(); f();"),
  ),
  recursive(
    "through a helper",
    "calls itself by way of a helper",
    asLf("if (again(flow.packets)) return 'attack';", "const again = (x: number) => again(x + 1);"),
    asKernel("function again(x) { return again(x + 1) + 1; } again(0);"),
  ),
  recursive(
    "two helpers",
    "two functions call each other",
    asLf(
      "if (f(flow.packets)) return 'attack';",
      "function f(x: number) { return g(x); } function g(x: number) { return f(x); }",
    ),
    asKernel("function f(x) { return g(x) + 1; } function g(x) { return f(x) + 1; } f(1);"),
  ),
  recursive(
    "a function that is handed itself",
    "recurses without a name",
    asLf("if (((f) => f(f))((f) => f(f))) return 'attack';"),
    asKernel("((f) => f(f))((f) => 1 + f(f));"),
  ),
  recursive(
    "a getter",
    "recurses where no call is seen",
    asLf("if ({ get x() { return this.x; } }.x) return 'attack';"),
    asKernel("({ get x() { return this.x; } }).x;"),
  ),
  {
    ...recursive(
      "a stack that is caught",
      "overflows the stack, catches it and goes on",
      asLf("try { manyPackets(flow, stats); } catch {}"),
      asKernel("const f = () => { try { f(); } finally { f(); } }; f();"),
    ),
    isolate: ["error", "killed"],
    bomb: true,
  },
  recursive(
    "conversion to text",
    "recurses when it is made text",
    asLf("const a = [1]; a.push(a); if (`${a}` === '1') return 'attack';"),
    asKernel("const o = { [`toString`]() { return `${o}`; } }; `${o}`;"),
  ),
];
