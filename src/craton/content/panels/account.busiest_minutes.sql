--- title: Busiest minutes
--- page: account
--- order: 120
--- chart: table
--- units: {peak_calls: calls, peak_tokens: tokens, peak_reserved_tokens: tokens, throttles: calls}
--- width: 12
--- reads: [quota_daily]
--- explains: >
---   Quotas are per account, Region, model and routing. Bedrock reserves the output limit a caller sets, so that
---   calls are throttled though the tokens really used stay low: compare reserved with used.
SELECT
  region,
  model_base AS model,
  geo_scope,
  max(peak_calls) AS peak_calls,
  max(peak_tokens) AS peak_tokens,
  max(peak_reserved_tokens) AS peak_reserved_tokens,
  sum(throttles) AS throttles
FROM quota_daily
GROUP BY region, model_base, geo_scope
ORDER BY peak_reserved_tokens DESC, region, model, geo_scope
LIMIT 50
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the busiest minute of all days counts, the widest reservation first
--?   ordered: true
--?   given:
--?     quota_daily:
--?       - {set: {region: small, peak_calls: 1, peak_tokens: 10, peak_reserved_tokens: 100, throttles: 0}}
--?       - {set: {region: wide, peak_calls: 2, peak_tokens: 30, peak_reserved_tokens: 500, throttles: 1}}
--?       - {set: {region: wide, day: 2026-10-02, peak_calls: 3, peak_tokens: 20, peak_reserved_tokens: 400, throttles: 2}}
--?   expect:
--?     - {region: wide, model: anthropic.claude-sonnet-4-6, geo_scope: geo, peak_calls: 3, peak_tokens: 30, peak_reserved_tokens: 500, throttles: 3}
--?     - {region: small, peak_calls: 1, peak_tokens: 10, peak_reserved_tokens: 100, throttles: 0}
--? - name: every part of a quota keeps rows apart
--?   given:
--?     quota_daily:
--?       - {set: {peak_calls: 1}}
--?       - {set: {region: us-west-2, peak_calls: 3}}
--?       - {set: {model_base: other, peak_calls: 4}}
--?       - {set: {geo_scope: global, peak_calls: 5}}
--?   expect: [{peak_calls: 1}, {peak_calls: 3}, {peak_calls: 4}, {peak_calls: 5}]
--? - name: of many, the fifty widest
--?   given: {quota_daily: [{repeat: 50, set: {model_base: "m{n}", peak_reserved_tokens: 9}}, {set: {peak_reserved_tokens: 1}}]}
--?   expect:
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
--?     - {peak_reserved_tokens: 9}
