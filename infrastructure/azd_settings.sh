#!/bin/sh
# Before azd provisions: remember the day the budget began, so that provisioning again changes nothing, on another machine too.
set -eu
cd "$(dirname "$0")/.."

[ -n "${VIGOR_ALERT_EMAIL:-}" ] || {
  echo "Say who is told of alerts first: azd env set VIGOR_ALERT_EMAIL you@example.com" >&2
  exit 1
}
az account show --output none || {
  echo "Sign in with the Azure CLI as well (az login): the first secrets are put into the vault by it." >&2
  exit 1
}
[ -z "${VIGOR_BUDGET_START:-}" ] || exit 0
began=$(date -u +%Y-%m-01)
if [ -n "${AZURE_SUBSCRIPTION_ID:-}" ] && [ -n "${AZURE_RESOURCE_GROUP:-}" ]; then
  began=$(infrastructure/budget_start.sh "$AZURE_SUBSCRIPTION_ID" "$AZURE_RESOURCE_GROUP" "$AZURE_ENV_NAME")
fi
azd env set VIGOR_BUDGET_START "$began"
