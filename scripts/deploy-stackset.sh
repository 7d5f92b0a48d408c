#!/usr/bin/env bash
# Brings a compiled organization into AWS by the AWS CLI alone: what organization.json says, step by step.
# Run it again whenever the compiled files changed: what is there is updated, what is as it should be stays.
set -euo pipefail
shopt -s inherit_errexit # what fails within $(…) ends that, too

usage() {
  cat <<'USAGE'
usage: deploy-stackset.sh [--phase management|hub|members] [--role NAME] [--bucket NAME] [--dry-run] [FOLDER]

FOLDER is what `craton compile -o FOLDER` wrote; by default the folder above this script.

  --phase    only the steps of one phase; by default all, in their order
  --role     the role that is assumed in accounts other than that of the caller
             (OrganizationAccountAccessRole)
  --bucket   a bucket of the account at hand for templates that are larger than a call takes
  --dry-run  print the commands and call nothing

The caller is an administrator of the management account. Needs the AWS CLI and jq. Operations on stack sets
are looked at every POLL_SECONDS seconds (10).
USAGE
}

fail() {
  printf 'deploy-stackset.sh: %s\n' "$1" >&2
  exit 1
}

phase='' role=OrganizationAccountAccessRole bucket='' dry_run='' folder=''
while (($#)); do
  case $1 in
    --phase) phase=${2:?--phase needs a name} && shift ;;
    --role) role=${2:?--role needs a name} && shift ;;
    --bucket) bucket=${2:?--bucket needs a name} && shift ;;
    --dry-run) dry_run=yes ;;
    -h | --help) usage && exit ;;
    -*) usage >&2 && exit 2 ;;
    *) folder=$1 ;;
  esac
  shift
done
case $phase in '' | management | hub | members) ;; *) fail "no phase \`$phase\`: management, hub or members" ;; esac
command -v jq >/dev/null || fail 'jq is needed to read organization.json'
cd "${folder:-$(dirname "${BASH_SOURCE[0]}")/..}"
[[ -f organization.json ]] || fail "no organization.json in \`$PWD\`: craton compile craton.yaml -o FOLDER writes it"
exec 3>&1
made_here=$(mktemp -d)
trap 'ended=$?; rm -rf "$made_here"; exit $((ended ? 1 : 0))' EXIT # whatever code it was that AWS's CLI ended with
poll_seconds=${POLL_SECONDS:-10}
largest_template=51200 # bytes; docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html

# The options of a step as words for a shell, and what AWS calls the operation, as its CLI spells them.
# shellcheck disable=SC2016 # the dollars are jq's
words='
  def kebab: gsub("(?<a>[A-Z]+)(?<b>[A-Z][a-z])"; "\(.a)-\(.b)") | gsub("(?<a>[a-z0-9])(?<b>[A-Z])"; "\(.a)-\(.b)")
    | ascii_downcase;
  def options: to_entries | map(.key |= "--" + kebab) | map(
    if .value == true then [.key]
    elif .value == false then [.key | sub("^--"; "--no-")]
    elif .value | type == "string" then [.key, .value]
    elif .value | type == "object" and has("file") then [.key, "file://" + .value.file]
    elif .value | type == "array" and all(type == "string") then [.key] + .value
    else [.key, (.value | tojson)] end) | add // [];
  def command: if . == "config" then "configservice" else . end;
'

# Runs the AWS CLI as the account $1 in the Region $2.
in_account() {
  local account=$1 region=$2 own session
  shift 2
  own=$(own_account) || return
  if [[ $account == "$own" ]]; then
    aws "$@" --region "$region"
    return
  fi
  session=$(aws sts assume-role --role-arn "arn:aws:iam::$account:role/$role" --role-session-name deploy-stackset \
    --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text) || return
  local key secret token
  read -r key secret token <<<"$session"
  AWS_ACCESS_KEY_ID=$key AWS_SECRET_ACCESS_KEY=$secret AWS_SESSION_TOKEN=$token aws "$@" --region "$region"
}

own_account() {
  if [[ ! -s $made_here/account ]]; then
    aws sts get-caller-identity --query Account --output text >"$made_here/account" || return
  fi
  cat "$made_here/account"
}

