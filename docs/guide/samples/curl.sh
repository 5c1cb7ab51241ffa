#!/usr/bin/env bash
# A client with curl and openssl. Settings: ALLSCALE_BASE_URL, ALLSCALE_API_KEY, ALLSCALE_API_SECRET.
set -euo pipefail

hmac() { openssl dgst -sha256 -hmac "$ALLSCALE_API_SECRET" -binary | openssl base64 -A; }
sha256() { openssl dgst -sha256 -r "$@" | cut -d ' ' -f 1; }

call() { # METHOD PATH [BODY]
  local timestamp nonce signature
  timestamp=$(date +%s)
  nonce=$(openssl rand -hex 16)
  signature=$(printf '%s\n%s\n%s\n%s\n%s\n%s' "$1" "$2" "" "$timestamp" "$nonce" "$(printf '%s' "${3-}" | sha256)" | hmac)
  curl --silent --show-error --max-time 10 --request "$1" "$ALLSCALE_BASE_URL$2" \
    --header "X-API-Key: $ALLSCALE_API_KEY" --header "X-Timestamp: $timestamp" \
    --header "X-Nonce: $nonce" --header "X-Signature: v1=$signature" \
    --header 'Content-Type: application/json' ${3:+--data-binary "$3"}
}

verify() { # TARGET ID TIMESTAMP NONCE SIGNATURE BODY_FILE: succeeds when the webhook is genuine and fresh
  # TARGET: path and query of your webhook URL, for example /webhook?shop=1
  local age=$(($(date +%s) - $3)) path=${1%%\?*} query='' expected
  case "$1" in *\?*) query=${1#*\?} ;; esac
  [ "$age" -le 300 ] && [ "$age" -ge -60 ] || return 1
  expected=$(printf 'allscale:webhook:v1\nPOST\n%s\n%s\n%s\n%s\n%s\n%s' "$path" "$query" "$2" "$3" "$4" "$(sha256 "$6")" | hmac)
  [ "$5" = "v1=$expected" ]
}

case "$1" in
  create) call POST /v1/checkout_intents/ '{"currency":1,"amount_cents":1250,"accepted_stable_coins":[1,2],"order_id":"A-1001"}' ;;
  verify) shift && verify "$@" && echo genuine ;;
esac
