#!/bin/sh
# Before azd provisions: say at once what would stop it later, and find the day the budget began, so that provisioning
# again changes nothing, on another machine too. Azure knows it; what azd remembers may be of a month that no budget came of.
set -eu
cd "$(dirname "$0")/.."

[ -n "${VIGOR_ALERT_EMAIL:-}" ] || {
  echo "Say who is told of alerts first: azd env set VIGOR_ALERT_EMAIL you@example.com" >&2
  exit 1
}
az account show ${AZURE_SUBSCRIPTION_ID:+--subscription "$AZURE_SUBSCRIPTION_ID"} --output none || {
  echo "Sign in to the same subscription with the Azure CLI as well (az login): the first secrets are put into the vault by it." >&2
  exit 1
}
[ -n "${VIGOR_BUDGET_START:-}" ] || [ -z "${AZURE_LOCATION:-}" ] || infrastructure/region.sh "$AZURE_LOCATION"
[ "${VIGOR_BUDGET_START:-}" != none ] || exit 0
began=${VIGOR_BUDGET_START:-$(date -u +%Y-%m-01)}
if [ -n "${AZURE_SUBSCRIPTION_ID:-}" ] && [ -n "${AZURE_RESOURCE_GROUP:-}" ]; then
  began=$(infrastructure/budget_start.sh "$AZURE_SUBSCRIPTION_ID" "$AZURE_RESOURCE_GROUP" "$AZURE_ENV_NAME")
fi
if [ "$began" != "${VIGOR_BUDGET_START:-}" ]; then
  azd env set VIGOR_BUDGET_START "$began"
fi
