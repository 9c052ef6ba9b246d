# The images of Antenna, one target each:
#
#   ingest, crashmover, throttle-config   the services
#   processor, crash-stats                the optional services
#   standalone                            all services in one process, for one machine (docs/single-machine.md)
#   cli                                   the command line `antenna`, for operators
#   systemtest                            the test that `helm test` runs against a release
#   local-aws                             S3 and SQS stand-ins for a local cluster, never for production
#
# `npm run images` builds them. An image contains only Node.js, the production packages of its service in the versions of
# package-lock.json, compiled code and the bundled throttle rules. It runs as 10001:10001, and only its volumes must be
# writable.
#
# Everything is built on the platform of the builder: the packages are JavaScript, and the last stages only copy. So an
# image for another platform needs no emulation.
#
# There is no HEALTHCHECK, because the kubelet ignores it and uses the probes at /health. There is no init process, because
# the services handle SIGTERM and SIGINT themselves, also as process 1, and start no other processes.

# The Node.js version that package.json pins for development. To pin the exact image, add its digest:
#   npm run images -- --node-image node:24.21.0-bookworm-slim@sha256:…
ARG NODE_IMAGE=node:24.21.0-bookworm-slim


FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS base
WORKDIR /app


# All packages. Those of development stay here, including the second Node.js of optionalDependencies.
FROM base AS installed
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci --ignore-scripts


FROM installed AS build
COPY tsconfig.json tsconfig.build.json ./
COPY libs libs
COPY apps apps
COPY systemtest systemtest
RUN npm run -s build && chmod a+x dist/apps/cli/src/main.js


# The packages of all services. The optional ones are a Node.js binary for development and native parts that nothing uses
# at run time. Sources, types and source maps are half of the packages' size and are never read.
FROM installed AS packages
RUN npm prune --offline --omit=dev --omit=optional --ignore-scripts \
 && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' \) -delete

# Each service loses the packages that it does not import, and their dependencies.
FROM packages AS packages-ingest
RUN npm uninstall --no-save --offline --omit=dev --omit=optional --ignore-scripts \
    @kubernetes/client-node @nestjs/swagger @bomb.sh/tab cli-progress commander uplot \
    @opensearch-project/opensearch

FROM packages AS packages-crashmover
RUN npm uninstall --no-save --offline --omit=dev --omit=optional --ignore-scripts \
    @kubernetes/client-node @nestjs/swagger @bomb.sh/tab cli-progress commander uplot @marcbachmann/cel-js re2js yaml \
    @opensearch-project/opensearch

FROM packages AS packages-processor
RUN npm uninstall --no-save --offline --omit=dev --omit=optional --ignore-scripts \
    @kubernetes/client-node @nestjs/swagger @bomb.sh/tab cli-progress commander uplot @marcbachmann/cel-js

FROM packages AS packages-crash-stats
RUN npm uninstall --no-save --offline --omit=dev --omit=optional --ignore-scripts \
    @kubernetes/client-node @bomb.sh/tab cli-progress commander uplot @marcbachmann/cel-js

FROM packages AS packages-throttle-config
RUN npm uninstall --no-save --offline --omit=dev --omit=optional --ignore-scripts \
    @aws-sdk/client-s3 @aws-sdk/client-sqs @bomb.sh/tab cli-progress commander uplot @opensearch-project/opensearch

FROM packages AS packages-cli
RUN npm uninstall --no-save --offline --omit=dev --omit=optional --ignore-scripts \
    @kubernetes/client-node @nestjs/swagger

FROM packages AS packages-systemtest
RUN npm uninstall --no-save --offline --omit=dev --omit=optional --ignore-scripts \
    @kubernetes/client-node @nestjs/swagger @bomb.sh/tab cli-progress uplot @opensearch-project/opensearch

# fauxqs is a development dependency. As the only dependency, it keeps its version from the lock file.
FROM installed AS packages-local-aws
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


