--- title: Calls of legacy models
--- page: models
--- order: 110
--- chart: table
--- units: {calls: calls}
--- width: 6
--- empty: no legacy model was called
--- reads: [metric_daily]
--- explains: >
---   The metric LegacyModelInvocations of CloudWatch: calls of models that AWS will retire. Each needs a successor
---   before the date that AWS names.
SELECT
  coalesce(model_id, 'all models') AS model,
  account_id,
  region,
  sum(total) AS calls,
  max(day) AS last_day
FROM metric_daily
WHERE namespace = 'AWS/Bedrock' AND metric_name = 'LegacyModelInvocations' AND dimension_names = 'ModelId'
GROUP BY account_id, region, model_id
HAVING max(total) > 0
ORDER BY calls DESC, account_id, region, model
LIMIT 50
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: calls add up, the most first
--?   ordered: true
--?   given:
--?     metric_daily:
--?       - {set: {metric_name: LegacyModelInvocations, model_id: few, total: 1}}
--?       - {set: {metric_name: LegacyModelInvocations, model_id: many, total: 2}}
--?       - {set: {metric_name: LegacyModelInvocations, model_id: many, total: 0}}
--?       - {set: {metric_name: LegacyModelInvocations, model_id: many, total: 3, day: 2026-10-02}}
--?   expect:
--?     - {account_id: "111111111111", region: us-east-1, model: many, calls: 5, last_day: 2026-10-02}
--?     - {model: few, calls: 1}
--? - name: accounts, Regions and models stand apart
--?   given:
--?     metric_daily:
--?       - {set: {metric_name: LegacyModelInvocations, total: 1}}
--?       - {set: {metric_name: LegacyModelInvocations, total: 1, account_id: "222222222222"}}
--?       - {set: {metric_name: LegacyModelInvocations, total: 1, region: us-west-2}}
--?       - {set: {metric_name: LegacyModelInvocations, total: 1, model_id: null}}
--?   expect: [{calls: 1}, {account_id: "222222222222", calls: 1}, {region: us-west-2, calls: 1}, {model: all models, calls: 1}]
--? - name: other metrics, other dimensions and none are not shown
--?   given:
--?     metric_daily:
--?       - {set: {metric_name: Invocations}}
--?       - {set: {metric_name: LegacyModelInvocations, namespace: other}}
--?       - {set: {metric_name: LegacyModelInvocations, dimension_names: ""}}
--?       - {set: {metric_name: LegacyModelInvocations, total: 0}}
--?   expect: []
--? - name: of many, fifty
--?   given: {metric_daily: [{repeat: 51, set: {metric_name: LegacyModelInvocations, model_id: "m{n}", total: 1}}]}
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
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
