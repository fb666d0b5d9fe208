#!/usr/bin/env bash
# Builds the client and this application: generates its documents, checks its types, and bundles it.
set -eu
cd "$(dirname "$0")"
npm run --silent --prefix ../.. build:client
npm ci
npm run build
