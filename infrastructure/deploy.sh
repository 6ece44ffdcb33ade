#!/bin/bash
# Bring Vigor up in one resource group with nothing but the Azure CLI, Python and npm; again changes only what differs.
#
#   infrastructure/deploy.sh dev|prod RESOURCE_GROUP [LOCATION]     infrastructure, secrets, API and web client
#   infrastructure/deploy.sh --what-if dev|prod RESOURCE_GROUP      only show what would change
#
# With VIGOR_DEPLOY=infrastructure it ends after the secrets; a pipeline puts the code there by itself (release/put.sh).
# VIGOR_ALERT_EMAIL must say who is told of alerts. VIGOR_STORE (tables, cosmos), VIGOR_WEB_BACKEND (linked, separate) and
# provider keys such as GEMINI_API_KEY are taken from the environment. The subscription is the one `az account show` names.
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
: "${VIGOR_ALERT_EMAIL:?set VIGOR_ALERT_EMAIL to who is told of alerts}"
for tool in az python3 npm openssl curl; do
  command -v "$tool" >/dev/null || { echo "$tool is needed." >&2; exit 1; }
done

say() { echo "== $*"; }
output() { az deployment group show --resource-group "$group" --name vigor --query "properties.outputs.$1.value" --output tsv; }

if [[ $(az group exists --name "$group") == false ]]; then
  [[ $what_if == no ]] || { echo "There is no group $group yet; everything would be new."; exit 0; }
  say "making the resource group $group in $location"
  az group create --name "$group" --location "$location" --tags project=vigor environment="$size" --output none
fi

# A budget cannot begin elsewhere once it is there, so a second deployment keeps the first one's day.
budget_url="/subscriptions/$(az account show --query id --output tsv)/resourceGroups/$group/providers/Microsoft.Consumption/budgets"
began=$(az rest --method get --url "$budget_url?api-version=2024-08-01" \
  --query "value[?name=='budget-vigor-$size'].properties.timePeriod.startDate | [0]" --output tsv)
export VIGOR_BUDGET_START=${began:0:10}
VIGOR_BUDGET_START=${VIGOR_BUDGET_START:-$(date -u +%Y-%m-01)}
if [[ -z ${AZURE_PRINCIPAL_ID:-} ]]; then
  AZURE_PRINCIPAL_ID=$(az ad signed-in-user show --query id --output tsv)
fi
export AZURE_PRINCIPAL_ID

if [[ $what_if == yes ]]; then
  exec az deployment group what-if --resource-group "$group" --parameters "infrastructure/$size.bicepparam"
fi

say "infrastructure"
az deployment group create --resource-group "$group" --name vigor --parameters "infrastructure/$size.bicepparam" --output none

say "secrets"
infrastructure/first_secrets.sh "$(output VIGOR_VAULT_NAME)"

[[ ${VIGOR_DEPLOY:-all} != infrastructure ]] || exit 0

say "API"
python3 -m release.package
release/put.sh api "$group" build/vigor-functions.zip

say "web client"
(cd static_web_app && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm run --silent build)
release/put.sh web "$group" static_web_app/dist production

say "health"
address=$(output VIGOR_SMOKE_ADDRESS)
for _ in {1..24}; do
  if curl --silent --fail --max-time 20 --output /dev/null "$address/api/health/ready"; then
    echo "Vigor serves at $(output VIGOR_WEB_ADDRESS)"
    exit 0
  fi
  sleep 10
done
echo "Vigor does not answer at $address/api/health/ready; see docs/operations.md." >&2
exit 1
