--- title: Calls of a principal on a day
--- grain: a day, an account, a principal, a team, and whether the calls have an owner
--- key: [day, account_id, principal_kind, principal, role, person, environment, organizational_unit, business_unit, team, unattributed]
--- reads: [invocation]
--- explains: >
---   Who called. Sessions of one role are one principal, unless their name tells a person; a caller that is neither
---   role nor person is shown by its ARN. A principal that works for two teams has two rows.
--- columns:
---   caller_kind: >-
---     `people`, whose ARN names them, `workloads`, which are other sessions of roles, `API keys`, which are the users that
---     the console makes for long-term Bedrock API keys, `AWS services`, `root users` or `others`
---   principal: the person where one is known, else the role, else the ARN
---   unattributed: whether no rule gives the calls an owner
---   calls: logged calls, failed ones included
---   errors: calls that failed, throttled ones included
---   throttles: calls that AWS refused because a quota was used up
---   estimated_cost: tokens times the price in force at the time of each call, over the calls that have a price
---   unpriced_calls: successful calls without a price
---   intervened_calls: calls in which a guardrail blocked or masked anything
---   last_event_time: the latest call
--- units: {estimated_cost: USD}
--- survivors:
---   - mutant: "grouping: caller_kind -> not grouped"
---     reason: the kind of the principal and the person alone decide it
---   - mutant: "grouping: person -> not grouped"
---     reason: who has a person has its name for a principal, and the kind of the caller tells who has none
WITH call AS (
  SELECT
    day,
    event_time,
    account_id,
    principal_kind,
    CASE
      WHEN principal_kind = 'iam_user' AND person LIKE 'BedrockAPIKey-%' THEN 'API keys'
      WHEN person IS NOT NULL THEN 'people'
      WHEN principal_kind = 'assumed_role' THEN 'workloads'
      WHEN principal_kind = 'service' THEN 'AWS services'
      WHEN principal_kind = 'root' THEN 'root users'
      ELSE 'others'
    END AS caller_kind,
    coalesce(person, role, principal_arn) AS principal,
    role,
    person,
    environment,
    organizational_unit,
    business_unit,
    team,
    error_code,
    input_tokens,
    output_tokens,
    cache_read_input_tokens,
    cache_creation_input_tokens,
    estimated_cost,
    attributed_by = 'unattributed' AS unattributed,
    guardrail_action
  FROM invocation
)
SELECT
  day,
  account_id,
  principal_kind,
  caller_kind,
  principal,
  role,
  person,
  environment,
  organizational_unit,
  business_unit,
  team,
  unattributed,
  count(*) AS calls,
  count(error_code) AS errors,
  count(*) FILTER (WHERE error_code = 'ThrottlingException') AS throttles,
  CAST(sum(input_tokens) AS BIGINT) AS input_tokens,
  CAST(sum(output_tokens) AS BIGINT) AS output_tokens,
  CAST(sum(cache_read_input_tokens) AS BIGINT) AS cache_read_input_tokens,
  CAST(sum(cache_creation_input_tokens) AS BIGINT) AS cache_creation_input_tokens,
  sum(estimated_cost) AS estimated_cost,
  count(*) FILTER (WHERE error_code IS NULL AND estimated_cost IS NULL) AS unpriced_calls,
  count(*) FILTER (WHERE guardrail_action = 'INTERVENED') AS intervened_calls,
  max(event_time) AS last_event_time
FROM call
GROUP BY
  day, account_id, principal_kind, caller_kind, principal, role, person, environment, organizational_unit,
  business_unit, team, unattributed
