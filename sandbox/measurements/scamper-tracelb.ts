import { type Static, Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { HostText, Maybe, type Probe, type Reading } from "./measurement.js";
import { lostProbes, millisecondsOf, TimeValue, waitMsOf } from "./scamper-time.js";

const LinkProbe = Type.Object({
  tx: TimeValue,
  replies: Maybe(Type.Array(Type.Object({ rtt: Type.Number() }))),
});
const Link = Type.Object({ addr: Type.String(), probes: Maybe(Type.Array(LinkProbe)) });
/** `links[n]` are the links n + 1 hops behind the node. */
const Node = Type.Object({ links: Maybe(Type.Array(Type.Array(Link))) });

const Tracelb = Type.Object({
  src: HostText,
  dst: HostText,
  start: TimeValue,
  attempts: Type.Integer({ minimum: 1, maximum: 255 }),
  /** Seconds until an attempt is given up. */
  wait_timeout: Maybe(Type.Number({ minimum: 0 })),
  nodes: Maybe(Type.Array(Node)),
});
type Tracelb = Static<typeof Tracelb>;
const tracelb = TypeCompiler.Compile(Tracelb);

/**
 * Round-trip times to the destination out of a scamper load-balancer trace: the probes of every link that ends there. When no
 * link does, as many attempts as the trace makes are lost.
 */
export function readScamperTracelb(document: unknown): Reading {
  if (!tracelb.Check(document)) return "malformed-record";
  const { src, dst, start, attempts, wait_timeout } = document;
  const probes: Probe[] = [];
  let extraAnswers = 0;
  for (const { tx, replies } of probesTo(document, dst)) {
    const [first, ...further] = replies ?? [];
    extraAnswers += further.length;
    probes.push({ timeMs: millisecondsOf(tx), rttMs: first?.rtt ?? null });
  }
  if (probes.length === 0) probes.push(...lostProbes(start, attempts, waitMsOf(wait_timeout)));
  return { source: src, destination: dst, probes, extraAnswers, unsentProbes: 0 };
}

function probesTo({ nodes }: Tracelb, destination: string): Static<typeof LinkProbe>[] {
  const links = (nodes ?? []).flatMap((node) => node.links ?? []).flat();
  return links.filter(({ addr }) => addr === destination).flatMap(({ probes }) => probes ?? []);
}
