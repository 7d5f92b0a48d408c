--- title: Accounts
--- page: accounts
--- order: 10
--- chart: table
--- units: {logged_calls: calls, calls_missing: calls, coverage: percent, events_not_loggable: events, estimated_cost: USD, error_percent: percent}
--- width: 12
--- reads: [usage_daily, coverage]
--- survivors:
---   - mutant: "distinct: UNION ALL -> UNION"
---     reason: of two rows that are alike either is the latest place
--- explains: >
---   Every account that has logged calls, or calls in CloudTrail. Coverage is how many of the calls that CloudTrail
---   saw the invocation log has; it is empty where no trail tells. An account with calls and a coverage of 0 does not
---   log. An account that moved is shown where it is last known.
WITH logged AS (
  SELECT
    account_id,
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
    sum(calls_seen) AS calls_seen,
    sum(calls_missing) AS calls_missing,
    sum(events_not_loggable) AS events_not_loggable
  FROM coverage
  GROUP BY account_id
),
placed AS (
  SELECT account_id, environment, organizational_unit, max(day) AS day, max(last_event_time) AS last_event_time
  FROM usage_daily
  GROUP BY account_id, environment, organizational_unit
  UNION ALL
  SELECT account_id, environment, organizational_unit, max(day) AS day, NULL AS last_event_time
  FROM coverage
  GROUP BY account_id, environment, organizational_unit
),
ranked AS (
  SELECT
    account_id,
    environment,
    organizational_unit,
    row_number() OVER (
      PARTITION BY account_id
      ORDER BY day DESC, last_event_time DESC NULLS LAST, environment NULLS LAST, organizational_unit NULLS LAST
    ) AS place
  FROM placed
),
latest AS (
  SELECT account_id, environment, organizational_unit
  FROM ranked
  WHERE place = 1
)
SELECT
  p.account_id,
  l.estimated_cost,
  coalesce(l.calls, 0) AS logged_calls,
  100.0 * (c.calls_seen - c.calls_missing) / nullif(c.calls_seen, 0) AS coverage,
  c.calls_missing,
  c.events_not_loggable,
  100.0 * l.errors / l.calls AS error_percent,
  p.environment,
  p.organizational_unit,
  l.last_logged_call
FROM latest AS p
LEFT JOIN logged AS l ON p.account_id = l.account_id
LEFT JOIN covered AS c ON p.account_id = c.account_id
ORDER BY logged_calls DESC, p.account_id
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
--?       - {set: {account_id: two, calls_seen: 2, calls_missing: 1}}
--?   expect:
--?     - {account_id: none, coverage: null}
--?     - {account_id: one, coverage: 100.0}
--?     - {account_id: two, coverage: 50.0}
--? - name: an account that moved is shown where it was on its last day
--?   given:
--?     usage_daily:
--?       - {set: {environment: prod, organizational_unit: a/prod}}
--?       - {set: {day: 2026-10-02, environment: dev, organizational_unit: z/dev}}
--?       - {set: {account_id: left, environment: prod, organizational_unit: a/prod}}
--?       - {set: {account_id: left, day: 2026-10-02, environment: null, organizational_unit: z/out}}
--?       - {set: {account_id: seen, environment: prod, organizational_unit: a/prod}}
--?     coverage:
--?       - {set: {account_id: seen, day: 2026-10-02, environment: dev, organizational_unit: z/dev}}
--?       - {set: {account_id: unlogged, day: 2026-10-02, environment: dev, organizational_unit: z/dev}}
--?       - {set: {account_id: unlogged, environment: prod, organizational_unit: a/prod}}
--?   expect:
--?     - {account_id: "111111111111", environment: dev, organizational_unit: z/dev, logged_calls: 2}
--?     - {account_id: left, environment: null, organizational_unit: z/out}
--?     - {account_id: seen, environment: dev, organizational_unit: z/dev}
--?     - {account_id: unlogged, environment: dev, organizational_unit: z/dev}
--? - name: an account that moves away and back, or to another environment of the same OU, is shown where it is last
--?   given:
--?     usage_daily:
--?       - {set: {account_id: back, environment: prod}}
--?       - {set: {account_id: back, day: 2026-10-02, environment: dev}}
--?       - {set: {account_id: back, day: 2026-10-03, environment: prod}}
--?       - {set: {account_id: moved, environment: prod}}
--?       - {set: {account_id: moved, day: 2026-10-02, environment: dev}}
--?     coverage:
--?       - {set: {account_id: seen back, environment: prod}}
--?       - {set: {account_id: seen back, day: 2026-10-02, environment: dev}}
--?       - {set: {account_id: seen back, day: 2026-10-03, environment: prod}}
--?       - {set: {account_id: seen moved, environment: prod}}
--?       - {set: {account_id: seen moved, day: 2026-10-02, environment: dev}}
--?   expect:
--?     - {account_id: back, environment: prod}
--?     - {account_id: moved, environment: dev}
--?     - {account_id: seen back, environment: prod}
--?     - {account_id: seen moved, environment: dev}
--? - name: an account that moved within its last day is shown where its last logged call was
--?   given:
--?     usage_daily:
--?       - {set: {environment: prod, organizational_unit: a/prod, last_event_time: 2026-10-01T08:00:00Z}}
--?       - {set: {environment: dev, organizational_unit: z/dev, last_event_time: 2026-10-01T10:00:00Z}}
--?       - {set: {environment: prod, organizational_unit: b/prod, last_event_time: 2026-10-01T09:00:00Z}}
--?       - {set: {environment: prod, organizational_unit: a/prod, model_base: other, last_event_time: 2026-10-01T11:00:00Z}}
--?     coverage: [{set: {environment: dev, organizational_unit: y/dev}}]
--?   expect: [{environment: prod, organizational_unit: a/prod}]
--? - name: of two places at the same time the first by name is shown, and a known one before an unknown
--?   given:
--?     coverage:
--?       - {set: {environment: prod, organizational_unit: a/prod}}
--?       - {set: {environment: dev, organizational_unit: z/dev}}
--?       - {set: {environment: dev, organizational_unit: y/dev}}
--?       - {set: {environment: dev, organizational_unit: null}}
--?       - {set: {environment: null, organizational_unit: a/out}}
--?   expect: [{environment: dev, organizational_unit: y/dev}]
