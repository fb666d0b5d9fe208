#!/usr/bin/env bash
# Checks the examples: the verifiers of signed viewers, and the foreign subgraphs in Python and Go, joined to the graph. It installs and
# builds them in a temporary folder. A language that is not installed is skipped, but fails with CI=true.
set -eu
cd "$(dirname "$0")"
for program in python3 go; do
  command -v "$program" >/dev/null || {
    echo "skipped: no $program"
    [ "${CI:-}" != true ]
    exit
  }
done
./viewer-signature/check.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --requirement subgraph-python/requirements.txt
(cd subgraph-go && go run github.com/99designs/gqlgen generate && go vet . && go build -o "$folder/bus-stops" .)
cd ..
TEST_CANTEENS_PYTHON=$folder/venv/bin/python TEST_BUS_STOPS=$folder/bus-stops \
  npx vitest run test/graph/foreign-examples.test.ts
