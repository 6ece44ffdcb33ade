#!/bin/bash
# Previews of the web client, which release/put.sh puts there.
#
#   release/preview.sh address GROUP NAME    print where one is
#   release/preview.sh remove GROUP NAME     remove one, if it is there
set -euo pipefail
what=${1:?say what: address or remove}
group=${2:?name the resource group} name=${3:?name the preview}
[[ $name != default && $name != production ]] || { echo "$name is no preview." >&2; exit 1; }
site=$("$(dirname "$0")/output.sh" "$group" vigor_web_name)

case $what in
  address)
    host=$(az staticwebapp environment show --resource-group "$group" --name "$site" --environment-name "$name" \
      --query hostname --output tsv)
    echo "https://$host"
    ;;
  remove)
    there=$(az staticwebapp environment list --resource-group "$group" --name "$site" \
      --query "[?name=='$name' || buildId=='$name'].name" --output tsv)
    [[ -n $there ]] || { echo "There is no preview $name."; exit 0; }
    az staticwebapp environment delete --resource-group "$group" --name "$site" --environment-name "$name" --yes
    ;;
  *) echo "Say address or remove, not $what." >&2; exit 1 ;;
esac
