import { BlockList, isIP, isIPv6 } from "node:net";
import { FlamencoError } from "@flamenco/policies/errors";

/**
 * Addresses that may send: `192.0.2.1`, `2001:db8::/32`.
 * @throws FLM_USAGE for a text that is neither an address nor a network
 */
export function parseAddressList(texts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) {
    const [address = "", prefix, ...rest] = text.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    const longest = family === "ipv6" ? 128 : 32;
    const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest);
    if (isIP(address) === 0 || rest.length > 0 || !isPrefix) {
      throw new FlamencoError(
        "FLM_USAGE",
        `${JSON.stringify(text)} is neither an address nor a network like 10.0.0.0/8.`,
      );
    }
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}
