import type { ComputedField } from "./dialect.js";
import { protocolsWithPorts } from "./protocol-numbers.js";

const ICMP = 1;
const ICMP_V6 = 58;

const where = (field: string, test: string, missing: string): ComputedField => ({
  field,
  from: [field, "protocol"],
  sql: `CASE WHEN ${test} THEN "${field}" END`,
  missing,
});

const ports = ["srcPort", "dstPort"];

/**
 * Ports but in the rows of ICMP: there, tools fill their port columns with type and code, each in its own way, and an LF may
 * compare ports with literals.
 */
export const portFields: readonly ComputedField[] = ports.map((field) =>
  where(field, `coalesce("protocol", 0) NOT IN (${ICMP}, ${ICMP_V6})`, "ICMP has no ports"),
);

/** Ports only of protocols that have them, for a tool whose columns hold something else in all other rows. */
export const transportPortFields: readonly ComputedField[] = ports.map((field) =>
  where(field, `"protocol" IN (${protocolsWithPorts.join(", ")})`, "the protocol has no ports"),
);

/** ICMP type and code, from columns that hold something else in the rows of other protocols. */
export const icmpFields: readonly ComputedField[] = ["icmpType", "icmpCode"].map((field) =>
  where(field, `"protocol" IN (${ICMP}, ${ICMP_V6}) AND "${field}" < 256`, "no ICMP message"),
);

/** Tools that call both `icmp`: ICMPv6 is what runs between IPv6 addresses. */
export const icmpByAddress: ComputedField = {
  field: "protocol",
  from: ["protocol", "srcAddr"],
  sql: `CASE WHEN "protocol" = ${ICMP} AND contains("srcAddr", ':') THEN ${ICMP_V6} ELSE "protocol" END`,
};