# The id of a policy; nothing where there is none of that name. Names are compared by jq, whatever they hold.
policy_id() {
  local type
  type=$(jq -r --arg name "$1" 'first(.steps[] | select(.operation == "CreatePolicy" and .parameters.Name == $name))
    .parameters.Type' organization.json)
  aws organizations list-policies --filter "$type" --output json \
    | jq -r --arg name "$1" '.Policies[] | select(.Name == $name) | .Id'
}

unit_id() {
  local id name
  id=$(root_id)
  while IFS= read -r name; do
    id=$(aws organizations list-organizational-units-for-parent --parent-id "$id" --output json \
      | jq -r --arg name "$name" '.OrganizationalUnits[] | select(.Name == $name) | .Id')
    [[ $id ]] || fail "the organization has no OU \`$1\`"
  done < <(tr / '\n' <<<"$1")
  printf '%s\n' "$id"
}

root_id() {
  aws organizations list-roots --query 'Roots[0].Id' --output text
}

# A step with the ids that AWS alone knows; in a dry run, words that say which they are.
resolved() {
  local step=$1 asked kind name id
  [[ $step == *'{"root":'* || $step == *'{"ou":'* || $step == *'{"policy":'* ]] || { printf '%s\n' "$step" && return; }
  while read -r asked; do
    kind=$(jq -r 'keys[0]' <<<"$asked") name=$(jq -r '.[]' <<<"$asked")
    if [[ $dry_run ]]; then
      id="<id of the $kind $name>"
    else
      case $kind in
        root) id=$(root_id) ;;
        ou) id=$(unit_id "$name") ;;
        policy) id=$(policy_id "$name") ;;
      esac
      [[ $id && $id != None ]] || fail "the organization has no $kind \`$name\`"
    fi
    step=$(jq -c --argjson asked "$asked" --arg id "$id" 'walk(if . == $asked then $id else . end)' <<<"$step")
  done < <(jq -c '[.parameters | .. | objects | select(keys == ["root"] or keys == ["ou"] or keys == ["policy"])]
    | unique[]' <<<"$step")
  printf '%s\n' "$step"
}

