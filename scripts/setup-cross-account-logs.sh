#!/usr/bin/env bash
# Sets up the hub, where the logs of all accounts come together, and tells of each account whether its logs do.
set -euo pipefail
shopt -s inherit_errexit # what fails within $(…) ends that, too

usage() {
  cat <<'USAGE'
usage: setup-cross-account-logs.sh [--check] [--role NAME] [--bucket NAME] [--dry-run] [FOLDER]

FOLDER is what `craton compile -o FOLDER` wrote; by default the folder above this script.

  --check    set nothing up: only tell whether logs come
  --role     the role that is assumed in accounts other than that of the caller
             (OrganizationAccountAccessRole)
  --bucket   a bucket of the hub for a template that is larger than a call takes
  --dry-run  print the commands that set the hub up, and call nothing

A line is printed for each account and Region that has the members' stack: `ok`, or what is missing. The exit
code is 1 where anything is. The caller is an administrator of the management account. Needs the AWS CLI and jq.
USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
check='' role=OrganizationAccountAccessRole folder=$here/..
dry_run=() bucket=()
while (($#)); do
  case $1 in
    --check) check=yes ;;
    --role) role=${2:?--role needs a name} && shift ;;
    --bucket) bucket=(--bucket "${2:?--bucket needs a name}") && shift ;;
    --dry-run) dry_run=(--dry-run) ;;
    -h | --help) usage && exit ;;
    -*) usage >&2 && exit 2 ;;
    *) folder=$1 ;;
  esac
  shift
done
[[ $check ]] || "$here/deploy-stackset.sh" --phase hub --role "$role" "${bucket[@]}" "${dry_run[@]}" "$folder"
((${#dry_run[@]} == 0)) || exit 0
cd "$folder"
told() { jq -r "$1" organization.json; }
transport=$(told .logs.transport) group=$(told .logs.log_group) destination=$(told .logs.destination)
hub=$(told .hub_account)

# Runs a command in the account $1.
in_account() {
  local account=$1 session key secret token
  shift
  session=$(aws sts assume-role --role-arn "arn:aws:iam::$account:role/$role" --role-session-name cross-account-logs \
    --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text) || return
  read -r key secret token <<<"$session"
  AWS_ACCESS_KEY_ID=$key AWS_SECRET_ACCESS_KEY=$secret AWS_SESSION_TOKEN=$token "$@"
}

# What an account lacks in the Region $2, a word each; nothing where its logs come to the hub. It fails where
# that cannot be told.
# shellcheck disable=SC2329 # in_account calls it
lacking() {
  local account=$1 region=$2 found
  found=$(aws bedrock get-model-invocation-logging-configuration --region "$region" --query loggingConfig --output json) \
    || return
  [[ $found != null ]] || echo logging
  case $transport in
    subscription)
      found=$(aws logs describe-subscription-filters --log-group-name "$group" --region "$region" \
        --query 'subscriptionFilters[].destinationArn' --output text 2>/dev/null) || found=''
      [[ $found == *":logs:$region:$hub:destination:$destination"* ]] || echo subscription
      ;;
    replication)
      found=$(aws s3api get-bucket-replication --bucket "craton-bedrock-logs-$account-$region" --region "$region" \
        --query 'ReplicationConfiguration.Rules[].Destination.Account' --output text 2>/dev/null) || found=''
      [[ $found == *"$hub"* ]] || echo replication
      ;;
  esac
}

# What the hub lacks to take logs in a Region. It fails where that cannot be told.
# shellcheck disable=SC2329 # in_account calls it
lacking_in_hub() {
  local region=$1 found=''
  case $transport in
    subscription)
      found=$(aws logs describe-destinations --destination-name-prefix "$destination" --region "$region" \
        --query 'destinations[].destinationName' --output text) || return
      [[ $found == *"$destination"* ]] || echo destination
      ;;
    *)
      aws s3api head-bucket --bucket "craton-bedrock-archive-$hub-$region" --region "$region" >/dev/null 2>&1 \
        || echo archive
      ;;
  esac
}

# What the account $1 lacks in the Region $2, as the function $3 finds it in there.
missing=0
tell() {
  local account=$1 region=$2 words
  shift 2
  words=$(in_account "$account" "$@") || words=access
  words=$(tr '\n' ' ' <<<"$words")
  [[ ${words// /} ]] && missing=1
  printf '%s %s %s\n' "$account" "$region" "$([[ ${words// /} ]] && echo "no ${words% }" || echo ok)"
}

while read -r region; do
  tell "$hub" "$region" lacking_in_hub "$region"
done < <(told '.regions[]')
# Every account and Region in which a stack set has a stack; none where there is no such stack set yet.
members() {
  local name at
  while read -r name at; do
    aws cloudformation list-stack-instances --stack-set-name "$name" --region "$at" \
      --query 'Summaries[].[Account,Region]' --output text 2>"$refusal" && continue
    grep -q StackSetNotFound "$refusal" || { cat "$refusal" >&2 && return 1; }
  done < <(told '.steps[] | select(.operation == "CreateStackSet") | "\(.parameters.StackSetName) \(.region)"')
}

refusal=$(mktemp)
trap 'rm -f "$refusal"' EXIT
places=$(members | sort -u)
while read -r account at; do
  [[ $account && $account != None ]] || continue
  tell "$account" "$at" lacking "$account" "$at"
done <<<"$places"
exit "$missing"
