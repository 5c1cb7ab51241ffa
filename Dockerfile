# Three images: `--target web`, `--target worker`, `--target migrate`. `npm run images` builds them. Node runs the TypeScript sources
# directly. Built are only the pages' bundle, the workflow bundle and the e-mail templates. Each image holds the files and packages that
# its process imports, and nothing else (scripts/images/, docs/decisions/0081-images-and-a-cluster.md).
ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The build does not need the install scripts of development tools. The secret `ca` is the authority of a network that has its own.
RUN --mount=type=secret,id=ca --mount=type=cache,target=/root/.npm \
  if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; npm ci --ignore-scripts
COPY . .
RUN node_modules/.bin/remix vite:build && node worker/build-workflows.ts && node worker/build-emails.ts
# The client packages that web offers for download have the version of the release.
ARG VERSION=unknown
RUN node scripts/build-client-packages.ts
RUN for process in migrate web worker; do node scripts/image-files.ts $process /image/$process || exit 1; done

# Runs with a read-only root file system and as a user who owns no file of it.
FROM ${NODE_IMAGE} AS base
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="AllScale Checkout" \
  org.opencontainers.image.description="A self-hosted, non-custodial stable-coin checkout" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production
WORKDIR /app
USER 1000:1000
STOPSIGNAL SIGTERM

FROM base AS migrate
COPY --from=build /image/migrate ./
HEALTHCHECK NONE
CMD ["node", "scripts/migrate.ts"]

FROM base AS web
ENV HOST=0.0.0.0 PORT=3000
COPY --from=build /image/web ./
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((response) => process.exit(response.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "web/server.ts"]

FROM base AS worker
ENV HOST=0.0.0.0 WORKER_HEALTH_PORT=3006
COPY --from=build /image/worker ./
EXPOSE 3006
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.WORKER_HEALTH_PORT}/healthz`).then((response) => process.exit(response.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=8", "--heap-growing-percent=100", "worker/main.ts"]
