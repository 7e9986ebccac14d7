# The release image. GoReleaser lays the binaries of each platform beside it:
# static, so nothing but certificates and a user are needed below.
FROM gcr.io/distroless/static-debian12:nonroot
ARG TARGETPLATFORM
COPY $TARGETPLATFORM/ztagent /usr/bin/ztagent
WORKDIR /work
USER nonroot:nonroot
ENTRYPOINT ["/usr/bin/ztagent"]
CMD ["--help"]
