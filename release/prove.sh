#!/bin/bash
# Proves the Vigor of a resource group from outside, once it is awake; see release/smoke.py.
#
#   release/prove.sh GROUP [options of the smoke test]
set -euo pipefail
cd "$(dirname "$0")/.."
group=${1:?name the resource group}
shift
api=$(release/output.sh "$group" vigor_api_address)
web=$(release/output.sh "$group" vigor_web_address)
exec python3 -m release.smoke "$api" --site "$web" --wait 300 "$@"
