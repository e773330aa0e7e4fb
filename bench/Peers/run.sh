#!/usr/bin/env bash
# The comparison in one command: builds the peers, sees that libtorch loads, prints the table.
#   bench/Peers/run.sh [--quick] [--write]        more options, and other subcommands: see Program.cs
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
output=$here/bin/Release/net10.0

dotnet build "$here/Peers.csproj" --configuration Release --nologo --verbosity quiet >&2
if ! dotnet "$output/peers.dll" loads 2>/dev/null; then
    "$here/torchsharp-compat.sh" "$output"
    dotnet "$output/peers.dll" loads
fi

case ${1:-} in
    '' | --*) set -- table "$@" ;;
esac
exec dotnet "$output/peers.dll" "$@"
