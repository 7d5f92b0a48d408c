--- title: How calls of a day ended
--- grain: a day, an account, a model, a business unit, and an error or a stop reason
--- key: [day, account_id, model_base, error_code, stop_reason, environment, organizational_unit, business_unit]
--- reads: [invocation]
--- explains: >
---   Calls by the error that ended them or by the reason for which the model stopped, as the record says it. Models
---   have words of their own for the same reason; `truncated` says which of them mean that the answer was cut off.
--- columns:
---   truncated: whether the stop reason says that the answer was cut off by a limit on its length
---   calls: logged calls
--- survivors:
---   - mutant: "grouping: truncated -> not grouped"
---     reason: the stop reason alone decides it
WITH call AS (
  SELECT
    day,
    account_id,
    model_base,
    error_code,
    stop_reason,
    lower(stop_reason) IN ('max_tokens', 'length', 'model_context_window_exceeded') AS truncated,
    environment,
    organizational_unit,
    business_unit,
    output_tokens,
    estimated_cost
  FROM invocation
)
SELECT
  day,
  account_id,
  model_base,
  error_code,
  stop_reason,
  truncated,
  environment,
  organizational_unit,
  business_unit,
  count(*) AS calls,
  CAST(sum(output_tokens) AS BIGINT) AS output_tokens,
  sum(estimated_cost) AS estimated_cost
FROM call
GROUP BY
  day, account_id, model_base, error_code, stop_reason, truncated, environment, organizational_unit, business_unit
--? - name: no calls give no rows
--?   given: {}
--?   expect: []
--? - name: the words of all models for a cut-off answer are known
--?   given:
--?     invocation:
--?       - {repeat: 2, set: {stop_reason: max_tokens}}
--?       - {set: {stop_reason: MAX_TOKENS}}
--?       - {set: {stop_reason: length}}
--?       - {set: {stop_reason: model_context_window_exceeded}}
--?       - {set: {stop_reason: end_turn}}
--?       - {set: {stop_reason: null, error_code: ThrottlingException}}
--?   expect:
--?     - {stop_reason: max_tokens, truncated: true, calls: 2, output_tokens: 600, estimated_cost: 0.0162}
--?     - {stop_reason: MAX_TOKENS, truncated: true}
--?     - {stop_reason: length, truncated: true}
--?     - {stop_reason: model_context_window_exceeded, truncated: true}
--?     - {stop_reason: end_turn, truncated: false}
--?     - {stop_reason: null, truncated: null, error_code: ThrottlingException}
--? - name: every part of the grain keeps rows apart
--?   given:
--?     invocation:
--?       - {set: {}}
--?       - {set: {event_time: 2026-10-02T12:00:00Z}}
--?       - {set: {account_id: "222222222222"}}
--?       - {set: {model_base: amazon.nova-lite-v1:0}}
--?       - {set: {error_code: ValidationException}}
--?       - {set: {stop_reason: max_tokens}}
--?       - {set: {environment: dev}}
--?       - {set: {organizational_unit: workloads/dev}}
--?       - {set: {business_unit: Bank}}
--?   expect:
--?     - {day: 2026-10-01, calls: 1}
--?     - {day: 2026-10-02, calls: 1}
--?     - {account_id: "222222222222", calls: 1}
--?     - {model_base: amazon.nova-lite-v1:0, calls: 1}
--?     - {error_code: ValidationException, calls: 1}
--?     - {stop_reason: max_tokens, calls: 1}
--?     - {environment: dev, calls: 1}
--?     - {organizational_unit: workloads/dev, calls: 1}
--?     - {business_unit: Bank, calls: 1}
