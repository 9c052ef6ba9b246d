# The images of Antenna, a target each:
#
#   ingest, crashmover, throttle-config   the services
#   systemtest                            what `helm test` runs against a release
#   local-aws                             S3 and SQS stand-ins for a cluster on one's own machine, never for production
#
# `npm run images` builds them. Nothing but node, the production packages of one service as package-lock.json pins them,
# compiled code and the bundled throttle rules gets into an image; it runs as 10001:10001 and needs no writable file
# system but its volumes.
#
# There is no HEALTHCHECK: kubelet ignores it and asks the probes of /health instead. There is no init process either:
# the services handle SIGTERM and SIGINT themselves, as process 1 too, and start no other processes.

# The version of node that package.json pins for development. To pin the very bytes, name the image with its digest:
#   npm run images -- --node-image node:24.21.0-bookworm-slim@sha256:…
ARG NODE_IMAGE=node:24.21.0-bookworm-slim


FROM ${NODE_IMAGE} AS base
WORKDIR /app


# Everything that is installed here is left behind, the second node of optionalDependencies included.
FROM base AS build
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY libs libs
COPY apps apps
COPY systemtest systemtest
RUN npm run -s build


# The packages of all services together. The optional ones are a node binary for development, and native parts that
# nothing asks for at run time. Sources, types and source maps of packages are half of their size, and never read.
FROM base AS packages
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm ci --omit=dev --omit=optional --ignore-scripts \
 && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' \) -delete

# What a service does not import goes, and what only that needed.
FROM packages AS packages-ingest
RUN npm uninstall --no-save --offline --omit=dev --omit=optional --ignore-scripts \
    @kubernetes/client-node @nestjs/swagger cli-progress commander

FROM packages AS packages-crashmover
RUN npm uninstall --no-save --offline --omit=dev --omit=optional --ignore-scripts \
    @kubernetes/client-node @nestjs/swagger cli-progress commander @marcbachmann/cel-js re2js yaml

FROM packages AS packages-throttle-config
RUN npm uninstall --no-save --offline --omit=dev --omit=optional --ignore-scripts \
    @aws-sdk/client-s3 @aws-sdk/client-sqs cli-progress commander

FROM packages AS packages-systemtest
RUN npm uninstall --no-save --offline --omit=dev --omit=optional --ignore-scripts \
    @kubernetes/client-node @nestjs/swagger cli-progress

# fauxqs is a development dependency: made the only dependency, it keeps its version from the lock file.
FROM build AS packages-local-aws
RUN version=$(npm pkg get devDependencies.fauxqs | tr -d '"') \
 && npm pkg delete dependencies devDependencies optionalDependencies overrides \
 && npm pkg set "dependencies.fauxqs=$version" \
 && npm prune --offline --omit=optional --ignore-scripts \
 && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' \) -delete


# Dockerflow's version.json, which /__version__ answers.
FROM base AS version
COPY package.json ./
ARG VERSION_SOURCE=
ARG VERSION_VERSION=
ARG VERSION_COMMIT=
ARG VERSION_BUILD=
RUN node -p 'const { env } = process; \
      const version = env.VERSION_VERSION || require("/app/package.json").version; \
      JSON.stringify({ source: env.VERSION_SOURCE, version, commit: env.VERSION_COMMIT, build: env.VERSION_BUILD })' \
    >version.json


FROM base AS runtime
# useradd writes the day into /etc/shadow: the one of the commit, if it is given.
ARG SOURCE_DATE_EPOCH=0
RUN groupadd --gid 10001 app \
 && useradd --uid 10001 --gid 10001 --no-log-init --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin app
ENV NODE_ENV=production LOG_FORMAT=json
STOPSIGNAL SIGTERM
# Buffers of reports count as garbage of the heap's: without these flags V8 collects the whole heap for every few
# reports (docs/performance.md). They are those of the start scripts in package.json.
ENTRYPOINT ["node", "--max-semi-space-size=8", "--heap-growing-percent=200"]


FROM runtime AS ingest
# Acknowledged reports wait here: mount a volume that outlives the container.
RUN install -d -o app -g app -m 0750 /var/spool/antenna
ENV SPOOL_DIR=/var/spool/antenna
COPY --from=packages-ingest /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/ingest dist/apps/ingest
COPY charts/antenna/files/throttle-rules/mozilla.yaml charts/antenna/files/throttle-rules/
COPY package.json ./
COPY --from=version /app/version.json ./
USER 10001:10001
EXPOSE 8000
CMD ["dist/apps/ingest/src/main.js"]


FROM runtime AS crashmover
COPY --from=packages-crashmover /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/crashmover dist/apps/crashmover
COPY package.json ./
COPY --from=version /app/version.json ./
USER 10001:10001
EXPOSE 8002
CMD ["dist/apps/crashmover/src/main.js"]


FROM runtime AS throttle-config
COPY --from=packages-throttle-config /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/throttle-config dist/apps/throttle-config
COPY charts/antenna/files/throttle-rules/mozilla.yaml charts/antenna/files/throttle-rules/
COPY package.json ./
COPY --from=version /app/version.json ./
USER 10001:10001
EXPOSE 8001
CMD ["dist/apps/throttle-config/src/main.js"]


FROM runtime AS systemtest
COPY --from=packages-systemtest /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/systemtest dist/systemtest
COPY package.json ./
COPY --from=version /app/version.json ./
USER 10001:10001
CMD ["dist/systemtest/main.js"]


FROM runtime AS local-aws
COPY --from=packages-local-aws /app/node_modules node_modules
COPY --from=version /app/version.json ./
USER 10001:10001
EXPOSE 4566
CMD ["node_modules/fauxqs/dist/server.js"]
