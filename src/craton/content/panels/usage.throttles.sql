--- title: Throttled calls
--- page: usage
--- order: 100
--- chart: stacked_bar
--- x: day
--- y: throttles
--- series: model
--- unit: calls
--- width: 8
--- empty: no throttled calls
--- reads: [metric_daily]
--- explains: >
---   Calls that AWS refused because a quota was used up, as CloudWatch counts them: logged or not, retried or not.
SELECT day, coalesce(model_base, 'unknown model') AS model, sum(total) AS throttles
FROM metric_daily
WHERE metric_name = 'InvocationThrottles' AND namespace = 'AWS/Bedrock' AND dimension_names = 'ModelId'
GROUP BY day, model_base
HAVING max(total) > 0
ORDER BY day, model
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: throttles add up by day and model, and days run forward
--?   ordered: true
--?   given:
--?     metric_daily:
--?       - {set: {day: 2026-10-02, total: 1, model_base: b}}
--?       - {repeat: 2, set: {total: 2, model_base: b}}
--?       - {set: {total: 0.5, model_base: b}}
--?       - {set: {total: 0, model_base: b}}
--?       - {set: {total: 7, model_base: null}}
--?   expect:
--?     - {day: 2026-10-01, model: b, throttles: 4.5}
--?     - {day: 2026-10-01, model: unknown model, throttles: 7}
--?     - {day: 2026-10-02, model: b, throttles: 1}
--? - name: days without throttles are not drawn, nor other metrics, nor the same samples again
--?   given:
--?     metric_daily:
--?       - {set: {total: 0}}
--?       - {set: {metric_name: Invocations, total: 5}}
--?       - {set: {namespace: AWS/Bedrock/Guardrails, total: 5}}
--?       - {set: {dimension_names: "", total: 5}}
--?   expect: []
