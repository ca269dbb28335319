export { isCapture } from "./capture-reader.js";
export { type Datagram, DatagramReader } from "./datagram-reader.js";
export type { CaptureDamage } from "./frame.js";
export { formatAddress } from "./ip-address.js";
export { Packet, protocolNumbers, type SkipReason, skipReasons, tcpFlag } from "./packet.js";
export { PacketReader, type PacketTally } from "./packet-reader.js";
