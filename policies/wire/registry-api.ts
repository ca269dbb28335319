import { type Static, Type } from "@sinclair/typebox";
import { ReleaseProof } from "./audit.js";
import { Envelope } from "./envelope.js";
import { PackageReference, PackageSummary } from "./package.js";
import { Count, closed, Digest, Instant, KeyId, Name, OrNull, Text } from "./primitives.js";
import { RunReport } from "./run.js";

/** Paths of the registry's HTTP interface. `:id`, `:digest`, `:keyId` are filled in with encodeURIComponent. */
export const registryPaths = Object.freeze({
  health: "/health",
  packages: "/packages",
  package: "/packages/:id",
  nodes: "/nodes",
  studies: "/studies",
  study: "/studies/:digest",
  results: "/studies/:digest/results",
  proofs: "/studies/:digest/proofs",
  offers: "/exchange/offers/:keyId",
  runs: "/exchange/runs",
  postResults: "/exchange/results",
  postProofs: "/exchange/proofs",
});

export const Health = Type.Object(
  { service: Type.Union([Type.Literal("registry"), Type.Literal("node")]), name: Name, software: Text(60) },
  closed,
);
export type Health = Static<typeof Health>;

/** POST /packages answers this, 201 when new, 200 when the very same package was there. */
export const PublishAnswer = Type.Object({ package: PackageReference, new: Type.Boolean() }, closed);
export type PublishAnswer = Static<typeof PublishAnswer>;

/** GET /packages[?name=ns/name] */
export const CatalogAnswer = Type.Object({ packages: Type.Array(PackageSummary) }, closed);
export type CatalogAnswer = Static<typeof CatalogAnswer>;

/** GET /nodes: the signed announcements. */
export const NodesAnswer = Type.Object({ nodes: Type.Array(Envelope) }, closed);
export type NodesAnswer = Static<typeof NodesAnswer>;

/** POST /studies answers this, 201 when new, 200 when the same study was there. */
export const StudyAnswer = Type.Object({ study: Digest, new: Type.Boolean() }, closed);
export type StudyAnswer = Static<typeof StudyAnswer>;

/** State of a run as the registry knows it: the node's last report, or `offered` before the first. */
export const RunStatus = Type.Object(
  {
    node: Name,
    keyId: KeyId,
    state: RunReport.properties.state,
    progress: Type.Optional(RunReport.properties.progress),
    error: Type.Optional(RunReport.properties.error),
    updatedAt: Instant,
    resultReady: Type.Boolean(),
  },
  closed,
);
export type RunStatus = Static<typeof RunStatus>;

/** GET /studies/:digest[?wait=seconds&revision=n]: waits until `revision` has grown past n, at most `wait` seconds. */
export const StudyStatus = Type.Object(
  { study: Digest, envelope: Envelope, revision: Count, runs: Type.Array(RunStatus) },
  closed,
);
export type StudyStatus = Static<typeof StudyStatus>;

/** GET /studies[?author=keyId] */
export const StudiesAnswer = Type.Object(
  {
    studies: Type.Array(
      Type.Object(
        { study: Digest, title: Text(200), author: KeyId, createdAt: Instant, runs: Type.Array(RunStatus) },
        closed,
      ),
    ),
  },
  closed,
);
export type StudiesAnswer = Static<typeof StudiesAnswer>;

/**
 * GET /exchange/offers/:keyId?wait=seconds&after=cursor: studies addressed to this node that arrived after the cursor;
 * waits at most `wait` seconds (ceiling 30) for the first. A node that starts asks from 0 and skips those it knows.
 */
export const OffersAnswer = Type.Object(
  { cursor: Count, offers: Type.Array(Type.Object({ study: Digest, envelope: Envelope }, closed)) },
  closed,
);
export type OffersAnswer = Static<typeof OffersAnswer>;

/** GET /studies/:digest/results: the nodes' signed results that are there. */
export const ResultsAnswer = Type.Object({ results: Type.Array(Envelope) }, closed);
export type ResultsAnswer = Static<typeof ResultsAnswer>;

/**
 * GET /studies/:digest/proofs: the log proofs of the nodes' releases that are there, each as its node made it. A node posts
 * its proof before its result, so that whoever sees a result finds the proof too.
 */
export const ProofsAnswer = Type.Object(
  { proofs: Type.Array(Type.Object({ keyId: KeyId, proof: ReleaseProof }, closed)) },
  closed,
);
export type ProofsAnswer = Static<typeof ProofsAnswer>;

/** POST /exchange/runs, /exchange/results and /exchange/proofs answer this; a repeated post of the same bytes is accepted again. */
export const PostAnswer = Type.Object({ accepted: Type.Boolean(), reason: OrNull(Text(200)) }, closed);
export type PostAnswer = Static<typeof PostAnswer>;
