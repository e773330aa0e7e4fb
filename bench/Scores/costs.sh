#!/usr/bin/env bash
# What each score costs: processor seconds of one thread to fit it on the normal training images and to score the test images, beyond those of mse.
#   bench/Scores/costs.sh RUN [ROUNDS]        RUN: the folder of a model trained by 'vae train'
# All scores in turns, ROUNDS times (3); prints a table of medians in Markdown. Needs Debian's package time.
set -euo pipefail
run=$(realpath "$1")
rounds=${2:-3}
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/../.."

# The names in the first column of the table in docs/scores.md.
names=$(sed -n 's/^| \(`[^|]*\) |.*/\1/p' docs/scores.md | grep -o '[a-z][a-z-]*')
times=$(mktemp)
trap 'rm -f "$times"' EXIT
for ((round = 0; round < rounds; round++)); do
    for name in $names; do
        echo -n "$name " >>"$times"
        /usr/bin/time --format=%U --append --output="$times" ./vae evaluate "$run" --threads 1 --scores "$name" >/dev/null
    done
done

sort --key=1,1 --key=2,2n "$times" | awk -v rounds="$rounds" '
    { count[$1]++; if (count[$1] == int((rounds + 1) / 2)) median[$1] = $2 }
    END { for (name in median) printf "%.1f %s\n", median[name] - median["mse"], name; printf "# mse itself: %.1f s\n", median["mse"] > "/dev/stderr" }' |
    sort --key=1,1n --key=2,2 | awk 'BEGIN { print "| score | processor seconds |"; print "|---|--:|" } $2 != "mse" { printf "| `%s` | %s |\n", $2, $1 }'
