--- title: Days that stand out
--- page: overview
--- order: 100
--- chart: table
--- units: {times: times}
--- width: 6
--- empty: no day is far from the usual
--- reads: [usage_daily]
--- explains: >
---   Days on which an account did at least five times as much as on its usual day, and at least 20. Its usual day is
---   the median of the days shown on which it called, and counts as 1 where it is less.
--- survivors:
---   - mutant: "boundary: QUANTILE_CONT(amount, 0.5) > 1 -> QUANTILE_CONT(amount, 0.5) >= 1"
---     reason: a median of 1 counts as 1 either way
---   - mutant: "join: INNER JOIN u -> LEFT JOIN"
---     reason: every amount belongs to an account and a measure that have a median
---   - mutant: "distinct: UNION ALL -> UNION"
---     reason: "no two rows are alike: each carries its measure, its account and its day"
---   - mutant: "distinct: UNION ALL -> UNION #2"
---     reason: "no two rows are alike: each carries its measure, its account and its day"
---   - mutant: "distinct: UNION ALL -> UNION #3"
---     reason: "no two rows are alike: each carries its measure, its account and its day"
WITH daily AS (
  SELECT
    account_id,
    day,
    sum(calls) AS calls,
    sum(estimated_cost) AS estimated_cost,
    sum(errors) AS errors,
    sum(intervened_calls) AS interventions
  FROM usage_daily
  GROUP BY account_id, day
),
measured AS (
  SELECT account_id, day, 'calls' AS measure, calls AS amount FROM daily
  UNION ALL
  SELECT account_id, day, 'cost in USD' AS measure, estimated_cost AS amount FROM daily
  UNION ALL
  SELECT account_id, day, 'failed calls' AS measure, errors AS amount FROM daily
  UNION ALL
  SELECT account_id, day, 'interventions' AS measure, interventions AS amount FROM daily
),
usual AS (
  SELECT account_id, measure, CASE WHEN quantile_cont(amount, 0.5) > 1 THEN quantile_cont(amount, 0.5) ELSE 1 END AS amount
  FROM measured
  GROUP BY account_id, measure
)
SELECT m.account_id, m.measure, m.amount / u.amount AS times, m.amount, m.day
FROM measured AS m
INNER JOIN usual AS u ON m.account_id = u.account_id AND m.measure = u.measure
WHERE m.amount >= 5 * u.amount AND m.amount >= 20
ORDER BY times DESC, m.day DESC, m.account_id, m.measure
LIMIT 10
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: five times the median day of the account stands out, whatever there is more of
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {day: 2026-10-01, calls: 4, errors: 4, intervened_calls: 4, estimated_cost: 4}}
--?       - {set: {day: 2026-10-02, calls: 3, errors: 3, intervened_calls: 3, estimated_cost: 3}}
--?       - {set: {day: 2026-10-03, calls: 5, errors: 5, intervened_calls: 5, estimated_cost: 5}}
--?       - {set: {day: 2026-10-04, calls: 1, errors: 1, intervened_calls: 1, estimated_cost: 1}}
--?       - {set: {day: 2026-10-05, calls: 20, errors: 21, intervened_calls: 10, estimated_cost: 22}}
--?       - {set: {day: 2026-10-05, calls: 4, errors: 4, intervened_calls: 18, estimated_cost: 4, team: other}}
--?   expect:
--?     - {account_id: "111111111111", day: 2026-10-05, measure: interventions, amount: 28, times: 7}
--?     - {day: 2026-10-05, measure: cost in USD, amount: 26, times: 6.5}
--?     - {day: 2026-10-05, measure: failed calls, amount: 25, times: 6.25}
--?     - {day: 2026-10-05, measure: calls, amount: 24, times: 6}
--? - name: exactly five times and exactly twenty is enough
--?   given:
--?     usage_daily:
--?       - {repeat: 3, set: {day: "2026-10-0{n}", calls: 4, errors: 0, intervened_calls: 0, estimated_cost: 0}}
--?       - {set: {day: 2026-10-05, calls: 20, errors: 0, intervened_calls: 0, estimated_cost: 0}}
--?   expect: [{measure: calls, amount: 20, times: 5}]
--? - name: nineteen, or less than five times as much, are within the usual
--?   given:
--?     usage_daily:
--?       - {repeat: 3, set: {day: "2026-10-0{n}", calls: 2, errors: 5, intervened_calls: 0, estimated_cost: 0}}
--?       - {set: {day: 2026-10-05, calls: 19, errors: 24, intervened_calls: 0, estimated_cost: 0}}
--?   expect: []
--? - name: accounts have each their own usual day
--?   given:
--?     usage_daily:
--?       - {repeat: 3, set: {day: "2026-10-0{n}", calls: 4, errors: 0, intervened_calls: 0, estimated_cost: 0}}
--?       - {set: {day: 2026-10-05, calls: 40, errors: 0, intervened_calls: 0, estimated_cost: 0}}
--?       - {repeat: 4, set: {day: "2026-10-0{n}", account_id: large, calls: 40, errors: 0, intervened_calls: 0, estimated_cost: 0}}
--?   expect: [{account_id: "111111111111", measure: calls, amount: 40, times: 10}]
--? - name: where there is usually less than one, a burst is told by its size, the latest first
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {repeat: 4, set: {day: "2026-10-0{n}", calls: 1, errors: 0, intervened_calls: 0, estimated_cost: 0.25}}
--?       - {set: {day: 2026-10-05, calls: 90, errors: 0, intervened_calls: 46, estimated_cost: 50}}
--?       - {set: {day: 2026-10-06, calls: 1, errors: 46, intervened_calls: 0, estimated_cost: null}}
--?   expect:
--?     - {day: 2026-10-05, measure: calls, times: 90}
--?     - {day: 2026-10-05, measure: cost in USD, times: 50}
--?     - {day: 2026-10-06, measure: failed calls, times: 46}
--?     - {day: 2026-10-05, measure: interventions, times: 46}
--? - name: a usual day of a little more than one counts as what it is
--?   given:
--?     usage_daily:
--?       - {repeat: 3, set: {day: "2026-10-0{n}", calls: 2, errors: 0, intervened_calls: 0, estimated_cost: 1.25}}
--?       - {set: {day: 2026-10-05, calls: 2, errors: 0, intervened_calls: 0, estimated_cost: 25}}
--?   expect: [{measure: cost in USD, times: 20}]
--? - name: no more than ten are listed
--?   given:
--?     usage_daily:
--?       - {repeat: 9, set: {day: "2026-10-0{n}", calls: 1, errors: 0, intervened_calls: 0, estimated_cost: 0}}
--?       - {repeat: 9, set: {day: "2026-10-0{n}", account_id: b, calls: 1, errors: 0, intervened_calls: 0, estimated_cost: 0}}
--?       - {set: {day: 2026-10-10, calls: 30, errors: 30, intervened_calls: 30, estimated_cost: 30}}
--?       - {set: {day: 2026-10-11, calls: 31, errors: 31, intervened_calls: 31, estimated_cost: 31}}
--?       - {set: {day: 2026-10-10, account_id: b, calls: 32, errors: 32, intervened_calls: 32, estimated_cost: 32}}
--?   expect:
--?     - {times: 32}
--?     - {times: 32}
--?     - {times: 32}
--?     - {times: 32}
--?     - {times: 31}
--?     - {times: 31}
--?     - {times: 31}
--?     - {times: 31}
--?     - {times: 30}
--?     - {times: 30}
