--- title: How much is known of the calls of a day
--- grain: a day, an account, a model, a team, a state of the price, and the ways the record came
--- key: [day, account_id, model_base, unpriced_model_id, price_status, transports, failed, environment, organizational_unit, business_unit, team]
--- reads: [invocation]
--- explains: >
---   Calls by how sure their price is, and by the transports that brought their record. Failed calls stand apart: most have no counts, and so no price.
--- columns:
---   unpriced_model_id: the model as the caller named it, where the call has no price; otherwise NULL
---   failed: whether the call ended in an error
---   transports: every way the record came, joined by `+`
---   calls: logged calls
WITH call AS (
  SELECT
    day,
    account_id,
    model_base,
    CASE WHEN price_status = 'unpriced' THEN model_id END AS unpriced_model_id,
    price_status,
    array_to_string(transports, '+') AS transports,
    error_code IS NOT NULL AS failed,
    environment,
    organizational_unit,
    business_unit,
    team,
    input_tokens,
    output_tokens,
    estimated_cost
  FROM invocation
)
SELECT
  day,
  account_id,
  model_base,
  unpriced_model_id,
  price_status,
  transports,
  failed,
  environment,
  organizational_unit,
  business_unit,
  team,
  count(*) AS calls,
  CAST(sum(input_tokens) AS BIGINT) AS input_tokens,
  CAST(sum(output_tokens) AS BIGINT) AS output_tokens,
  sum(estimated_cost) AS estimated_cost
FROM call
GROUP BY
  day, account_id, model_base, unpriced_model_id, price_status, transports, failed, environment,
  organizational_unit, business_unit, team
--? - name: no calls give no rows
--?   given: {}
--?   expect: []
--? - name: only a call without a price tells the model as it was named
--?   given:
--?     invocation:
--?       - {repeat: 2, set: {price_status: unpriced, estimated_cost: null, model_id: "arn:aws:bedrock:us-east-1:111111111111:imported-model/x", model_base: null}}
--?       - {set: {price_status: unpriced, estimated_cost: null, model_id: other, model_base: null}}
--?       - {repeat: 2, set: {price_status: priced}}
--?   expect:
--?     - {price_status: unpriced, unpriced_model_id: "arn:aws:bedrock:us-east-1:111111111111:imported-model/x", calls: 2, input_tokens: 2400, output_tokens: 600, estimated_cost: null}
--?     - {unpriced_model_id: other, calls: 1}
--?     - {price_status: priced, unpriced_model_id: null, calls: 2, estimated_cost: 0.0162}
--? - name: failed calls and further transports stand apart
--?   given:
--?     invocation:
--?       - {set: {error_code: ValidationException}}
--?       - {repeat: 2, set: {transports: [cloudwatch_logs, s3]}}
--?   expect:
--?     - {failed: true, transports: s3, calls: 1}
--?     - {failed: false, transports: cloudwatch_logs+s3, calls: 2}
--? - name: every part of the grain keeps rows apart
--?   given:
--?     invocation:
--?       - {set: {}}
--?       - {set: {event_time: 2026-10-02T12:00:00Z}}
--?       - {set: {account_id: "222222222222"}}
--?       - {set: {model_base: amazon.nova-lite-v1:0}}
--?       - {set: {price_status: overridden}}
--?       - {set: {transports: [cloudwatch_logs]}}
--?       - {set: {error_code: ValidationException}}
--?       - {set: {environment: dev}}
--?       - {set: {organizational_unit: workloads/dev}}
--?       - {set: {business_unit: Bank}}
--?       - {set: {team: fraud}}
--?   expect:
--?     - {day: 2026-10-01, calls: 1}
--?     - {day: 2026-10-02, calls: 1}
--?     - {account_id: "222222222222", calls: 1}
--?     - {model_base: amazon.nova-lite-v1:0, calls: 1}
--?     - {price_status: overridden, calls: 1}
--?     - {transports: cloudwatch_logs, calls: 1}
--?     - {failed: true, calls: 1}
--?     - {environment: dev, calls: 1}
--?     - {organizational_unit: workloads/dev, calls: 1}
--?     - {business_unit: Bank, calls: 1}
--?     - {team: fraud, calls: 1}
