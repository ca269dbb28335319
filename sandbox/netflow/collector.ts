import { createSocket, type Socket } from "node:dgram";
import { type BlockList, isIPv6 } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { FlamencoError } from "@flamenco/policies/errors";
import type { Cell } from "../records/index.js";
import { DatagramQueue } from "./datagram-queue.js";
import { DecodeTally } from "./decode-tally.js";
import { decodeDatagram, isExportDatagram } from "./export-datagram.js";
import type { Exporter } from "./exporter.js";
import type { FlowFiles } from "./flow-files.js";
import { readKernelDrops } from "./kernel-drops.js";
import { netflowLimits } from "./limits.js";
import { MessageDecoder } from "./message-decoder.js";

const ROTATION_CHECK_MS = 1_000;
/** A socket on which nothing comes for so long has been read empty; exporters that never rest are not waited for longer. */
const QUIET_MS = 50;
const LONGEST_FAREWELL_MS = 2_000;
/** How IPv4 addresses look to a socket of both families. */
const MAPPED_PREFIX = "::ffff:";

export interface CollectorOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Addresses that are heard; null for all. */
  readonly allow: BlockList | null;
  /** Memory for datagrams that wait. */
  readonly queueBytes: number;
  readonly files: FlowFiles;
}

/** What a collector has seen. Every datagram that the system handed over is in exactly one of the first four counts. */
export interface CollectorCounts {
  readonly decoded: number;
  /** From addresses that are not allowed. */
  readonly refused: number;
  /** Dropped because the memory for waiting datagrams was full. */
  readonly dropped: number;
  /** No export message. */
  readonly foreign: number;
  /** Dropped by the system before they came here; null where it does not say. */
  readonly droppedBySystem: number | null;
  /** Missing by the exporters' sequence numbers. */
  readonly lost: { readonly messages: number; readonly records: number };
  readonly flows: number;
  readonly files: number;
}

/**
 * Hears export messages on a UDP port and files their flows. Receiving, decoding and writing take turns: while a batch is
 * written, datagrams wait in a queue of bounded memory; what does not fit is counted.
 */
export class Collector {
  readonly tally = new DecodeTally();
  readonly #options: CollectorOptions;
  readonly #socket: Socket;
  readonly #queue: DatagramQueue;
  readonly #decoder: MessageDecoder;
  readonly #work: Promise<void>;
  #rows: Cell[][] = [];
  #datagram = 0;
  #received = 0;
  #isStopping = false;
  #kernelDrops: number | null = null;
  #wake: () => void = () => undefined;
  #counts = { decoded: 0, refused: 0, dropped: 0, foreign: 0 };

  private constructor(socket: Socket, options: CollectorOptions) {
    this.#options = options;
    this.#socket = socket;
    this.#queue = new DatagramQueue(options.queueBytes);
    this.#decoder = new MessageDecoder({
      record: (record) => {
        const row = this.tally.take(record);
        if (row !== null) this.#rows.push(row);
      },
      problem: (problem, text, at) => this.tally.addProblem(problem, text, `datagram ${this.#datagram}, byte ${at}`),
    });
    socket.on("message", (payload, { address }) => this.#receive(payload, address));
    this.#work = this.#run();
    // Whoever waits for the end is told.
    this.#work.catch(() => undefined);
  }

  /** @throws FLM_PORT_TAKEN; FLM_USAGE for an address that this machine does not have, or a port it may not use. */
  static async start(options: CollectorOptions): Promise<Collector> {
    const { receiveBufferBytes } = netflowLimits;
    const socket = createSocket({ type: isIPv6(options.host) ? "udp6" : "udp4", recvBufferSize: receiveBufferBytes });
    await new Promise<void>((settle, fail) => {
      socket.on("error", fail);
      socket.bind({ port: options.port, address: options.host, exclusive: true }, settle);
    }).catch((cause) => {
      socket.close();
      throw bindError(options, cause);
    });
    return new Collector(socket, options);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Settles when the collector has stopped and everything that it accepted is in whole files. @throws as `FlowFiles.write` */
  get ended(): Promise<void> {
    return this.#work;
  }

  exporters(): IterableIterator<Exporter> {
    return this.#decoder.exporters.values();
  }

  async counts(): Promise<CollectorCounts> {
    const lost = { messages: 0, records: 0 };
    for (const { sequence } of this.exporters()) lost[sequence.unit] += sequence.lost;
    return {
      ...this.#counts,
      droppedBySystem: await this.#readKernelDrops(),
      lost,
      flows: this.#options.files.rows,
      files: this.#options.files.files,
    };
  }

  /**
   * Take what the system has received already, hear nothing more, decode and file it all.
   * @throws as `ended`
   */
  async stop(): Promise<void> {
    for (let waited = 0; !this.#isStopping && waited < LONGEST_FAREWELL_MS; waited += QUIET_MS) {
      const before = this.#received;
      await sleep(QUIET_MS);
      if (this.#received === before) break;
    }
    await this.#readKernelDrops();
    if (!this.#isStopping) {
      this.#isStopping = true;
      this.#socket.close();
      this.#wake();
    }
    await this.#work;
  }

  /** Known while the socket is open; afterwards what was known last. */
  async #readKernelDrops(): Promise<number | null> {
    if (!this.#isStopping) this.#kernelDrops = await readKernelDrops(this.port);
    return this.#kernelDrops;
  }

  #receive(payload: Buffer, address: string): void {
    this.#received += 1;
    const source = address.startsWith(MAPPED_PREFIX) ? address.slice(MAPPED_PREFIX.length) : address;
    const { allow } = this.#options;
    if (allow !== null && !allow.check(source, isIPv6(source) ? "ipv6" : "ipv4")) this.#counts.refused += 1;
    else if (!isExportDatagram(payload)) this.#counts.foreign += 1;
    else if (!this.#queue.push({ source, payload })) this.#counts.dropped += 1;
    else this.#wake();
  }

  async #run(): Promise<void> {
    const timer = setInterval(() => this.#wake(), ROTATION_CHECK_MS);
    try {
      for (;;) {
        const datagrams = this.#queue.take(netflowLimits.batchBytes);
        for (const { source, payload } of datagrams) {
          this.#datagram += 1;
          decodeDatagram(this.#decoder, payload, source);
          this.#counts.decoded += 1;
        }
        const rows = this.#rows;
        this.#rows = [];
        await this.#options.files.write(rows);
        // Some may have come while rows were written, when nobody slept whom they could wake.
        if (datagrams.length > 0 || this.#queue.bytes > 0) continue;
        if (this.#isStopping) break;
        await new Promise<void>((settle) => {
          this.#wake = settle;
        });
      }
      await this.#options.files.close();
    } catch (error) {
      if (!this.#isStopping) this.#socket.close();
      this.#isStopping = true;
      throw error;
    } finally {
      clearInterval(timer);
    }
  }
}

function bindError({ host, port }: CollectorOptions, cause: NodeJS.ErrnoException): FlamencoError {
  if (cause.code === "EADDRINUSE") {
    return new FlamencoError("FLM_PORT_TAKEN", `UDP port ${port} of ${host} is taken.`, { cause });
  }
  return new FlamencoError("FLM_USAGE", `Port ${port} of ${host} cannot be heard: the system says ${cause.code}.`, {
    cause,
  });
}
