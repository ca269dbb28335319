import { keyIdOf, publicKeyOf, sign, signingKeyFromSeed, sodiumReady, verifySignature } from "@flamenco/policies/trust";
import t from "tap";
import { makeKey } from "../../support/signed-documents.js";

await sodiumReady;
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

// RFC 8032, section 7.1, TEST 3.
const seed = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7";
const publicKey = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025";
const message = "af82";
const signature =
  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a";

t.test("signatures are those of RFC 8032, section 7.1", (t) => {
  const key = signingKeyFromSeed("rfc", bytes(seed));
  t.equal(Buffer.from(publicKeyOf(key.keyId)).toString("hex"), publicKey);
  t.equal(Buffer.from(sign(key, bytes(message))).toString("hex"), signature);
  t.ok(verifySignature(key.keyId, bytes(message), bytes(signature)));
  t.end();
});

t.test("a signature of other bytes, by another key, or changed by one bit does not verify", (t) => {
  const keyId = keyIdOf(bytes(publicKey));
  const flipped = bytes(signature);
  flipped[63] = (flipped[63] ?? 0) ^ 1;
  t.notOk(verifySignature(keyId, bytes("af83"), bytes(signature)));
  t.notOk(verifySignature(makeKey("mallory").keyId, bytes(message), bytes(signature)));
  t.notOk(verifySignature(keyId, bytes(message), flipped));
  t.notOk(verifySignature(keyId, bytes(message), bytes(signature).subarray(0, 63)), "too short");
  t.notOk(verifySignature(keyId, bytes(message), new Uint8Array(0)), "empty");
  t.end();
});

t.test("a signature with S raised by the group order, a second form of the same, does not verify", (t) => {
  const order = (1n << 252n) + 27742317777372353535851937790883648493n;
  const forged = bytes(signature);
  const s = BigInt(`0x${Buffer.from(forged.subarray(32)).reverse().toString("hex")}`) + order;
  forged.set(Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse(), 32);
  t.notOk(verifySignature(keyIdOf(bytes(publicKey)), bytes(message), forged));
  t.end();
});

t.test("a key of small order, for which one signature fits many messages, verifies nothing", (t) => {
  const identity = new Uint8Array(32);
  identity[0] = 1;
  const universal = new Uint8Array(64);
  universal[0] = 1;
  t.notOk(verifySignature(keyIdOf(identity), bytes(message), universal));
  t.end();
});

t.test("what is not an Ed25519 key id is refused", (t) => {
  const good = makeKey("alice").keyId;
  const wrong = [
    "",
    "ed25519:",
    good.slice(0, -1),
    `${good}A`,
    good.replace("ed25519:", "rsa:"),
    `${good}=`,
    `${good.slice(0, -1)}!`,
  ];
  // 43 characters carry 258 bits: the last two must be zero, or one key would have four ids.
  const last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  wrong.push(good.slice(0, -1) + last[last.indexOf(good.at(-1) ?? "") + 1]);
  for (const keyId of wrong) t.throws(() => publicKeyOf(keyId), { code: "FLM_KEY_UNREADABLE" }, JSON.stringify(keyId));
  t.equal(keyIdOf(publicKeyOf(good)), good);
  t.throws(() => signingKeyFromSeed("short", new Uint8Array(31)), { code: "FLM_KEY_UNREADABLE" });
  t.end();
});
