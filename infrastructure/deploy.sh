#!/bin/bash
# Bring Vigor up in one resource group with nothing but the Azure CLI, Python and npm; again changes only what differs.
#
#   infrastructure/deploy.sh dev|prod RESOURCE_GROUP [LOCATION]     infrastructure, secrets, API and web client
#   infrastructure/deploy.sh --what-if dev|prod RESOURCE_GROUP      only show what would change
#
# With VIGOR_DEPLOY=infrastructure it ends after the secrets; a pipeline puts the code there by itself (release/put.sh).
# VIGOR_ALERT_EMAIL must say who is told of alerts. VIGOR_STORE (tables, cosmos), VIGOR_WEB_BACKEND (linked, separate) and
# provider keys such as GEMINI_API_KEY are taken from the environment; VIGOR_BUDGET_START=none makes no budget. The subscription is the one `az account show` names.
# LOCATION is where a group that is not there yet is made. A pipeline says in AZURE_PRINCIPAL_ID what its object id is.
set -euo pipefail
cd "$(dirname "$0")/.."

what_if=no
if [[ ${1:-} == --what-if ]]; then
  what_if=yes
  shift
fi
size=${1:?name the size: dev or prod}
group=${2:?name the resource group}
location=${3:-westeurope}
[[ $size == dev || $size == prod ]] || { echo "The size is dev or prod, not $size." >&2; exit 1; }
for choice in VIGOR_STORE VIGOR_WEB_BACKEND; do
  [[ -n ${!choice:-} ]] || unset "$choice" # a pipeline's variable that nobody set is empty, and the parameter file chooses
done
: "${VIGOR_ALERT_EMAIL:?set VIGOR_ALERT_EMAIL to who is told of alerts}"
for tool in az python3 npm openssl curl; do
  command -v "$tool" >/dev/null || { echo "$tool is needed." >&2; exit 1; }
done

say() { echo "== $*"; }

account=$(az account show --query '[id, name, user.type]' --output tsv) || {
  echo "Sign in first: az login" >&2
  exit 1
}
{ read -r subscription; read -r subscription_name; read -r signed_in_as; } <<<"$account"
say "$size, in the group $group of the subscription $subscription_name ($subscription)"

if [[ $(az group exists --name "$group") != true ]]; then
  [[ $what_if == no ]] || { echo "There is no group $group yet; everything would be new."; exit 0; }
  infrastructure/region.sh "$location"
  say "making the resource group $group in $location"
  az group create --name "$group" --location "$location" --tags project=vigor environment="$size" --output none
fi

VIGOR_BUDGET_START=${VIGOR_BUDGET_START:-$(infrastructure/budget_start.sh "$subscription" "$group" "$size")}
if [[ $signed_in_as == servicePrincipal ]]; then
  : "${AZURE_PRINCIPAL_ID:?set AZURE_PRINCIPAL_ID to the object id of the service principal that is signed in}"
  AZURE_PRINCIPAL_TYPE=ServicePrincipal
else
  AZURE_PRINCIPAL_ID=${AZURE_PRINCIPAL_ID:-$(az ad signed-in-user show --query id --output tsv)}
  AZURE_PRINCIPAL_TYPE=${AZURE_PRINCIPAL_TYPE:-User}
fi
export VIGOR_BUDGET_START AZURE_PRINCIPAL_ID AZURE_PRINCIPAL_TYPE

if [[ $what_if == yes ]]; then
  exec az deployment group what-if --resource-group "$group" --parameters "infrastructure/$size.bicepparam"
fi

say "infrastructure"
az deployment group create --resource-group "$group" --name vigor --parameters "infrastructure/$size.bicepparam" --output none

say "secrets"
vault=$(release/output.sh "$group" vigor_vault_name)
infrastructure/first_secrets.sh "$vault"

[[ ${VIGOR_DEPLOY:-all} != infrastructure ]] || exit 0

say "API"
python3 -m release.package
release/put.sh api "$group" build/vigor-functions.zip

say "web client"
VIGOR_API_ADDRESS=$(release/api_of_web.sh "$group")
export VIGOR_API_ADDRESS
(cd static_web_app && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm run --silent build)
release/put.sh web "$group" static_web_app/dist production

say "health"
release/ready.sh "$group"
