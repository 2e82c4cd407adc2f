# syntax=docker/dockerfile:1
# The panel's image: the published program on Microsoft's image of the ASP.NET runtime without a shell or a package manager.
#   docker build -t panel .
#   docker run --rm -p 8080:8080 -v panel:/data panel
# It is made for Kubernetes (charts/panel), where game servers run in pods of their own. Alone it has neither a sandbox nor Java, so the
# cluster of one machine runs nothing in it but the demo server.
ARG DOTNET=10.0

# The browser's part comes from npm; nothing of this stage but the files stays.
FROM --platform=$BUILDPLATFORM docker.io/library/node:22-bookworm-slim AS assets
WORKDIR /src/Panel.Web
COPY Panel.Web/package.json Panel.Web/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:${DOTNET}-noble AS build
ARG TARGETARCH
ARG VERSION=0.1.0
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /src
# first what decides which packages are wanted, so that a change of code downloads nothing
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY build/ build/
COPY Panel.Contracts/Panel.Contracts.csproj Panel.Contracts/
COPY Panel.Core/Panel.Core.csproj Panel.Core/
COPY Panel.Games/Panel.Games.csproj Panel.Games/
COPY Panel.Kube.Wire/Panel.Kube.Wire.csproj Panel.Kube.Wire/
COPY Panel.Kube/Panel.Kube.csproj Panel.Kube/
COPY Panel.LocalCluster/Panel.LocalCluster.csproj Panel.LocalCluster/
COPY Panel.Web/Panel.Web.csproj Panel.Web/
RUN --mount=type=cache,target=/root/.nuget/packages dotnet restore Panel.Web -a $TARGETARCH -p:RestrictedFeed=false
COPY . .
COPY --from=assets /src/Panel.Web/node_modules/ Panel.Web/node_modules/
# newer than the lock file: npm need not be here
RUN --mount=type=cache,target=/root/.nuget/packages \
    touch Panel.Web/node_modules/.package-lock.json \
    && dotnet publish Panel.Web -c Release -a $TARGETARCH --self-contained false --no-restore -p:RestrictedFeed=false -p:Version=$VERSION -p:DebugType=none -o /app \
    && rm -f /app/*.xml && mkdir /empty

# .NET has no Zstandard of its own; the library needs nothing but libc
FROM docker.io/library/ubuntu:noble AS libraries
RUN mkdir /zstd && cp /usr/lib/*-linux-gnu/libzstd.so.1 /zstd/

# "extra" has the time zones, which schedules need
FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET}-noble-chiseled-extra
WORKDIR /app
COPY --from=build /app/ ./
COPY --from=libraries /zstd/ ./
COPY --from=build --chown=1654:1654 /empty/ /data/
ENV ASPNETCORE_HTTP_PORTS=8080 Panel__DataDirectory=/data
# a number, so that Kubernetes sees that it is not root
USER 1654:1654
EXPOSE 8080
VOLUME /data
HEALTHCHECK --interval=30s --timeout=6s --start-period=120s --retries=3 CMD ["dotnet", "Panel.Web.dll", "health"]
ENTRYPOINT ["dotnet", "Panel.Web.dll"]
