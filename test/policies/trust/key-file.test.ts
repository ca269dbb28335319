import { formatKeyFile, parseKeyFile, sodiumReady } from "@flamenco/policies/trust";
import t from "tap";

await sodiumReady;
const seed = new Uint8Array(32).fill(7);
const file = () => JSON.parse(formatKeyFile("alice", seed)) as Record<string, unknown>;

t.test("a key file gives back the key that it was made from", (t) => {
  const key = parseKeyFile(formatKeyFile("alice", seed));
  t.equal(key.name, "alice");
  t.equal(key.keyId, file().keyId);
  t.equal(key.secretKey.length, 64);
  t.end();
});

t.test("a file that is not a key file is refused without repeating it", (t) => {
  const broken: [string, string][] = [
    ["empty", ""],
    ["not JSON", "MC4CAQAwBQYDK2VwBCIEIG"],
    ["another document", "{}"],
    ["another schema", JSON.stringify({ ...file(), schema: "flamenco-key/2" })],
    ["an unknown property", JSON.stringify({ ...file(), passphrase: "x" })],
    ["a short seed", JSON.stringify({ ...file(), seed: "AAAA" })],
    ["a seed with stray bits", JSON.stringify({ ...file(), seed: `${"A".repeat(42)}B=` })],
    ["another seed's key id", JSON.stringify({ ...file(), seed: `${"A".repeat(43)}=` })],
    ["a key id that is no key", JSON.stringify({ ...file(), keyId: `ed25519:${"_".repeat(43)}` })],
  ];
  for (const [what, text] of broken) {
    try {
      parseKeyFile(text);
      t.fail(`${what} was accepted`);
    } catch (error) {
      const { code, message, cause } = error as { code: string; message: string; cause?: unknown };
      t.equal(code, "FLM_KEY_UNREADABLE", what);
      t.notMatch(`${message} ${String(cause)}`, /MC4CAQ|AAAA/, "no part of a private key is repeated");
    }
  }
  t.end();
});

t.test("a key needs a proper name and a whole seed", (t) => {
  t.throws(() => formatKeyFile("Alice Smith", seed), { code: "FLM_SCHEMA" });
  t.throws(() => formatKeyFile("alice", seed.subarray(1)), { code: "FLM_KEY_UNREADABLE" });
  t.end();
});
