#!/bin/sh
# Fails where a region does not offer what the API runs on, before anything is made there.
#
#   infrastructure/region.sh LOCATION
set -eu
location=${1:?name the region}

offered=$(az functionapp list-flexconsumption-locations --query "[?name=='$location'].name" --output tsv)
[ -n "$offered" ] || {
  echo "$location does not offer Flex Consumption; az functionapp list-flexconsumption-locations shows what does." >&2
  exit 1
}
