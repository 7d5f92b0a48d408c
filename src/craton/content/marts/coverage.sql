--- title: Coverage of the invocation log
--- grain: a day, an account and a Region
--- key: [day, account_id, region]
--- reads: [api_event, invocation, freshness, not_loggable_daily]
--- neighbours: 1
--- explains: >
---   CloudTrail says that a call happened; does the invocation log have it? Seen are successful events of the four
---   operations that logging covers, up to the earlier of the times up to which both sources are known. A day with
---   logged calls and no trail has `calls_seen` NULL: its coverage is unknown, not 100 %. Use that cannot be logged is
---   counted apart. A call may carry another day in the log than in the trail, which is why neighbouring days are read.
---   Of days, accounts or Regions together, logged of the seen are `sum(calls_seen - calls_missing)`: the sum of
---   `calls_logged` has calls that no trail saw. An account that moves within a day is shown where its last call was.
--- columns:
---   calls_seen: calls that CloudTrail saw; NULL where it saw none and the log has some
---   calls_logged: >-
---     those of them that the invocation log has; where calls_seen is NULL, the logged calls, so that of several rows
---     the logged of the seen are sum(calls_seen - calls_missing)
---   calls_missing: those of them that the invocation log has not
---   calls_unseen: successful logged calls that CloudTrail does not have
---   events_not_loggable: successful events of use that no invocation log covers
---   coverage: calls_logged in percent of calls_seen; NULL where that is unknown
--- units: {coverage: percent}
--- survivors:
---   - mutant: "aggregate: MAX(CASE WHEN place = 1 THEN environment END) -> MIN(CASE WHEN place = 1 THEN environment END)"
---     reason: one row alone has the first place
---   - mutant: "aggregate: MAX(CASE WHEN place = 1 THEN organizational_unit END) -> MIN(CASE WHEN place = 1 THEN organizational_unit END)"
---     reason: one row alone has the first place
WITH known AS (
  SELECT min(data_up_to) AS data_up_to
  FROM freshness
  WHERE source IN ('invocation', 'api_event')
),
trail AS (
  SELECT
    account_id,
    region,
    request_id,
    min(day) AS day,
    min(event_time) AS event_time,
    nullif(arg_min(coalesce(environment, ''), event_id), '') AS environment,
    nullif(arg_min(coalesce(organizational_unit, ''), event_id), '') AS organizational_unit
  FROM api_event
  WHERE
    event_source = 'bedrock.amazonaws.com'
    AND event_name IN ('Converse', 'ConverseStream', 'InvokeModel', 'InvokeModelWithResponseStream')
    AND error_code IS NULL
    AND request_id IS NOT NULL
  GROUP BY account_id, region, request_id
),
call AS (
  SELECT
    t.day,
    t.event_time,
    t.account_id,
    t.region,
    t.environment,
    t.organizational_unit,
    1 AS seen,
    CASE WHEN i.request_id IS NULL THEN 0 ELSE 1 END AS logged,
    0 AS unseen,
    0 AS not_loggable
  FROM trail AS t
  INNER JOIN known AS k ON t.event_time <= k.data_up_to
  LEFT JOIN invocation AS i
    ON t.account_id = i.account_id AND t.region = i.region AND t.request_id = i.request_id
  UNION ALL
  SELECT
    i.day,
    i.event_time,
    i.account_id,
    i.region,
    i.environment,
    i.organizational_unit,
    NULL AS seen,
    NULL AS logged,
    1 AS unseen,
    0 AS not_loggable
  FROM invocation AS i
  INNER JOIN known AS k ON i.event_time <= k.data_up_to
  LEFT JOIN trail AS t
    ON i.account_id = t.account_id AND i.region = t.region AND i.request_id = t.request_id
  WHERE
    i.operation IN ('Converse', 'ConverseStream', 'InvokeModel', 'InvokeModelWithResponseStream')
    AND i.error_code IS NULL
    AND t.request_id IS NULL
  UNION ALL
  SELECT
    day,
    last_event_time AS event_time,
    account_id,
    region,
    environment,
    organizational_unit,
    0 AS seen,
    0 AS logged,
    0 AS unseen,
    events AS not_loggable
  FROM not_loggable_daily
),
placed AS (
  SELECT
    day,
    account_id,
    region,
    environment,
    organizational_unit,
    max(event_time) AS last_event_time,
    sum(seen) AS seen,
    sum(logged) AS logged,
    sum(unseen) AS unseen,
    sum(not_loggable) AS not_loggable
  FROM call
  GROUP BY day, account_id, region, environment, organizational_unit
),
ranked AS (
  SELECT
    day,
    account_id,
    region,
    environment,
    organizational_unit,
    seen,
    logged,
    unseen,
    not_loggable,
    row_number() OVER (
      PARTITION BY day, account_id, region
      ORDER BY last_event_time DESC, environment NULLS LAST, organizational_unit NULLS LAST
    ) AS place
  FROM placed
),
counted AS (
  SELECT
    day,
    account_id,
    region,
    max(CASE WHEN place = 1 THEN environment END) AS environment,
    max(CASE WHEN place = 1 THEN organizational_unit END) AS organizational_unit,
    CAST(sum(seen) AS BIGINT) AS calls_seen,
    CAST(sum(logged) AS BIGINT) AS calls_logged,
    CAST(sum(unseen) AS BIGINT) AS calls_unseen,
    CAST(sum(not_loggable) AS BIGINT) AS events_not_loggable
  FROM ranked
  GROUP BY day, account_id, region
)
SELECT
  day,
  account_id,
  region,
  environment,
  organizational_unit,
  calls_seen,
  coalesce(calls_logged, calls_unseen) AS calls_logged,
  calls_seen - calls_logged AS calls_missing,
  calls_unseen,
  events_not_loggable,
  100.0 * calls_logged / nullif(calls_seen, 0) AS coverage
