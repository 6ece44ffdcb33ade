#!/bin/sh
# Prints the day that a budget of Azure begins: of the one that is there, which can begin at no other, or else of this month.
#
#   infrastructure/budget_start.sh SUBSCRIPTION GROUP ENVIRONMENT        SUBSCRIPTION is an id
set -eu
subscription=${1:?name the subscription} group=${2:?name the resource group} environment=${3:?name the environment}

began=
if [ "$(az group exists --subscription "$subscription" --name "$group")" = true ]; then
  budgets="/subscriptions/$subscription/resourceGroups/$group/providers/Microsoft.Consumption/budgets"
  began=$(az rest --method get --url "$budgets?api-version=2024-08-01" \
    --query "value[?name=='budget-vigor-$environment'].properties.timePeriod.startDate | [0]" --output tsv)
fi
if [ -n "$began" ]; then
  echo "$began" | cut -c 1-10
else
  date -u +%Y-%m-01
fi
