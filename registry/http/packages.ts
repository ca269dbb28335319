import { FlamencoError } from "@flamenco/policies/errors";
import { CatalogAnswer, closed, Digest, PackageName, PublishAnswer, registryPaths } from "@flamenco/policies/wire";
import { Type } from "@sinclair/typebox";
import { limits } from "../limits.js";
import type { App, RouteContext } from "./route-context.js";

const CatalogQuery = Type.Object({ name: Type.Optional(PackageName) }, closed);
const PackageParams = Type.Object({ id: Digest }, closed);

/** GET /packages, POST /packages, GET /packages/:id */
export function addPackageRoutes(app: App, { service }: RouteContext): void {
  app.get(
    registryPaths.packages,
    { schema: { querystring: CatalogQuery, response: { 200: CatalogAnswer } } },
    ({ query }) => ({
      packages: service.catalog.list(limits.listedPackages, query.name),
    }),
  );

  app.post(
    registryPaths.packages,
    { bodyLimit: limits.packageBodyBytes, schema: { response: { 200: PublishAnswer, 201: PublishAnswer } } },
    async (request, reply) => {
      const answer = await service.publishPackage(request.body);
      if (answer.new) request.log.info({ package: answer.package }, "package published");
      return reply.code(answer.new ? 201 : 200).send(answer);
    },
  );

  app.get(registryPaths.package, { schema: { params: PackageParams } }, async ({ params }, reply) => {
    const published = service.catalog.byId(params.id);
    if (published === undefined)
      throw new FlamencoError("FLM_PACKAGE_UNKNOWN", "No package of that id is published here.");
    const bundle = await service.readObject(published.object);
    // A published version never changes, so mirrors and proxies may keep it for ever.
    return reply.type("application/json").header("cache-control", "public, max-age=31536000, immutable").send(bundle);
  });
}
