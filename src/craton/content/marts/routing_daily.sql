--- title: Where calls of a day ran
--- grain: a day, an account, the Region called, the Region where the model ran, and how far the call could be routed
--- key: [day, account_id, region, inference_region, geo_scope, environment, organizational_unit]
--- reads: [invocation]
--- explains: >
---   Cross-Region inference. `inference_region` is NULL where the record does not say where the model ran, which is
---   unknown, not the Region called; `rerouted` is then NULL too.
--- columns:
---   rerouted: whether the model ran in another Region than the one called; NULL where the record does not say
---   calls: logged calls
---   timed_calls: calls that tell how long they took
---   latency_ms: time taken by those calls, added up
--- survivors:
---   - mutant: "grouping: rerouted -> not grouped"
---     reason: the two Regions alone decide it
WITH call AS (
  SELECT
    day, account_id, region, inference_region, region <> inference_region AS rerouted, geo_scope, environment,
    organizational_unit, input_tokens, output_tokens, estimated_cost, latency_ms
  FROM invocation
)
SELECT
  day,
  account_id,
  region,
  inference_region,
  rerouted,
  geo_scope,
  environment,
  organizational_unit,
  count(*) AS calls,
  CAST(sum(input_tokens) AS BIGINT) AS input_tokens,
  CAST(sum(output_tokens) AS BIGINT) AS output_tokens,
  sum(estimated_cost) AS estimated_cost,
  count(latency_ms) AS timed_calls,
  CAST(sum(latency_ms) AS BIGINT) AS latency_ms
FROM call
GROUP BY
  day, account_id, region, inference_region, rerouted, geo_scope, environment, organizational_unit
--? - name: no calls give no rows
--?   given: {}
--?   expect: []
--? - name: a call that ran elsewhere is told from one that did not, and from one that does not say
--?   given:
--?     invocation:
--?       - {repeat: 2, set: {inference_region: us-west-2}}
--?       - {set: {inference_region: us-west-2, latency_ms: null}}
--?       - {set: {inference_region: us-east-1}}
--?       - {set: {inference_region: null}}
--?   expect:
--?     - {inference_region: us-west-2, rerouted: true, calls: 3, input_tokens: 3600, output_tokens: 900, estimated_cost: 0.0243, timed_calls: 2, latency_ms: 3600}
--?     - {inference_region: us-east-1, rerouted: false, calls: 1}
--?     - {inference_region: null, rerouted: null, calls: 1}
--? - name: every part of the grain keeps rows apart
--?   given:
--?     invocation:
--?       - {set: {}}
--?       - {set: {event_time: 2026-10-02T12:00:00Z}}
--?       - {set: {account_id: "222222222222"}}
--?       - {set: {region: ap-south-1}}
--?       - {set: {inference_region: eu-west-1}}
--?       - {set: {geo_scope: global}}
--?       - {set: {environment: dev}}
--?       - {set: {organizational_unit: workloads/dev}}
--?   expect:
--?     - {day: 2026-10-01, calls: 1}
--?     - {day: 2026-10-02, calls: 1}
--?     - {account_id: "222222222222", calls: 1}
--?     - {region: ap-south-1, calls: 1}
--?     - {inference_region: eu-west-1, calls: 1}
--?     - {geo_scope: global, calls: 1}
--?     - {environment: dev, calls: 1}
--?     - {organizational_unit: workloads/dev, calls: 1}
