--- title: Environments
--- page: accounts
--- order: 30
--- chart: table
--- units: {accounts: accounts, teams: teams, calls: calls, errors: calls, estimated_cost: USD}
--- width: 6
--- reads: [usage_daily]
--- explains: >
---   Environments of the manifest, by cost. Accounts outside every environment are in the row without a name.
SELECT
  environment,
  count(DISTINCT account_id) AS accounts,
  count(DISTINCT team) AS teams,
  sum(calls) AS calls,
  sum(errors) AS errors,
  sum(estimated_cost) AS estimated_cost
FROM usage_daily
GROUP BY environment
ORDER BY estimated_cost DESC NULLS LAST, environment
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: environments add up, the dearest first
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {environment: null, estimated_cost: null}}
--?       - {set: {environment: dev, estimated_cost: 2}}
--?       - {set: {calls: 3, errors: 1, estimated_cost: 2}}
--?       - {set: {calls: 4, errors: 2, estimated_cost: 1, account_id: "222222222222", team: other}}
--?       - {set: {calls: 4, errors: 2, estimated_cost: 1, account_id: "222222222222", team: other}}
--?   expect:
--?     - {environment: prod, accounts: 2, teams: 2, calls: 11, errors: 5, estimated_cost: 4}
--?     - {environment: dev, accounts: 1, estimated_cost: 2}
--?     - {environment: null, accounts: 1, estimated_cost: null}