# A step whose file has a value that a stack tells in the place of each of its marks.
filled() {
  local step=$1 text mark stack at output value
  [[ -z $dry_run && $step == *'"outputs":'* ]] || { printf '%s\n' "$step" && return; }
  text=$(<"$(jq -r .parameters.Content.file <<<"$step")")
  while IFS=$'\t' read -r mark stack at output; do
    value=$(in_account "$account" "$at" cloudformation describe-stacks --stack-name "$stack" \
      --query "Stacks[0].Outputs[?OutputKey=='$output'].OutputValue" --output text)
    [[ $value && $value != None ]] || fail "the stack \`$stack\` in $at tells no \`$output\`"
    text=${text//"$mark"/$value}
  done < <(jq -r '.parameters.Content.outputs | to_entries[] | [.key, .value.stack, .value.region, .value.output]
    | @tsv' <<<"$step")
  printf '%s\n' "$text" >"$made_here/filled.json"
  jq -c --arg file "$made_here/filled.json" '.parameters.Content = {file: $file}' <<<"$step"
}

# Calls the AWS CLI where the step at hand is taken; $1… are the service, the operation and the options.
call() {
  if [[ $dry_run ]]; then
    printf '%s --region %s # in %s\n' "$(shown aws "$@")" "$region" "$account"
  else
    in_account "$account" "$region" "$@"
  fi
}

# Words as they are typed into a shell.
shown() {
  local word
  local -a typed=()
  for word in "$@"; do
    [[ $word =~ ^[A-Za-z0-9_./:,=@-]+$ ]] || word="'${word//\'/\'\\\'\'}'"
    typed+=("$word")
  done
  printf '%s' "${typed[*]}"
}

# What a step says as it stands. That it was done before is no error.
take() {
  local step=$1 line told
  line=$(jq -r "$words [(.service | command), (.operation | kebab)] + (.parameters | options) | @sh" <<<"$step")
  local -a said
  eval "said=($line)" # quoted by jq
  if told=$(call "${said[@]}" 2>&1); then
    [[ -z $dry_run ]] || printf '%s\n' "$told"
  elif ! grep -qE 'AlreadyEnabled|AlreadyRegistered|AccountRegistered|DuplicatePolicyAttachment' <<<"$told"; then
    fail "$told"
  fi
}

make_policy() {
  local step=$1 id=''
  [[ $dry_run ]] || id=$(policy_id "$name")
  step=$(filled "$step")
  if [[ $id ]]; then
    step=$(jq -c --arg id "$id" '.operation = "UpdatePolicy" | del(.parameters.Type) | .parameters.PolicyId = $id' \
      <<<"$step")
  fi
  take "$step"
}

# A step whose template is in the bucket where it is larger than a call takes.
fitting() {
  local step=$1 file
  file=$(jq -r .parameters.TemplateBody.file <<<"$step")
  if (($(wc -c <"$file") > largest_template)); then
    [[ $bucket ]] || fail "\`$file\` is larger than the $largest_template bytes of a call: --bucket NAME takes it"
    call s3 cp "$file" "s3://$bucket/${file##*/}" --only-show-errors >&3
    step=$(jq -c --arg url "https://$bucket.s3.$region.amazonaws.com/${file##*/}" \
      'del(.parameters.TemplateBody) | .parameters.TemplateURL = $url' <<<"$step")
  fi
  printf '%s\n' "$step"
}

make_stack() {
  local step=$1
  local -a capabilities
  jq -e '.parameters | keys - ["Capabilities", "StackName", "TemplateBody"] == []' <<<"$step" >/dev/null \
    || fail 'a stack has parameters that this script does not know'
  mapfile -t capabilities < <(jq -r '.parameters.Capabilities[]' <<<"$step")
  call cloudformation deploy --stack-name "$name" --capabilities "${capabilities[@]}" \
    --template-file "$(jq -r .parameters.TemplateBody.file <<<"$step")" --no-fail-on-empty-changeset \
    ${bucket:+--s3-bucket "$bucket"} && return
  call cloudformation describe-stack-events --stack-name "$name" --output text --query \
    "StackEvents[?contains(ResourceStatus, 'FAILED')].[LogicalResourceId,ResourceStatus,ResourceStatusReason]" >&2
  fail "the stack \`$name\` does not stand"
}

make_stack_set() {
  local step id
  step=$(fitting "$1")
  if [[ $dry_run ]] \
    || ! call cloudformation describe-stack-set --stack-set-name "$name" --call-as "$call_as" &>/dev/null; then
    take "$step"
    return
  fi
  local -a said
  eval "said=($(jq -r "$words .parameters | del(.PermissionModel) | options | @sh" <<<"$step"))"
  id=$(call cloudformation update-stack-set "${said[@]}" --query OperationId --output text)
  await_operation "$id"
}

# Instances where there are none yet: those that are there were updated with their stack set.
make_instances() {
  local step=$1 there missing id
  if [[ $dry_run ]]; then
    take "$step"
    return
  fi
  there=$(call cloudformation list-stack-instances --stack-set-name "$name" --call-as "$call_as" \
    --query 'Summaries[].{unit: OrganizationalUnitId, account: Account, region: Region}' --output json)
  missing=$(jq -c --argjson there "$there" '.parameters | .DeploymentTargets as $to
    | (if $to.Accounts then [$to.Accounts[] | {account: .}] else [$to.OrganizationalUnitIds[] | {unit: .}] end) as $who
    | [.Regions[] as $region | $who[] | select((. + {region: $region}) as $wanted
        | all($there[]; contains($wanted) | not)) | $region] | unique' <<<"$step")
  [[ $missing != '[]' ]] || return 0
  step=$(jq -c --argjson missing "$missing" '.parameters.Regions = $missing' <<<"$step")
  local -a said
  eval "said=($(jq -r "$words .parameters | options | @sh" <<<"$step"))"
  id=$(call cloudformation create-stack-instances "${said[@]}" --query OperationId --output text)
  await_operation "$id"
}

await_operation() {
  local id=$1 status
  while true; do
    status=$(call cloudformation describe-stack-set-operation --stack-set-name "$name" --call-as "$call_as" \
      --operation-id "$id" --query StackSetOperation.Status --output text)
    case $status in
      SUCCEEDED) return ;;
      QUEUED | RUNNING) sleep "$poll_seconds" ;;
      *)
        call cloudformation list-stack-set-operation-results --stack-set-name "$name" --call-as "$call_as" \
          --operation-id "$id" --query "Summaries[?Status!='SUCCEEDED'].[Account,Region,Status,StatusReason]" \
          --output text >&2
        fail "the operation on \`$name\` ended as $status"
        ;;
    esac
  done
}

# The step at hand, as the functions above know it.
account='' region='' operation='' name='' because='' call_as=''
fields='@sh "phase=\(.phase) account=\(.account) region=\(.region) operation=\(.operation) because=\(.because) " +
  @sh "name=\(.parameters | .Name // .StackName // .StackSetName // "") " +
  @sh "call_as=\(.parameters.CallAs // "SELF")"'
steps=$(jq -c --arg phase "$phase" '.steps[] | select($phase == "" or .phase == $phase)' organization.json)
while read -r step; do
  eval "$(jq -r "$fields" <<<"$step")" # quoted by jq
  printf '%s: %s in %s %s: %s\n' "$phase" "$operation${name:+ $name}" "$account" "$region" "$because" >&2
  step=$(resolved "$step")
  case $operation in
    CreatePolicy) make_policy "$step" ;;
    CreateStack) make_stack "$step" ;;
    CreateStackSet) make_stack_set "$step" ;;
    CreateStackInstances) make_instances "$step" ;;
    *) take "$step" ;;
  esac
done <<<"$steps"
