--- title: Sizes of requests of a day
--- grain: a day, an account, a model, a business unit and a range of input tokens
--- key: [day, account_id, model_base, environment, organizational_unit, business_unit, size_order]
--- reads: [invocation]
--- explains: >
---   Calls by how many tokens they sent, those read from and written to the prompt cache included. Calls whose record
---   tells no input tokens are in the range `unknown`.
--- columns:
---   size: range of input tokens
---   size_order: position of the range, smallest first
---   calls: logged calls
WITH call AS (
  SELECT
    day, account_id, model_base, environment, organizational_unit, business_unit, output_tokens, estimated_cost,
    input_tokens + coalesce(cache_read_input_tokens, 0) + coalesce(cache_creation_input_tokens, 0) AS sent_tokens
  FROM invocation
),
ranged AS (
  SELECT
    day, account_id, model_base, environment, organizational_unit, business_unit, output_tokens, estimated_cost,
    CASE
      WHEN sent_tokens IS NULL THEN 7
      WHEN sent_tokens < 1000 THEN 1
      WHEN sent_tokens < 4000 THEN 2
      WHEN sent_tokens < 16000 THEN 3
      WHEN sent_tokens < 64000 THEN 4
      WHEN sent_tokens < 200000 THEN 5
      ELSE 6
    END AS size_order
  FROM call
)
SELECT
  day,
  account_id,
  model_base,
  environment,
  organizational_unit,
  business_unit,
  size_order,
  CASE size_order
    WHEN 1 THEN 'below 1,000'
    WHEN 2 THEN '1,000 to 4,000'
    WHEN 3 THEN '4,000 to 16,000'
    WHEN 4 THEN '16,000 to 64,000'
    WHEN 5 THEN '64,000 to 200,000'
    WHEN 6 THEN '200,000 and more'
    ELSE 'unknown'
  END AS size,
  count(*) AS calls,
  CAST(sum(output_tokens) AS BIGINT) AS output_tokens,
  sum(estimated_cost) AS estimated_cost
FROM ranged
GROUP BY day, account_id, model_base, environment, organizational_unit, business_unit, size_order
--? - name: no calls give no rows
--?   given: {}
--?   expect: []
--? - name: each range takes its lower end and leaves its upper end to the next
--?   given:
--?     invocation:
--?       - {set: {input_tokens: 0}}
--?       - {set: {input_tokens: 999, cache_read_input_tokens: null}}
--?       - {set: {input_tokens: 999, cache_creation_input_tokens: null}}
--?       - {set: {input_tokens: 1000}}
--?       - {set: {input_tokens: 3999}}
--?       - {set: {input_tokens: 4000}}
--?       - {set: {input_tokens: 15999}}
--?       - {set: {input_tokens: 16000}}
--?       - {set: {input_tokens: 63999}}
--?       - {set: {input_tokens: 64000}}
--?       - {set: {input_tokens: 199999}}
--?       - {set: {input_tokens: 200000}}
--?       - {repeat: 3, set: {input_tokens: null}}
--?   expect:
--?     - {size: "below 1,000", size_order: 1, calls: 3, output_tokens: 900, estimated_cost: 0.0243}
--?     - {size: "1,000 to 4,000", size_order: 2, calls: 2}
--?     - {size: "4,000 to 16,000", size_order: 3, calls: 2}
--?     - {size: "16,000 to 64,000", size_order: 4, calls: 2}
--?     - {size: "64,000 to 200,000", size_order: 5, calls: 2}
--?     - {size: "200,000 and more", size_order: 6, calls: 1}
--?     - {size: unknown, size_order: 7, calls: 3}
--? - name: cached tokens are tokens sent, and a call without a cache has none
--?   given:
--?     invocation:
--?       - {set: {input_tokens: 1, cache_read_input_tokens: 1000, cache_creation_input_tokens: null}}
--?       - {set: {input_tokens: 1, cache_read_input_tokens: null, cache_creation_input_tokens: 5000}}
--?   expect:
--?     - {size: "1,000 to 4,000", calls: 1}
--?     - {size: "4,000 to 16,000", calls: 1}
--? - name: every part of the grain keeps rows apart
--?   given:
--?     invocation:
--?       - {set: {}}
--?       - {set: {event_time: 2026-10-02T12:00:00Z}}
--?       - {set: {account_id: "222222222222"}}
--?       - {set: {model_base: amazon.nova-lite-v1:0}}
--?       - {set: {environment: dev}}
--?       - {set: {organizational_unit: workloads/dev}}
--?       - {set: {business_unit: Bank}}
--?       - {set: {input_tokens: 5000}}
--?   expect:
--?     - {day: 2026-10-01, calls: 1}
--?     - {day: 2026-10-02, calls: 1}
--?     - {account_id: "222222222222", calls: 1}
--?     - {model_base: amazon.nova-lite-v1:0, calls: 1}
--?     - {environment: dev, calls: 1}
--?     - {organizational_unit: workloads/dev, calls: 1}
--?     - {business_unit: Bank, calls: 1}
--?     - {size: "4,000 to 16,000", calls: 1}
