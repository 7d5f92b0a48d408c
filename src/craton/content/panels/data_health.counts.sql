--- title: Three counts of the same calls
--- page: data_health
--- order: 130
--- chart: line
--- x: day
--- y: calls
--- series: source
--- unit: calls
--- width: 6
--- reads: [usage_daily, coverage, metric_daily]
--- explains: >
---   Successful calls by day, as the invocation log, CloudTrail and the metric Invocations of CloudWatch count them.
---   Where they part, a source is missing for some account or Region.
WITH counted AS (
  SELECT day, 'invocation log' AS source, calls - errors AS calls
  FROM usage_daily
  UNION ALL
  SELECT day, 'CloudTrail' AS source, calls_seen AS calls
  FROM coverage
  UNION ALL
  SELECT day, 'CloudWatch' AS source, total AS calls
  FROM metric_daily
  WHERE namespace = 'AWS/Bedrock' AND metric_name = 'Invocations' AND dimension_names = 'ModelId'
)
SELECT day, source, sum(calls) AS calls
FROM counted
WHERE calls IS NOT NULL
GROUP BY day, source
ORDER BY day, source
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: each source adds up by day, and days run forward
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {day: 2026-10-02, calls: 1, errors: 0}}
--?       - {repeat: 2, set: {calls: 7, errors: 2}}
--?     coverage:
--?       - {repeat: 2, set: {calls_seen: 6}}
--?       - {set: {day: 2026-10-03, calls_seen: null}}
--?     metric_daily:
--?       - {repeat: 2, set: {metric_name: Invocations, total: 7}}
--?   expect:
--?     - {day: 2026-10-01, source: CloudTrail, calls: 12}
--?     - {day: 2026-10-01, source: CloudWatch, calls: 14}
--?     - {day: 2026-10-01, source: invocation log, calls: 10}
--?     - {day: 2026-10-02, source: invocation log, calls: 1}
--? - name: other metrics, and the same samples under other dimensions, do not count
--?   given:
--?     metric_daily:
--?       - {set: {metric_name: InvocationThrottles}}
--?       - {set: {metric_name: Invocations, namespace: AWS/Bedrock/Guardrails}}
--?       - {set: {metric_name: Invocations, dimension_names: ModelId+ServiceTier}}
--?   expect: []
