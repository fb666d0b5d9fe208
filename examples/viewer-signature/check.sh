#!/usr/bin/env bash
# Checks the verifiers in Python, Java and Go against the test vectors. A language that is not installed is skipped, but fails with CI=true.
set -u
cd "$(dirname "$0")"
passed=0
failed=0
skipped=0
check() {
  local language=$1 program=$2
  shift 2
  echo "== $language"
  if ! command -v "$program" >/dev/null; then
    echo "skipped: no $program"
    if [ "${CI:-}" = true ]; then failed=$((failed + 1)); else skipped=$((skipped + 1)); fi
  elif "$@"; then passed=$((passed + 1)); else
    echo "FAILED: $language"
    failed=$((failed + 1))
  fi
}
python_vectors() { (cd python && python3 -B -m unittest); }
java_vectors() {
  local classes
  classes=$(mktemp -d)
  javac -Xlint:all -Werror --release 17 -d "$classes" java/*.java && java -cp "$classes" VectorsTest vectors.json
  local result=$?
  rm -r "$classes"
  return "$result"
}
go_vectors() { (cd go && go vet ./... && go test -count=1 ./...); }
check Python python3 python_vectors
check Java javac java_vectors
check Go go go_vectors
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
