/** Dotted decimal form of the 4 octets at `at`. */
export function ipv4Text(bytes: Buffer, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** Canonical form (RFC 5952) of the 16 octets at `at`: lower case, the longest run of zero groups as `::`. */
export function ipv6Text(bytes: Buffer, at: number): string {
  const groups = Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(at + 2 * group));
  let [start, length] = [0, 1];
  for (let first = 0; first < 8; first += 1) {
    let end = first;
    while (end < 8 && groups[end] === 0) end += 1;
    if (end - first > length) [start, length] = [first, end - first];
  }
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(":");
  return length === 1 ? text(groups) : `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

/** Six pairs of hexadecimal digits with colons between. */
export function macText(bytes: Buffer, at: number): string {
  return bytes.toString("hex", at, at + 6).replace(/..(?=.)/g, "$&:");
}