FROM counted
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: seven of ten calls are logged
--?   given:
--?     api_event: [{repeat: 10, set: {request_id: "call-{n}"}}]
--?     invocation: [{repeat: 7, set: {request_id: "call-{n}"}}]
--?   expect:
--?     - day: 2026-10-01
--?       account_id: "111111111111"
--?       region: us-east-1
--?       environment: prod
--?       organizational_unit: workloads/prod
--?       calls_seen: 10
--?       calls_logged: 7
--?       calls_missing: 3
--?       calls_unseen: 0
--?       events_not_loggable: 0
--?       coverage: 70.0
--? - name: a trail without logs shows that nothing was logged
--?   given: {api_event: [{repeat: 3, set: {request_id: "call-{n}"}}]}
--?   expect: [{calls_seen: 3, calls_logged: 0, calls_missing: 3, coverage: 0.0}]
--? - name: logs without a trail are coverage unknown
--?   given: {invocation: [{repeat: 3, set: {request_id: "call-{n}"}}]}
--?   expect: [{environment: prod, organizational_unit: workloads/prod, calls_seen: null, calls_logged: 3, calls_missing: null, calls_unseen: 3, events_not_loggable: 0, coverage: null}]
--? - name: a logged call that the trail lacks does not lift the coverage
--?   given:
--?     api_event: [{repeat: 2, set: {request_id: "call-{n}"}}]
--?     invocation: [{set: {request_id: call-1}}, {set: {request_id: elsewhere}}]
--?   expect: [{calls_seen: 2, calls_logged: 1, calls_missing: 1, calls_unseen: 1, coverage: 50.0}]
--? - name: a call is the same only in the same account and Region
--?   given:
--?     api_event: [{set: {}}]
--?     invocation: [{set: {account_id: "222222222222"}}, {set: {region: us-west-2}}]
--?   expect:
--?     - {account_id: "111111111111", region: us-east-1, calls_seen: 1, calls_logged: 0}
--?     - {account_id: "222222222222", region: us-east-1, calls_seen: null, calls_unseen: 1}
--?     - {account_id: "111111111111", region: us-west-2, calls_seen: null, calls_unseen: 1}
--? - name: two events of one call are one call
--?   given: {api_event: [{set: {event_id: a, event_time: 2026-10-01T23:59:59Z}}, {set: {event_id: b, event_time: 2026-10-02T00:00:01Z}}], freshness: [{set: {source: api_event, data_up_to: 2026-10-01T23:59:59Z}}]}
--?   expect: [{day: 2026-10-01, calls_seen: 1}]
--? - name: only the four operations of bedrock are expected in the log, and only where they succeed
--?   given:
--?     api_event:
--?       - {set: {request_id: a, event_name: Converse}}
--?       - {set: {request_id: b, event_name: ConverseStream}}
--?       - {set: {request_id: c, event_name: InvokeModel}}
--?       - {set: {request_id: d, event_name: InvokeModelWithResponseStream}}
--?       - {set: {request_id: e, event_name: ListFoundationModels}}
--?       - {set: {request_id: f, event_source: bedrock-mantle.amazonaws.com}}
--?       - {set: {request_id: g, error_code: AccessDenied}}
--?       - {set: {request_id: null}}
--?   expect: [{calls_seen: 4, calls_logged: 0}]
--? - name: only such calls are missed in the trail
--?   given:
--?     invocation:
--?       - {set: {request_id: a, operation: Converse}}
--?       - {set: {request_id: b, operation: ConverseStream}}
--?       - {set: {request_id: c, operation: InvokeModel}}
--?       - {set: {request_id: d, operation: InvokeModelWithResponseStream}}
--?       - {set: {request_id: e, operation: ApplyGuardrail}}
--?       - {set: {request_id: f, error_code: ValidationException}}
--?   expect: [{calls_seen: null, calls_unseen: 4}]
--? - name: what is later than either source knows is not judged
--?   given:
--?     api_event:
--?       - {set: {request_id: early, event_time: 2026-10-01T10:00:00Z}}
--?       - {set: {request_id: late, event_time: 2026-10-01T10:00:01Z}}
--?     invocation:
--?       - {set: {request_id: early, event_time: 2026-10-01T10:00:00Z}}
--?       - {set: {request_id: alone, event_time: 2026-10-01T10:00:00Z}}
--?       - {set: {request_id: later, event_time: 2026-10-01T10:00:01Z}}
--?     freshness:
--?       - {set: {source: invocation, data_up_to: 2026-10-01T10:00:00Z}}
--?       - {set: {source: api_event, data_up_to: 2026-10-01T11:00:00Z}}
--?       - {set: {source: metric, data_up_to: 2026-09-01T00:00:00Z}}
--?   expect: [{calls_seen: 1, calls_logged: 1, calls_unseen: 1}]
--? - name: the trail may be the source that lags
--?   given:
--?     api_event: [{set: {request_id: a, event_time: 2026-10-01T10:00:00Z}}]
--?     invocation: [{set: {request_id: b, event_time: 2026-10-01T10:00:01Z}}]
--?   expect: [{calls_seen: 1, calls_logged: 0, calls_unseen: 0}]
--? - name: a call that the log dates a day later is logged
--?   given:
--?     api_event: [{set: {event_time: 2026-10-01T23:59:59Z}}]
--?     invocation: [{set: {event_time: 2026-10-02T00:00:00Z}}]
--?   expect: [{day: 2026-10-01, calls_seen: 1, calls_logged: 1, coverage: 100.0}]
--? - name: use that cannot be logged stands apart
--?   given:
--?     api_event:
--?       - {set: {event_name: StartAsyncInvoke}}
--?       - {repeat: 2, set: {event_name: CreateModelInvocationJob}}
--?   expect: [{environment: prod, organizational_unit: workloads/prod, calls_seen: 0, calls_logged: 0, calls_missing: 0, calls_unseen: 0, events_not_loggable: 3, coverage: null}]
--? - name: days, accounts and Regions stand apart
--?   given:
--?     api_event:
--?       - {set: {}}
--?       - {set: {event_time: 2026-10-02T12:00:00Z, request_id: other}}
--?       - {set: {account_id: "222222222222"}}
--?       - {set: {region: us-west-2}}
--?   expect:
--?     - {day: 2026-10-01, account_id: "111111111111", region: us-east-1, calls_seen: 1}
--?     - {day: 2026-10-02, calls_seen: 1}
--?     - {account_id: "222222222222", calls_seen: 1}
--?     - {region: us-west-2, calls_seen: 1}
--? - name: an account that moves within a day is shown where its last call was
--?   given:
--?     api_event:
--?       - {set: {event_time: 2026-10-01T08:00:00Z, request_id: a, environment: prod, organizational_unit: a/prod}}
--?       - {set: {event_time: 2026-10-01T10:00:00Z, request_id: b, environment: null, organizational_unit: z/out}}
--?       - {set: {event_time: 2026-10-01T09:00:00Z, request_id: c, environment: dev, organizational_unit: z/dev}}
--?       - {set: {event_time: 2026-10-01T09:00:00Z, account_id: logged, request_id: a, environment: prod, organizational_unit: a/prod}}
--?       - {set: {event_time: 2026-10-01T09:00:00Z, account_id: unlogged, request_id: a, environment: prod, organizational_unit: a/prod}}
--?       - {set: {event_time: 2026-10-01T10:00:00Z, account_id: unlogged, event_name: StartAsyncInvoke, environment: dev, organizational_unit: z/dev}}
--?     invocation:
--?       - {set: {event_time: 2026-10-01T10:00:00Z, account_id: logged, request_id: b, environment: dev, organizational_unit: z/dev}}
--?     freshness: [{set: {source: api_event, data_up_to: 2026-10-01T10:00:00Z}}]
--?   expect:
--?     - {account_id: "111111111111", environment: null, organizational_unit: z/out, calls_seen: 3}
--?     - {account_id: logged, environment: dev, organizational_unit: z/dev, calls_seen: 1, calls_unseen: 1}
--?     - {account_id: unlogged, environment: dev, organizational_unit: z/dev, calls_seen: 1, events_not_loggable: 1}
--? - name: an account that moves away and back is shown where it came back to
--?   given:
--?     api_event:
--?       - {set: {event_time: 2026-10-01T08:00:00Z, request_id: a, environment: dev}}
--?       - {set: {event_time: 2026-10-01T10:00:00Z, request_id: b, environment: prod}}
--?       - {set: {event_time: 2026-10-01T12:00:00Z, request_id: c, environment: dev}}
--?   expect: [{environment: dev, calls_seen: 3}]
--? - name: what an account did before and after it moved is added up
--?   given:
--?     api_event:
--?       - {set: {request_id: a, environment: dev}}
--?       - {set: {request_id: b, environment: prod}}
--?       - {set: {request_id: c, environment: prod}}
--?       - {set: {event_name: StartAsyncInvoke, environment: dev}}
--?       - {set: {event_name: StartAsyncInvoke, environment: prod}}
--?     invocation:
--?       - {set: {request_id: a}}
--?       - {set: {request_id: b}}
--?       - {set: {request_id: d, environment: dev}}
--?       - {set: {request_id: e, environment: prod}}
--?   expect: [{calls_seen: 3, calls_logged: 2, calls_missing: 1, calls_unseen: 2, events_not_loggable: 2}]
--? - name: of two places at the same time the first by name is shown, and a known one before an unknown
--?   given:
--?     api_event:
--?       - {set: {request_id: a, environment: prod, organizational_unit: a/prod}}
--?       - {set: {request_id: b, environment: dev, organizational_unit: z/dev}}
--?       - {set: {request_id: c, environment: dev, organizational_unit: y/dev}}
--?       - {set: {request_id: d, environment: dev, organizational_unit: null}}
--?       - {set: {request_id: e, environment: null, organizational_unit: a/out}}
--?   expect: [{environment: dev, organizational_unit: y/dev, calls_seen: 5}]
--? - name: days, accounts and Regions each have their own last call
--?   given:
--?     api_event:
--?       - {set: {environment: prod}}
--?       - {set: {event_time: 2026-10-02T12:00:01Z, request_id: other, environment: dev}}
--?       - {set: {event_time: 2026-10-01T12:00:01Z, account_id: "222222222222", environment: dev}}
--?       - {set: {event_time: 2026-10-01T12:00:02Z, region: us-west-2, environment: dev}}
--?   expect:
--?     - {day: 2026-10-01, account_id: "111111111111", region: us-east-1, environment: prod}
--?     - {day: 2026-10-02, environment: dev}
--?     - {account_id: "222222222222", environment: dev}
--?     - {region: us-west-2, environment: dev}
--? - name: two events of one call that name two places are shown in one of them
--?   given:
--?     api_event:
--?       - {set: {event_id: a, environment: null, organizational_unit: z/out}}
--?       - {set: {event_id: b, environment: prod, organizational_unit: null}}
--?       - {set: {event_id: c, account_id: "222222222222", environment: dev, organizational_unit: null}}
--?       - {set: {event_id: d, account_id: "222222222222", environment: prod, organizational_unit: z/prod}}
--?   expect:
--?     - {account_id: "111111111111", environment: null, organizational_unit: z/out, calls_seen: 1}
--?     - {account_id: "222222222222", environment: dev, organizational_unit: null, calls_seen: 1}
