import { limits, verifyFile } from "@flamenco/language";
import { errorTable } from "@flamenco/policies/errors";
import { kindOf } from "@flamenco/policies/wire";
import t from "tap";
import { asLf, corpus } from "./corpus/index.js";

const verify = (text: string) => verifyFile(text, { kind: kindOf("flow/1"), labels: ["benign", "attack"] });

/** What a terminal or a reader could be fooled by: all control and format characters but the line feed of an excerpt. */
const unprintable = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

t.test("the frame around the attacks is accepted: what is refused is the attack", async (t) => {
  const { refusals, lfs } = verify(asLf(""));
  t.same(refusals, []);
  t.equal(lfs.length, 1);
});

for (const [title, programs] of Object.entries(corpus)) {
  t.test(`the verifier alone refuses: ${title}`, async (t) => {
    for (const { name, lf } of programs) {
      const { refusals } = verify(lf);
      t.ok(refusals.length > 0, `${name} is refused`);
      t.ok(refusals.length <= limits.refusalsPerFile, `${name}: a bounded number of refusals`);
      const lines = lf.split(/\r\n|[\n\r\u2028\u2029]/).length;
      for (const { code, line, column, message, excerpt } of refusals) {
        t.ok(code in errorTable && code.startsWith("FLM_LF_"), `${name}: ${code}`);
        t.ok(Number.isInteger(line) && line >= 1 && line <= lines, `${name}: line ${line} of ${lines}`);
        t.ok(Number.isInteger(column) && column >= 1, `${name}: column ${column}`);
        t.ok(message.length > 10 && message.length < 1_000, `${name}: ${message}`);
        t.notMatch(message, unprintable, `${name}: message`);
        t.notMatch(excerpt, unprintable, `${name}: excerpt`);
        t.ok(excerpt.length < 500 && /\n *\^$/.test(excerpt), `${name}: a caret under one line`);
      }
    }
  });
}

t.test("nothing of the corpus was run by looking at it", async (t) => {
  t.notOk(Object.hasOwn(globalThis, "seen"));
  t.notOk("vote" in {}, "no prototype was changed");
  t.equal(Math.floor(1.5), 1);
});
