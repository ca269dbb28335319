import type { CedarValueJson, Context, EntityJson, TypeAndId } from "@cedar-policy/cedar-wasm/nodejs";
import type { AccessRequest } from "./access-request.js";

const uid = (type: string, id: string): TypeAndId => ({ type: `Flamenco::${type}`, id });
const entity = (of: TypeAndId, attrs: Record<string, CedarValueJson> = {}, parents: TypeAndId[] = []): EntityJson => ({
  uid: of,
  attrs,
  parents,
});

/** A request in Cedar's terms: the researcher in its institution and collaborations, the dataset in its kind. */
export interface CedarRequest {
  readonly principal: TypeAndId;
  readonly action: TypeAndId;
  readonly resource: TypeAndId;
  readonly context: Context;
  readonly entities: EntityJson[];
}

/** Translate a request that matches its schema. */
export function toCedar({ action, researcher, dataset, context }: AccessRequest): CedarRequest {
  const { institution, collaborations } = researcher;
  const groups = [
    ...(institution === undefined ? [] : [uid("Institution", institution)]),
    ...collaborations.map((name) => uid("Collaboration", name)),
  ];
  const principal = uid("Researcher", researcher.keyId);
  const resource = uid("Dataset", dataset.name);
  const kind = uid("Kind", dataset.kind);
  return {
    principal,
    action: uid("Action", action),
    resource,
    context: { ...context },
    entities: [
      entity(principal, { ...researcher }, groups),
      entity(resource, { ...dataset }, [kind]),
      ...[...groups, kind].map((group) => entity(group)),
    ],
  };
}
