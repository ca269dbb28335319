import { type Packet, tcpFlag } from "./packet.js";
import { addSample } from "./running-stats.js";

/** Gap that ends a bulk and a subflow (flow-features, sections 3 and 4). */
const BULK_GAP_MICROS = 1e6;
/** Gap that ends a time of activity (section 5). */
const IDLE_GAP_MICROS = 5e6;
/** Packets that make a bulk. */
const BULK_PACKETS = 4;

/** Places of the numbers of one direction, from where the direction begins in the row. Times in microseconds. */
export const directionSlot = Object.freeze({
  packets: 0,
  payloadBytes: 1,
  payload: 2,
  iat: 6,
  first: 10,
  last: 11,
  headerBytes: 12,
  smallestHeader: 13,
  psh: 14,
  urg: 15,
  rst: 16,
  firstWindow: 17,
  firstOpenWindow: 18,
  dataPackets: 19,
  ipBytes: 20,
  frameBytes: 21,
  runStart: 22,
  runPackets: 23,
  runBytes: 24,
  runLast: 25,
  bulks: 26,
  bulkPackets: 27,
  bulkBytes: 28,
  bulkMicros: 29,
});

/** Places of the numbers of a flow in its row. Flag counts lie in the order of the flags' bits. */
export const flowSlot = Object.freeze({
  first: 0,
  last: 1,
  packets: 2,
  iat: 3,
  longGaps: 7,
  activeFirst: 8,
  activeLast: 9,
  actives: 10,
  active: 11,
  idles: 15,
  idle: 16,
  flags: 20,
  allFlags: 28,
  connection: 29,
  connectionFirst: 30,
  part: 31,
  icmpType: 32,
  icmpCode: 33,
  firstIsForward: 34,
  notes: 35,
  sequence: 36,
  forward: 37,
  backward: 67,
});

/** Numbers of one row. */
export const flowSlots = 97;

const FLAG_BITS = 8;

/**
 * Add a packet to a flow's row.
 * @param time the packet's, not before the row's last
 */
export function addToRow(numbers: Float64Array, row: number, packet: Packet, time: number, isForward: boolean): void {
  const count = numbers[row + flowSlot.packets]! + 1;
  numbers[row + flowSlot.packets] = count;
  if (count === 1) {
    numbers[row + flowSlot.first] = time;
    numbers[row + flowSlot.firstIsForward] = isForward ? 1 : 0;
    numbers[row + flowSlot.activeFirst] = time;
    numbers[row + flowSlot.activeLast] = time;
  } else {
    const gap = time - numbers[row + flowSlot.last]!;
    addSample(numbers, row + flowSlot.iat, count - 1, gap);
    if (gap > BULK_GAP_MICROS) numbers[row + flowSlot.longGaps]! += 1;
    if (gap > IDLE_GAP_MICROS) endActivity(numbers, row, time, gap);
    numbers[row + flowSlot.activeLast] = time;
  }
  numbers[row + flowSlot.last] = time;
  const ownSide = row + (isForward ? flowSlot.forward : flowSlot.backward);
  const otherSide = row + (isForward ? flowSlot.backward : flowSlot.forward);
  addToDirection(numbers, ownSide, packet, time);
  if (packet.payloadBytes > 0) addToBulk(numbers, ownSide, otherSide, packet.payloadBytes, time);
  if (packet.tcpFlags !== 0) addFlags(numbers, row, ownSide, packet.tcpFlags);
}

/** Section 5: activity ends before a long gap; a single packet is no activity. */
function endActivity(numbers: Float64Array, row: number, time: number, gap: number): void {
  const active = numbers[row + flowSlot.activeLast]! - numbers[row + flowSlot.activeFirst]!;
  if (active > 0) {
    numbers[row + flowSlot.actives]! += 1;
    addSample(numbers, row + flowSlot.active, numbers[row + flowSlot.actives]!, active);
  }
  numbers[row + flowSlot.idles]! += 1;
  addSample(numbers, row + flowSlot.idle, numbers[row + flowSlot.idles]!, gap);
  numbers[row + flowSlot.activeFirst] = time;
}

function addToDirection(numbers: Float64Array, side: number, packet: Packet, time: number): void {
  const { payloadBytes, headerBytes, window } = packet;
  const count = numbers[side + directionSlot.packets]! + 1;
  numbers[side + directionSlot.packets] = count;
  if (count === 1) {
    numbers[side + directionSlot.first] = time;
    numbers[side + directionSlot.firstWindow] = window;
  } else {
    addSample(numbers, side + directionSlot.iat, count - 1, time - numbers[side + directionSlot.last]!);
  }
  numbers[side + directionSlot.last] = time;
  numbers[side + directionSlot.payloadBytes]! += payloadBytes;
  addSample(numbers, side + directionSlot.payload, count, payloadBytes);
  numbers[side + directionSlot.headerBytes]! += headerBytes;
  if (count === 1 || headerBytes < numbers[side + directionSlot.smallestHeader]!) {
    numbers[side + directionSlot.smallestHeader] = headerBytes;
  }
  if (numbers[side + directionSlot.firstOpenWindow] === 0) numbers[side + directionSlot.firstOpenWindow] = window;
  if (payloadBytes > 0) numbers[side + directionSlot.dataPackets]! += 1;
  numbers[side + directionSlot.ipBytes]! += packet.ipBytes;
  numbers[side + directionSlot.frameBytes]! += packet.frameBytes;
}

/** Section 3. `runPackets` 0 means that no run is under way: payload the other way ended it. */
function addToBulk(numbers: Float64Array, side: number, otherSide: number, payloadBytes: number, time: number): void {
  numbers[otherSide + directionSlot.runPackets] = 0;
  const last = numbers[side + directionSlot.runLast]!;
  numbers[side + directionSlot.runLast] = time;
  const run = numbers[side + directionSlot.runPackets]! + 1;
  if (run === 1 || time - last > BULK_GAP_MICROS) {
    numbers[side + directionSlot.runStart] = time;
    numbers[side + directionSlot.runPackets] = 1;
    numbers[side + directionSlot.runBytes] = payloadBytes;
    return;
  }
  numbers[side + directionSlot.runPackets] = run;
  numbers[side + directionSlot.runBytes]! += payloadBytes;
  if (run === BULK_PACKETS) {
    numbers[side + directionSlot.bulks]! += 1;
    numbers[side + directionSlot.bulkPackets]! += BULK_PACKETS;
    numbers[side + directionSlot.bulkBytes]! += numbers[side + directionSlot.runBytes]!;
    numbers[side + directionSlot.bulkMicros]! += time - numbers[side + directionSlot.runStart]!;
  } else if (run > BULK_PACKETS) {
    numbers[side + directionSlot.bulkPackets]! += 1;
    numbers[side + directionSlot.bulkBytes]! += payloadBytes;
    numbers[side + directionSlot.bulkMicros]! += time - last;
  }
}

function addFlags(numbers: Float64Array, row: number, side: number, flags: number): void {
  numbers[row + flowSlot.allFlags]! |= flags;
  for (let bit = 0; bit < FLAG_BITS; bit += 1) {
    if ((flags & (1 << bit)) !== 0) numbers[row + flowSlot.flags + bit]! += 1;
  }
  if ((flags & tcpFlag.psh) !== 0) numbers[side + directionSlot.psh]! += 1;
  if ((flags & tcpFlag.urg) !== 0) numbers[side + directionSlot.urg]! += 1;
  if ((flags & tcpFlag.rst) !== 0) numbers[side + directionSlot.rst]! += 1;
}
