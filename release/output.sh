#!/bin/bash
# Prints what the newest deployment of Vigor in a resource group gave back, whoever made it: deploy.sh, a workflow or azd.
#
#   release/output.sh GROUP NAME             NAME is an output of infrastructure/main.bicep, such as vigor_api_address
set -euo pipefail
group=${1:?name the resource group} name=${2:?name an output of infrastructure/main.bicep}
newest='sort_by([?properties.outputs.vigor_api_name], &properties.timestamp)[-1]'
value=$(az deployment group list --resource-group "$group" --query "$newest.properties.outputs.$name.value" --output tsv)
[[ -n $value ]] || {
  echo "No deployment in $group gave back $name; has Vigor been deployed there?" >&2
  exit 1
}
echo "$value"
