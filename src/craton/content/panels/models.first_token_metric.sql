--- title: Time to the first token, mean by day
--- page: models
--- order: 50
--- chart: line
--- x: day
--- y: mean_ms
--- series: model
--- unit: ms
--- width: 6
--- reads: [metric_daily]
--- explains: >
---   The metric TimeToFirstToken of CloudWatch, which covers every streaming operation: mean of the day, by model.
--- survivors:
---   - mutant: "aggregate: SUM(samples) -> MAX(samples) #2"
---     reason: no row has fewer than no samples, so that the sum is above 0 exactly where the largest is
SELECT day, coalesce(model_base, 'unknown model') AS model, sum(total) / sum(samples) AS mean_ms
FROM metric_daily
WHERE namespace = 'AWS/Bedrock' AND metric_name = 'TimeToFirstToken' AND dimension_names = 'ModelId'
GROUP BY day, model_base
HAVING sum(samples) > 0
ORDER BY day, model
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the mean weighs every sample alike, and days run forward
--?   ordered: true
--?   given:
--?     metric_daily:
--?       - {set: {metric_name: TimeToFirstToken, day: 2026-10-02, total: 5, samples: 1}}
--?       - {set: {metric_name: TimeToFirstToken, total: 600, samples: 1}}
--?       - {set: {metric_name: TimeToFirstToken, total: 300, samples: 2}}
--?       - {set: {metric_name: TimeToFirstToken, model_base: null, total: 50, samples: 1}}
--?   expect:
--?     - {day: 2026-10-01, model: anthropic.claude-sonnet-4-6, mean_ms: 300}
--?     - {day: 2026-10-01, model: unknown model, mean_ms: 50}
--?     - {day: 2026-10-02, model: anthropic.claude-sonnet-4-6, mean_ms: 5}
--? - name: other metrics, other dimensions and no samples are not drawn
--?   given:
--?     metric_daily:
--?       - {set: {metric_name: InvocationLatency}}
--?       - {set: {metric_name: TimeToFirstToken, namespace: other}}
--?       - {set: {metric_name: TimeToFirstToken, dimension_names: ModelId+ServiceTier}}
--?       - {set: {metric_name: TimeToFirstToken, total: 0, samples: 0}}
--?   expect: []
