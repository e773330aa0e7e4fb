#!/usr/bin/env bash
# Builds docs/ to static HTML that needs no network to be read: docs/site/build.sh [OUTPUT_DIR], docs/site/out by default. Needs Node 20.11 or later.
set -euo pipefail
site=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output=$(realpath -m "${1:-$site/out}")
cd "$site"
npm ci --omit=dev --silent
node build.mjs "$output"
