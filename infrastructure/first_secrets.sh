#!/bin/sh
# Put into the vault what Vigor cannot start without and what the environment gives; what is there already stays.
#
#   infrastructure/first_secrets.sh VAULT
#
# Made where missing: the key rings for signing and for peppers, and the first administrator (VIGOR_ADMIN_EMAIL, or else
# VIGOR_ALERT_EMAIL). Taken over where given: provider keys and OpenID Connect issuers. No value is printed, nor given on
# a command line that others could read.
set -eu
umask 077

vault=${1:?name the vault: infrastructure/first_secrets.sh VAULT}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

until az keyvault secret list --vault-name "$vault" --query '[].name' --output tsv >"$work/present" 2>"$work/refused"; do
  tries=$((${tries:-0} + 1))
  # A new permission, and the name of a new vault, take minutes to be known everywhere; nothing else gets better by waiting.
  if [ "$tries" -ge 20 ] || ! grep -qiE 'forbidden|resolve' "$work/refused"; then
    cat "$work/refused" >&2
    exit 1
  fi
  echo "Waiting for the permission to write secrets to take effect ($tries of 20)"
  sleep 15
done

# put NAME: what stands in $work/value becomes the secret.
put() {
  az keyvault secret set --vault-name "$vault" --name "$1" --file "$work/value" --encoding utf-8 --output none
  echo "Put $1 into $vault"
}

# make NAME: keep the secret that is there; else take what stands in $work/value.
make() {
  grep -qx "$1" "$work/present" || put "$1"
}

# take_over NAME VALUE: the value given, unless the vault holds just that.
take_over() {
  [ -n "$2" ] || return 0
  printf '%s' "$2" >"$work/value"
  if grep -qx "$1" "$work/present"; then
    az keyvault secret show --vault-name "$vault" --name "$1" --query value --output tsv >"$work/held"
    [ "$(cat "$work/held")" != "$2" ] || return 0
  fi
  put "$1"
}

ring() {
  printf '[{"kid": "k%s", "key": "%s"}]' "$(date -u +%Y%m%d)" "$(openssl rand -base64 32)" >"$work/value"
}

ring && make vigor-signing-keys
ring && make vigor-pepper-keys

take_over openai-api-key "${OPENAI_API_KEY:-}"
take_over gemini-api-key "${GEMINI_API_KEY:-}"
take_over perplexity-api-key "${PERPLEXITY_API_KEY:-}"
take_over vigor-oidc-issuers "${VIGOR_OIDC_ISSUERS:-}"

if ! grep -qx vigor-admin-email "$work/present"; then
  admin=${VIGOR_ADMIN_EMAIL:-${VIGOR_ALERT_EMAIL:?set VIGOR_ADMIN_EMAIL to who shall administer Vigor}}
  printf '%s' "${VIGOR_ADMIN_PASSWORD:-$(openssl rand -hex 16)}" >"$work/value"
  put vigor-admin-password
  printf '%s' "$admin" >"$work/value"
  put vigor-admin-email
  echo "First administrator: $admin. Read the password, sign in and change it; what the vault holds is then worth nothing:"
  echo "  az keyvault secret show --vault-name $vault --name vigor-admin-password --query value --output tsv"
fi
