--- title: Operations called on a day
--- grain: a day, an account, an operation, a service tier and a team
--- key: [day, account_id, operation, service_tier, environment, organizational_unit, business_unit, team]
--- reads: [invocation]
--- explains: >
---   Which API operations were called, and which service tier was asked for. The tier is NULL where the request names none
---   or its body was not logged.
--- columns:
---   calls: logged calls, failed ones included
---   errors: calls that failed, throttled ones included
SELECT
  day,
  account_id,
  operation,
  service_tier,
  environment,
  organizational_unit,
  business_unit,
  team,
  count(*) AS calls,
  count(error_code) AS errors,
  sum(estimated_cost) AS estimated_cost
FROM invocation
GROUP BY day, account_id, operation, service_tier, environment, organizational_unit, business_unit, team
--? - name: no calls give no rows
--?   given: {}
--?   expect: []
--? - name: calls of an operation are added up
--?   given: {invocation: [{repeat: 2, set: {}}, {set: {error_code: ValidationException, estimated_cost: null}}]}
--?   expect: [{operation: Converse, service_tier: null, calls: 3, errors: 1, estimated_cost: 0.0162}]
--? - name: every part of the grain keeps rows apart
--?   given:
--?     invocation:
--?       - {set: {}}
--?       - {set: {event_time: 2026-10-02T12:00:00Z}}
--?       - {set: {account_id: "222222222222"}}
--?       - {set: {operation: InvokeModel}}
--?       - {set: {service_tier: flex}}
--?       - {set: {environment: dev}}
--?       - {set: {organizational_unit: workloads/dev}}
--?       - {set: {business_unit: Bank}}
--?       - {set: {team: fraud}}
--?   expect:
--?     - {day: 2026-10-01, calls: 1}
--?     - {day: 2026-10-02, calls: 1}
--?     - {account_id: "222222222222", calls: 1}
--?     - {operation: InvokeModel, calls: 1}
--?     - {service_tier: flex, calls: 1}
--?     - {environment: dev, calls: 1}
--?     - {organizational_unit: workloads/dev, calls: 1}
--?     - {business_unit: Bank, calls: 1}
--?     - {team: fraud, calls: 1}
