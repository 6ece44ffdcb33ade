#!/bin/bash
# Puts a finished release on Azure, by the Azure CLI that is signed in.
#
#   release/put.sh api GROUP ZIP             the functions
#   release/put.sh web GROUP FOLDER NAME     the built web client, under production or a preview's name
set -euo pipefail
what=${1:?say what: api or web}
group=${2:?name the resource group}
here=$(dirname "$0")

case $what in
  api)
    zip=${3:?name the package}
    app=$("$here/output.sh" "$group" vigor_api_name)
    # The app's permission to write its package is minutes old on a first deployment, and may not hold everywhere yet.
    for pause in 30 60 120 0; do
      az functionapp deployment source config-zip --resource-group "$group" --name "$app" \
        --src "$zip" --build-remote true --output none && exit 0
      [[ $pause != 0 ]] || exit 1
      echo "That was refused; trying again in $pause s" >&2
      sleep "$pause"
    done
    ;;
  web)
    folder=$(realpath "${3:?name the folder}") name=${4:?say production, or the name of a preview}
    if [[ $name == production ]]; then # a preview has no API to fit
      api=$("$here/api_of_web.sh" "$group")
      lets=$(grep --only-matching "connect-src [^;\"]*" "$folder/staticwebapp.config.json" | sort --unique)
      [[ $lets == "connect-src 'self'${api:+ $api}" ]] || {
        echo "$folder was not built for this API; build it with VIGOR_API_ADDRESS=${api:-\"\"}. It says: $lets" >&2
        exit 1
      }
    fi
    site=$("$here/output.sh" "$group" vigor_web_name)
    # From a lock file and without install scripts: what is installed here is given the token.
    npm ci --prefix "$here/swa" --ignore-scripts --no-audit --no-fund --loglevel=error
    SWA_CLI_DEPLOYMENT_TOKEN=$(az staticwebapp secrets list --name "$site" --resource-group "$group" --query properties.apiKey --output tsv)
    export SWA_CLI_DEPLOYMENT_TOKEN
    [[ -z ${GITHUB_ACTIONS:-} ]] || echo "::add-mask::$SWA_CLI_DEPLOYMENT_TOKEN"
    npm exec --prefix "$here/swa" --no -- swa deploy "$folder" --env "$name"
    ;;
  *) echo "Say api or web, not $what." >&2; exit 1 ;;
esac
