# The commands are the README's; nothing is needed but a Rust toolchain and a C compiler.
FROM rust:1-bookworm AS build
WORKDIR /src
COPY . .
ARG FEATURES=
RUN cargo build --release --locked --features "$FEATURES"

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o 10001 -g 10001 /data
COPY --from=build /src/target/release/mana-media /usr/local/bin/mana-media
# Everything that is written goes under DATA_DIR (catalogue, files and spool), so that the root can be read-only.
ENV HOST=0.0.0.0 PORT=3015 DATA_DIR=/data
VOLUME /data
USER 10001:10001
EXPOSE 3015
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["mana-media", "healthcheck"]
ENTRYPOINT ["mana-media"]
CMD ["serve"]
