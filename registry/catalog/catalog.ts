import type { OpenedPackage } from "@flamenco/policies/trust";
import type { PackageSummary, Task } from "@flamenco/policies/wire";

/** A package as the catalog keeps it; its bytes are in the object store. */
export interface PublishedPackage {
  readonly summary: PackageSummary;
  readonly task: Task;
  /** Digest of the stored bundle. */
  readonly object: string;
}

/** Published packages, and who owns which namespace. In memory; the journal is what lasts. */
export class Catalog {
  readonly #byId = new Map<string, PublishedPackage>();
  /** `namespace/name@version` -> package id. */
  readonly #versions = new Map<string, string>();
  /** Namespace -> key that published there first. */
  readonly #owners = new Map<string, string>();

  /** Key that owns a namespace, or undefined while nobody does. */
  ownerOf(namespace: string): string | undefined {
    return this.#owners.get(namespace);
  }

  /** The package of that id (SHA-256 of its manifest). */
  byId(id: string): PublishedPackage | undefined {
    return this.#byId.get(id);
  }

  /** The package of that name and version. */
  byVersion(name: string, version: string): PublishedPackage | undefined {
    const id = this.#versions.get(`${name}@${version}`);
    return id === undefined ? undefined : this.#byId.get(id);
  }

  /** The newest `limit` packages, newest first; of one name if it is given. */
  list(limit: number, name?: string): PackageSummary[] {
    const found: PackageSummary[] = [];
    for (const { summary } of [...this.#byId.values()].reverse()) {
      if (found.length === limit) break;
      if (name === undefined || summary.name === name) found.push(summary);
    }
    return found;
  }

  /** Add an admitted package: its namespace was free or its publisher's, and is its publisher's from now on. */
  add(opened: OpenedPackage, publisher: string, object: string, publishedAt: string): void {
    const { reference, manifest } = opened;
    this.#owners.set(namespaceOf(reference.name), publisher);
    this.#versions.set(`${reference.name}@${reference.version}`, reference.id);
    this.#byId.set(reference.id, {
      summary: {
        ...reference,
        kind: manifest.kind,
        task: manifest.task.id,
        description: manifest.description,
        authorKey: publisher,
        lfs: manifest.lfs,
        publishedAt,
      },
      task: manifest.task,
      object,
    });
  }
}

/** `namespace` of `namespace/name`. */
export function namespaceOf(packageName: string): string {
  return packageName.slice(0, packageName.indexOf("/"));
}
