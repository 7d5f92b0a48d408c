--- title: Failed calls by model
--- page: models
--- order: 70
--- chart: bar
--- x: model
--- y: error_percent
--- unit: percent
--- width: 6
--- empty: no failed calls
--- reads: [usage_daily]
--- explains: >
---   Failed calls in percent of logged calls, throttled ones included.
SELECT coalesce(model_base, 'unknown model') AS model, 100.0 * sum(errors) / sum(calls) AS error_percent
FROM usage_daily
GROUP BY model_base
HAVING max(errors) > 0
ORDER BY error_percent DESC, model
LIMIT 15
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the share of each model, the worst first
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {model_base: good, calls: 10, errors: 0}}
--?       - {set: {model_base: fair, calls: 90, errors: 0}}
--?       - {set: {model_base: fair, calls: 10, errors: 1}}
--?       - {set: {model_base: fair, calls: 100, errors: 3}}
--?       - {set: {model_base: null, calls: 4, errors: 2}}
--?   expect:
--?     - {model: unknown model, error_percent: 50.0}
--?     - {model: fair, error_percent: 2.0}
--? - name: one error is enough, and no more than fifteen models are shown
--?   given: {usage_daily: [{repeat: 16, set: {model_base: "m{n}", errors: 1}}]}
--?   expect:
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
