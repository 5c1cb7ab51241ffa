# Three images: `--target web`, `--target worker`, `--target migrate`. Node runs the TypeScript sources directly. Built are only the
# pages' bundle, the workflow bundle and the e-mail templates.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The build does not need the install scripts of development tools.
RUN npm ci --ignore-scripts
COPY . .
RUN npx remix vite:build && node worker/build-workflows.ts && node worker/build-emails.ts

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM ${NODE_IMAGE} AS base
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY domain ./domain
COPY db ./db
USER node

FROM base AS migrate
COPY scripts/migrate.ts ./scripts/migrate.ts
COPY scripts/lib/prepare-database.ts ./scripts/lib/prepare-database.ts
COPY web/auth ./web/auth
CMD ["node", "scripts/migrate.ts"]

FROM base AS web
ENV HOST=0.0.0.0 PORT=3000
COPY contracts/generated ./contracts/generated
COPY contracts/*.ts ./contracts/
COPY chain ./chain
COPY sdk ./sdk
COPY workflows ./workflows
COPY web ./web
COPY --from=build /app/build/client ./build/client
COPY --from=build /app/build/server ./build/server
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((response) => process.exit(response.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "web/server.ts"]

FROM base AS worker
ENV HOST=0.0.0.0 WORKER_HEALTH_PORT=3006
COPY contracts/generated ./contracts/generated
COPY contracts/*.ts ./contracts/
COPY chain ./chain
COPY workflows ./workflows
COPY activities ./activities
COPY worker ./worker
COPY --from=build /app/build/workflow-bundle.js /app/build/email-templates.js ./build/
EXPOSE 3006
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.WORKER_HEALTH_PORT}/healthz`).then((response) => process.exit(response.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "worker/main.ts"]
