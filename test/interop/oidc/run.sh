#!/usr/bin/env bash
# A certified OpenID client (npm openid-client, pinned) signs a citizen in through the real program with a demo city: registration by an
# administrator, consent, PKCE, refresh, revocation, and what must be refused. And a certified provider (npm oidc-provider, pinned) plays the
# identity service of a province, through which a citizen signs in.
set -euo pipefail
cd "$(dirname "$0")"
command -v node >/dev/null || { echo "missing: node with npm"; exit 77; }
[ -x ../../../bin/banyan ] || { echo "missing: bin/banyan: make build"; exit 77; }
npm ci --ignore-scripts --no-audit --no-fund --silent
node provider.mjs
node client.mjs
