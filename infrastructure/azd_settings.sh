#!/bin/sh
# Before azd provisions: remember the day the budget began, so that provisioning again changes nothing.
set -eu

[ -n "${VIGOR_ALERT_EMAIL:-}" ] || {
  echo "Say who is told of alerts first: azd env set VIGOR_ALERT_EMAIL you@example.com" >&2
  exit 1
}
[ -n "${VIGOR_BUDGET_START:-}" ] || azd env set VIGOR_BUDGET_START "$(date -u +%Y-%m-01)"