# The user of all images, and directories of its own.
FROM base AS files
# useradd writes the date into /etc/shadow; SOURCE_DATE_EPOCH makes it the date of the commit.
ARG SOURCE_DATE_EPOCH=0
RUN groupadd --gid 10001 app \
 && useradd --uid 10001 --gid 10001 --no-log-init --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin app \
 && install -d -o app -g app -m 0700 /files/spool/antenna /files/data/antenna /files/cache/antenna \
 && install -d /files/bin && ln -s /app/dist/apps/cli/src/main.js /files/bin/antenna


# Older versions of buildah need the platform here, too.
FROM --platform=$TARGETPLATFORM ${NODE_IMAGE} AS runtime
WORKDIR /app
COPY --from=files /etc/passwd /etc/group /etc/
ENV NODE_ENV=production LOG_FORMAT=json
STOPSIGNAL SIGTERM
# V8 counts the buffers of reports as heap growth: without these flags, it collects the whole heap after every few
# reports. The start scripts in package.json have the same flags.
ENTRYPOINT ["node", "--max-semi-space-size=8", "--heap-growing-percent=200"]


FROM runtime AS ingest
# Acknowledged reports wait here: mount a volume that outlives the container.
COPY --from=files /files/spool/ /var/spool/
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


FROM runtime AS processor
COPY --from=files /files/cache/ /var/cache/
ENV SYMBOL_CACHE_DIR=/var/cache/antenna
COPY --from=packages-processor /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/processor dist/apps/processor
COPY charts/antenna/files/signature-lists.yaml charts/antenna/files/
COPY libs/stack-walker/walker.wasm libs/stack-walker/THIRD-PARTY-NOTICES.txt libs/stack-walker/
COPY package.json ./
COPY --from=version /app/version.json ./
USER 10001:10001
EXPOSE 8003
CMD ["dist/apps/processor/src/main.js"]


FROM runtime AS crash-stats
COPY --from=packages-crash-stats /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/crash-stats dist/apps/crash-stats
COPY package.json ./
COPY --from=version /app/version.json ./
USER 10001:10001
EXPOSE 8004
CMD ["dist/apps/crash-stats/src/main.js"]


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


# Crashes, queues and acknowledged reports are in /var/lib/antenna: mount a volume. It contains the command line, too:
# `docker exec … antenna show CRASH_ID`.
FROM runtime AS standalone
COPY --from=files /files/data/ /var/lib/
ENV ANTENNA_DATA_DIR=/var/lib/antenna
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps dist/apps
COPY charts/antenna/files/throttle-rules charts/antenna/files/throttle-rules
COPY charts/antenna/files/signature-lists.yaml charts/antenna/files/
COPY libs/stack-walker/walker.wasm libs/stack-walker/THIRD-PARTY-NOTICES.txt libs/stack-walker/
COPY package.json ./
COPY --from=version /app/version.json ./
COPY --from=files /files/bin/ /usr/local/bin/
USER 10001:10001
EXPOSE 8000 8001
CMD ["dist/apps/standalone/src/main.js"]


# `docker run antenna-cli queue ls`; in a pod, `kubectl exec … -- antenna queue ls`. Its `spool ship` is a part of ingest.
FROM runtime AS cli
COPY --from=packages-cli /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/ingest dist/apps/ingest
COPY --from=build /app/dist/apps/cli dist/apps/cli
COPY charts/antenna/files/throttle-rules/mozilla.yaml charts/antenna/files/throttle-rules/
COPY charts/antenna/files/signature-lists.yaml charts/antenna/files/
COPY libs/stack-walker/walker.wasm libs/stack-walker/THIRD-PARTY-NOTICES.txt libs/stack-walker/
COPY package.json ./
COPY --from=version /app/version.json ./
COPY --from=files /files/bin/ /usr/local/bin/
USER 10001:10001
ENTRYPOINT ["antenna"]
CMD []


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
