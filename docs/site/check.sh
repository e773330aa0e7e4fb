#!/usr/bin/env bash
# Builds the site and opens every page of it in Chromium from file:, at the width of a phone and of a desktop: no page may scroll sideways,
# ask for anything outside its folder, or show math without its fonts. Says so and passes where there is no Chromium (or set CHROMIUM to it).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

browser=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
if [ -z "$browser" ]; then
    echo "site: not looked at: there is no Chromium here."
    exit 0
fi

output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
./build.sh "$output"
npm ci --silent
node check.mjs "$browser" "$output"