--? - name: no calls give no rows
--?   given: {}
--?   expect: []
--? - name: sessions of one role are one principal, and its calls are added up
--?   given:
--?     invocation:
--?       - set:
--?           principal_arn: arn:aws:sts::111111111111:assumed-role/search-app/one
--?           event_time: 2026-10-01T08:00:00Z
--?           cache_read_input_tokens: 1
--?           cache_creation_input_tokens: 2
--?           guardrail_action: NONE
--?       - set:
--?           principal_arn: arn:aws:sts::111111111111:assumed-role/search-app/two
--?           event_time: 2026-10-01T09:00:00Z
--?           cache_read_input_tokens: 3
--?           cache_creation_input_tokens: 4
--?           guardrail_action: INTERVENED
--?       - {repeat: 2, set: {error_code: ThrottlingException, input_tokens: null, output_tokens: null, estimated_cost: null, guardrail_action: NONE}}
--?       - {repeat: 3, set: {error_code: ValidationException, input_tokens: null, output_tokens: null, estimated_cost: null}}
--?       - {set: {estimated_cost: null, price_status: unpriced}}
--?   expect:
--?     - day: 2026-10-01
--?       principal: search-app
--?       calls: 8
--?       errors: 5
--?       throttles: 2
--?       input_tokens: 3600
--?       output_tokens: 900
--?       cache_read_input_tokens: 4
--?       cache_creation_input_tokens: 6
--?       estimated_cost: 0.0162
--?       unpriced_calls: 1
--?       unattributed: false
--?       intervened_calls: 1
--?       last_event_time: 2026-10-01T12:00:00Z
--? - name: a person is shown before the role, and the ARN where neither is known
--?   given:
--?     invocation:
--?       - {set: {person: alice@example.com}}
--?       - {set: {principal_arn: "arn:aws:iam::111111111111:root", principal_kind: root, role: null}}
--?   expect:
--?     - {principal: alice@example.com, role: search-app, person: alice@example.com}
--?     - {principal: "arn:aws:iam::111111111111:root", role: null, person: null}
--? - name: every part of the grain keeps rows apart
--?   given:
--?     invocation:
--?       - {set: {}}
--?       - {set: {event_time: 2026-10-02T12:00:00Z}}
--?       - {set: {account_id: "222222222222"}}
--?       - {set: {principal_kind: iam_user}}
--?       - {set: {role: other-app}}
--?       - {set: {person: alice}}
--?       - {set: {environment: dev}}
--?       - {set: {organizational_unit: workloads/dev}}
--?       - {set: {business_unit: Bank}}
--?       - {set: {team: fraud}}
--?       - {set: {attributed_by: unattributed}}
--?   expect:
--?     - {day: 2026-10-01, calls: 1}
--?     - {day: 2026-10-02, calls: 1}
--?     - {account_id: "222222222222", calls: 1}
--?     - {principal_kind: iam_user, calls: 1}
--?     - {role: other-app, calls: 1}
--?     - {person: alice, calls: 1}
--?     - {environment: dev, calls: 1}
--?     - {organizational_unit: workloads/dev, calls: 1}
--?     - {business_unit: Bank, calls: 1}
--?     - {team: fraud, calls: 1}
--?     - {unattributed: true, calls: 1}
--? - name: principals that look alike are kept apart
--?   given:
--?     invocation:
--?       - {set: {role: null, principal_arn: one}}
--?       - {set: {role: null, principal_arn: two}}
--?       - {set: {role: reader, person: alice}}
--?       - {set: {role: writer, person: alice}}
--?       - {set: {role: bob, person: null}}
--?       - {set: {role: bob, person: bob}}
--?       - {set: {role: null, principal_arn: s, principal_kind: federated_user}}
--?       - {set: {role: null, principal_arn: s, principal_kind: unknown}}
--?   expect:
--?     - {principal: one, calls: 1}
--?     - {principal: two, calls: 1}
--?     - {principal: alice, role: reader, calls: 1}
--?     - {principal: alice, role: writer, calls: 1}
--?     - {principal: bob, person: null, calls: 1}
--?     - {principal: bob, person: bob, calls: 1}
--?     - {principal: s, principal_kind: federated_user, calls: 1}
--?     - {principal: s, principal_kind: unknown, calls: 1}
--? - name: kinds of callers are told by what is known of them
--?   given:
--?     invocation:
--?       - {set: {}}
--?       - {set: {person: alice}}
--?       - {set: {role: null, person: bob, principal_kind: iam_user}}
--?       - {set: {role: null, person: BedrockAPIKey-1a2b, principal_kind: iam_user}}
--?       - {set: {person: BedrockAPIKey-session}}
--?       - {set: {role: null, principal_arn: s, principal_kind: service}}
--?       - {set: {role: null, principal_arn: r, principal_kind: root}}
--?       - {set: {role: null, principal_arn: u, principal_kind: unknown}}
--?   expect:
--?     - {principal: search-app, caller_kind: workloads}
--?     - {principal: alice, caller_kind: people}
--?     - {principal: bob, caller_kind: people}
--?     - {principal: BedrockAPIKey-1a2b, caller_kind: API keys}
--?     - {principal: BedrockAPIKey-session, caller_kind: people}
--?     - {principal: s, caller_kind: AWS services}
--?     - {principal: r, caller_kind: root users}
--?     - {principal: u, caller_kind: others}
