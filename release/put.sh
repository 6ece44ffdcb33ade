#!/bin/bash
# Puts a finished release on Azure, by the Azure CLI that is signed in.
#
#   release/put.sh api GROUP ZIP             the functions
#   release/put.sh web GROUP FOLDER NAME     the built web client, under production or a preview's name
#   release/put.sh address GROUP             only print the address that the smoke test asks
set -euo pipefail
what=${1:?say what: api, web or address}
group=${2:?name the resource group}

output() { az deployment group show --resource-group "$group" --name vigor --query "properties.outputs.$1.value" --output tsv; }

case $what in
  api)
    zip=${3:?name the package}
    # The app's permission to write its package is minutes old on a first deployment, and may not hold everywhere yet.
    for pause in 30 60 120 0; do
      az functionapp deployment source config-zip --resource-group "$group" --name "$(output VIGOR_API_NAME)" \
        --src "$zip" --build-remote true --output none && exit 0
      [[ $pause != 0 ]] || exit 1
      echo "That was refused; trying again in $pause s" >&2
      sleep "$pause"
    done
    ;;
  web)
    folder=${3:?name the folder} name=${4:?say production, or the name of a preview}
    SWA_CLI_DEPLOYMENT_TOKEN=$(az staticwebapp secrets list --name "$(output VIGOR_WEB_NAME)" --query properties.apiKey --output tsv)
    export SWA_CLI_DEPLOYMENT_TOKEN
    [[ -z ${GITHUB_ACTIONS:-} ]] || echo "::add-mask::$SWA_CLI_DEPLOYMENT_TOKEN"
    npx --yes @azure/static-web-apps-cli@2.0.10 deploy "$folder" --env "$name"
    ;;
  address) output VIGOR_SMOKE_ADDRESS ;;
  *) echo "Say api, web or address, not $what." >&2; exit 1 ;;
esac
