--- title: Why models stopped
--- page: models
--- order: 90
--- chart: stacked_bar
--- x: model
--- y: calls
--- series: stop_reason
--- unit: calls
--- width: 6
--- reads: [outcome_daily]
--- explains: >
---   Stop reasons as each model words them, of calls that succeeded. `not told` are records without a body, and
---   models that give no reason.
SELECT coalesce(model_base, 'unknown model') AS model, coalesce(stop_reason, 'not told') AS stop_reason, sum(calls) AS calls
FROM outcome_daily
WHERE error_code IS NULL
GROUP BY model_base, stop_reason
ORDER BY model, stop_reason
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: calls add up by model and reason
--?   ordered: true
--?   given:
--?     outcome_daily:
--?       - {set: {model_base: null, calls: 1}}
--?       - {set: {model_base: b, calls: 2}}
--?       - {repeat: 2, set: {model_base: b, stop_reason: null, calls: 3}}
--?       - {set: {model_base: b, error_code: ThrottlingException, calls: 9}}
--?   expect:
--?     - {model: b, stop_reason: end_turn, calls: 2}
--?     - {model: b, stop_reason: not told, calls: 6}
--?     - {model: unknown model, stop_reason: end_turn, calls: 1}
