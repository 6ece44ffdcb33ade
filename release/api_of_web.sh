#!/bin/bash
# Prints what the web client of a resource group has to be built with as VIGOR_API_ADDRESS: the address of an API that
# has an origin of its own, and nothing where it answers under the client's.
#
#   release/api_of_web.sh GROUP
set -euo pipefail
group=${1:?name the resource group}
here=$(dirname "$0")
api=$("$here/output.sh" "$group" vigor_api_address)
web=$("$here/output.sh" "$group" vigor_web_address)
[[ $api == "$web" ]] || echo "$api"
