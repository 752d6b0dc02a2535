# syntax=docker/dockerfile:1
#
#     docker build -t adnerf .
#     docker run --rm -p 127.0.0.1:8080:8080 -e ADNERF_ALLOW_PLAINTEXT=1 -v "$PWD/avatars:/avatars:ro" -v adnerf:/data adnerf
#
# It is one of many on the same jobs with ADNERF_ENGINE=nats://...: see Deploy/README.md. After the image's name goes any command
# of the program: docker run adnerf worker --help
#
# Each step is a script that runs as well outside: Tests/Deploy/run tries them where there is no Docker.

ARG SWIFT=6.3

FROM swift:${SWIFT}-bookworm AS build
WORKDIR /source
COPY Scripts/setup Scripts/setup
RUN Scripts/setup --nats
# The dependencies by themselves, so that a change of ours does not fetch them again.
COPY Package.swift ./
RUN swift package --traits NATS --scratch-path .build/packaging resolve
COPY Scripts Scripts
COPY openapi.yaml ./
COPY Sources Sources
COPY Benchmarks Benchmarks
COPY Tests Tests
COPY Examples/avatars Examples/avatars
COPY Models Models
RUN Scripts/package --nats /out

FROM debian:bookworm-slim
RUN --mount=type=bind,source=Scripts/setup,target=/tmp/setup \
    /tmp/setup --runtime --nats \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt/* /var/log/dpkg.log \
    && useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin adnerf \
    && install -d -o adnerf -g adnerf -m 0750 /data \
    && install -d /avatars
COPY --from=build /out/adnerf /usr/local/bin/adnerf
COPY --from=build /out/share /usr/local/share
RUN ln -s /usr/local/share/adnerf/avatars/demo /avatars/demo
COPY Deploy/healthcheck /usr/local/bin/adnerf-healthcheck

USER 10001:10001
# What is learnt about an avatar is kept in ~/.cache where its folder is read-only.
ENV HOME=/data \
    ADNERF_HOST=0.0.0.0 ADNERF_PORT=8080 ADNERF_AVATARS=/avatars ADNERF_DATA=/data
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s CMD ["adnerf-healthcheck"]
ENTRYPOINT ["adnerf"]
CMD ["serve"]
