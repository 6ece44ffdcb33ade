#!/bin/bash
# Waits until the Vigor of a resource group can serve, and says where it is.
#
#   release/ready.sh GROUP
set -euo pipefail
group=${1:?name the resource group}
here=$(dirname "$0")
api=$("$here/output.sh" "$group" vigor_api_address)
web=$("$here/output.sh" "$group" vigor_web_address)
for _ in {1..24}; do
  if curl --silent --fail --max-time 20 --output /dev/null "$api/api/health/ready"; then
    echo "Vigor serves at $web"
    exit 0
  fi
  sleep 10
done
echo "Vigor does not answer at $api/api/health/ready; see docs/operations.md." >&2
exit 1
