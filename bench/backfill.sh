#!/bin/sh
# Three years of Artemis (or as many as said) from an unlimited sandbox: heap, rows a second, CPU, and the store step against
# raw COPY in the same run. Results: bench/results/backfill.json
set -e
cd "$(dirname "$0")/.."
mvn -q -B -DskipTests package
exec java -cp 'target/test-classes:target/classes:target/lib/*' dev.caravan.bench.BackfillBench "$@"
