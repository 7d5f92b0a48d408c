--- title: Accounts
--- page: accounts
--- order: 10
--- chart: table
--- units: {logged_calls: calls, calls_missing: calls, coverage: percent, events_not_loggable: events, estimated_cost: USD, error_percent: percent}
--- width: 12
--- reads: [usage_daily, coverage]
--- explains: >
---   Every account that has logged calls, or calls in CloudTrail. Coverage is how many of the calls that CloudTrail
---   saw the invocation log has; it is empty where no trail tells. An account with calls and a coverage of 0 does not
---   log.
WITH logged AS (
  SELECT
    account_id,
    max(environment) AS environment,
    max(organizational_unit) AS organizational_unit,
    sum(calls) AS calls,
    sum(errors) AS errors,
    sum(estimated_cost) AS estimated_cost,
    max(last_event_time) AS last_logged_call
  FROM usage_daily
  GROUP BY account_id
),
covered AS (
  SELECT
    account_id,
    max(environment) AS environment,
    max(organizational_unit) AS organizational_unit,
    sum(calls_seen) AS calls_seen,
    sum(calls_missing) AS calls_missing,
    sum(events_not_loggable) AS events_not_loggable
  FROM coverage
  GROUP BY account_id
)
SELECT
  coalesce(l.account_id, c.account_id) AS account_id,
  l.estimated_cost,
  coalesce(l.calls, 0) AS logged_calls,
  100.0 * (c.calls_seen - c.calls_missing) / nullif(c.calls_seen, 0) AS coverage,
  c.calls_missing,
  c.events_not_loggable,
  100.0 * l.errors / l.calls AS error_percent,
  coalesce(l.environment, c.environment) AS environment,
  coalesce(l.organizational_unit, c.organizational_unit) AS organizational_unit,
  l.last_logged_call
FROM logged AS l
FULL JOIN covered AS c ON l.account_id = c.account_id
ORDER BY logged_calls DESC, account_id
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: an account adds up what logs and trail tell of it
--?   given:
--?     usage_daily:
--?       - {set: {calls: 10, errors: 1, estimated_cost: 1, last_event_time: 2026-10-01T09:00:00Z}}
--?       - {set: {calls: 30, errors: 4, estimated_cost: 2, last_event_time: 2026-10-01T10:00:00Z}}
--?     coverage:
--?       - {set: {calls_seen: 10, calls_missing: 2, events_not_loggable: 1}}
--?       - {set: {calls_seen: 30, calls_missing: 8, events_not_loggable: 2}}
--?   expect:
--?     - {account_id: "111111111111", environment: prod, organizational_unit: workloads/prod, logged_calls: 40, calls_missing: 10, coverage: 75.0, events_not_loggable: 3, estimated_cost: 3, error_percent: 12.5, last_logged_call: 2026-10-01T10:00:00Z}
--? - name: an account without logs is shown beside one without a trail, the busiest first
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {account_id: silent, calls: 1}}
--?       - {set: {account_id: busy, calls: 5}}
--?     coverage:
--?       - {set: {account_id: unlogged, environment: dev, organizational_unit: workloads/dev, calls_seen: 7, calls_missing: 7}}
--?   expect:
--?     - {account_id: busy, logged_calls: 5}
--?     - {account_id: silent, logged_calls: 1, coverage: null, calls_missing: null}
--?     - {account_id: unlogged, environment: dev, organizational_unit: workloads/dev, logged_calls: 0, calls_missing: 7, coverage: 0.0, estimated_cost: null, error_percent: null, last_logged_call: null}
--? - name: where the trail has no calls, or one, coverage is told only if it is known
--?   given:
--?     coverage:
--?       - {set: {account_id: none, calls_seen: 0, calls_missing: 0}}
--?       - {set: {account_id: one, calls_seen: 1, calls_missing: 0}}
--?   expect:
--?     - {account_id: none, coverage: null}
--?     - {account_id: one, coverage: 100.0}
--? - name: an account that moved is shown where it is last in the alphabet
--?   given:
--?     usage_daily:
--?       - {set: {environment: dev, organizational_unit: workloads/dev}}
--?       - {set: {environment: prod, organizational_unit: workloads/prod}}
--?     coverage:
--?       - {set: {account_id: other, environment: dev, organizational_unit: workloads/dev}}
--?       - {set: {account_id: other, environment: prod, organizational_unit: workloads/prod}}
--?   expect:
--?     - {account_id: "111111111111", environment: prod, organizational_unit: workloads/prod}
--?     - {account_id: other, environment: prod, organizational_unit: workloads/prod}
