/** Whether all octets are zero: padding, or what a message is filled up with. */
export function isZero(bytes: Buffer, at: number, end: number): boolean {
  for (let index = at; index < end; index += 1) if (bytes[index] !== 0) return false;
  return true;
}

/** Behind a message that is filled up with zeros, the first octet of the next: its version begins with a zero, too. */
export function skipZeros(bytes: Buffer, at: number, end: number): number {
  let next = at;
  while (next < end && bytes[next] === 0) next += 1;
  return next === end ? end : next - 1;
}
