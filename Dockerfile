# syntax=docker/dockerfile:1

# --- compiles; its development packages stay behind
FROM node:24-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json mikro-orm.config.ts ./
COPY scripts scripts
COPY src src
COPY migrations migrations
RUN npm run build

# --- what runs needs
FROM node:24-trixie-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The compiler and the type packages come along as optional peers of libraries; nothing loads them.
RUN npm ci --omit=dev && rm -rf node_modules/typescript node_modules/@typescript node_modules/@types

FROM node:24-trixie-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 STORAGE_URL=file:/app/storage
WORKDIR /app
# Their owner is what a fresh volume mounted there inherits; everything else belongs to root and is only read.
RUN install -d -o node -g node -m 0700 keys storage
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY --chmod=0755 scripts/sallyport.sh sallyport
COPY scripts/healthcheck.mjs ./
RUN ln -s /app/sallyport /usr/local/bin/sallyport && sallyport warm
USER node
EXPOSE 4000
# Liveness, not readiness: a database that is away must not get every replica restarted.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --start-interval=1s \
  CMD ["node", "healthcheck.mjs"]
# docker run IMAGE serves; docker run IMAGE users:create-admin … , or docker exec CONTAINER sallyport users:create-admin … , runs a command.
ENTRYPOINT ["sallyport"]
