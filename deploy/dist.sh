#!/usr/bin/env bash
# Builds what is handed to an operator: for each platform one static program, its packs, the unit and the manual, packed
# in a way that gives the same bytes for the same commit; and the folders that deploy/container/Dockerfile copies from.
set -euo pipefail
cd "$(dirname "$0")/.."

version=${1:?usage: deploy/dist.sh VERSION}
# The newest repairs of the standard library; the Go command fetches it. GOTOOLCHAIN=local takes the one at hand.
export GOTOOLCHAIN=${GOTOOLCHAIN:-go1.26.10}
when=$(git log -1 --format=%ct 2>/dev/null || echo 0)
rm -rf dist
mkdir -p dist

for arch in amd64 arm64; do
	home=dist/linux-$arch
	mkdir -p "$home/empty"
	CGO_ENABLED=0 GOOS=linux GOARCH=$arch go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$version" -o "$home/banyan" ./cmd/banyan
	cp -r packs "$home/packs"
	mkdir -p "$home/docs" "$home/deploy"
	cp docs/*.md "$home/docs/"
	cp -r deploy/systemd deploy/compose "$home/deploy/"
	rm -f "$home/deploy/compose/.env"
	cp README.md README.zh-CN.md LICENSE "$home/"
	tar --sort=name --mtime="@$when" --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw --exclude=empty \
		--transform="s,^linux-$arch,banyan-$version," -C dist -cf - "linux-$arch" | gzip -9n >"dist/banyan-$version-linux-$arch.tar.gz"
done
(cd dist && sha256sum ./*.tar.gz >SHA256SUMS && cat SHA256SUMS)
