#!/bin/sh
# Around azd's build of the web client, which is given no environment: tells it where the API is by a file that Vite reads.
#
#   infrastructure/azd_web.sh begin|end
set -eu
cd "$(dirname "$0")/../static_web_app"
told=.env.production.local

case ${1:-} in
  begin)
    : "${vigor_api_address:?provision first: azd provision}" "${vigor_web_address:?provision first: azd provision}"
    [ "$vigor_api_address" != "$vigor_web_address" ] || vigor_api_address=
    echo "VIGOR_API_ADDRESS=$vigor_api_address" >"$told"
    ;;
  end) rm -f "$told" ;;
  *) echo "Say begin or end." >&2; exit 1 ;;
esac
