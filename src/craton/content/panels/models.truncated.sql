--- title: Answers cut off by the output limit
--- page: models
--- order: 100
--- chart: table
--- units: {truncated_calls: calls, truncated_percent: percent, estimated_cost: USD}
--- width: 6
--- empty: no answer was cut off
--- reads: [outcome_daily]
--- explains: >
---   Answers that ended at a limit on their length, of those that tell why they ended. Their cost is paid, and often
---   paid again by asking once more.
SELECT
  coalesce(model_base, 'unknown model') AS model,
  sum(CASE WHEN truncated THEN calls ELSE 0 END) AS truncated_calls,
  100.0 * sum(CASE WHEN truncated THEN calls ELSE 0 END) / sum(calls) AS truncated_percent,
  sum(CASE WHEN truncated THEN estimated_cost END) AS estimated_cost
FROM outcome_daily
WHERE truncated IS NOT NULL
GROUP BY model_base
HAVING max(CASE WHEN truncated THEN 1 ELSE 0 END) = 1
ORDER BY truncated_calls DESC, model
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: cut-off answers, their share and their cost, the most first
--?   ordered: true
--?   given:
--?     outcome_daily:
--?       - {set: {model_base: some, truncated: true, calls: 2, estimated_cost: 1}}
--?       - {set: {model_base: many, truncated: true, calls: 5, estimated_cost: 1}}
--?       - {set: {model_base: many, truncated: true, calls: 10, estimated_cost: 2}}
--?       - {set: {model_base: many, truncated: false, calls: 15, estimated_cost: 4}}
--?       - {set: {model_base: many, truncated: null, calls: 70, estimated_cost: 8}}
--?       - {set: {model_base: null, truncated: true, calls: 1, estimated_cost: null}}
--?       - {set: {model_base: none, truncated: false, calls: 9}}
--?   expect:
--?     - {model: many, truncated_calls: 15, truncated_percent: 50.0, estimated_cost: 3}
--?     - {model: some, truncated_calls: 2, truncated_percent: 100.0, estimated_cost: 1}
--?     - {model: unknown model, truncated_calls: 1, estimated_cost: null}
--? - name: an error is no cut-off answer
--?   given: {outcome_daily: [{set: {stop_reason: null, truncated: null, error_code: ThrottlingException}}]}
--?   expect: []
