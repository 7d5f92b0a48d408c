--- title: What AWS did not answer
--- page: data_health
--- order: 160
--- chart: table
--- units: {reads: reads, denied: reads, failed: reads}
--- width: 12
--- empty: no collection was denied anything
--- reads: [collection_daily]
--- explains: >
---   Accounts and Regions of which a collection was denied something, could not read something, or that it skipped
---   because the account is suspended or closed. What is not known of them is told by nothing else.
SELECT collection, account_id, region, environment, reads, denied, failed, skipped > 0 AS skipped
FROM collection_daily
WHERE denied > 0 OR failed > 0 OR skipped > 0
ORDER BY collection DESC, account_id, region, environment
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: places of which something is missing, the newest collection first
--?   ordered: true
--?   given:
--?     collection_daily:
--?       - {set: {reads: 9, answered: 9}}
--?       - {set: {account_id: "222222222222", reads: 9, denied: 1}}
--?       - {set: {account_id: "222222222222", region: us-west-2, reads: 9, failed: 1}}
--?       - {set: {account_id: "333333333333", region: null, reads: 1, skipped: 1}}
--?       - {set: {account_id: "333333333333", region: null, environment: dev, reads: 1, skipped: 1}}
--?       - {set: {collection: 20261002T120000Z-00000000, reads: 8, denied: 4, failed: 1}}
--?   expect:
--?     - {collection: 20261002T120000Z-00000000, account_id: "111111111111", reads: 8, denied: 4, failed: 1, skipped: false}
--?     - {account_id: "222222222222", region: us-east-1, reads: 9, denied: 1, failed: 0, skipped: false}
--?     - {account_id: "222222222222", region: us-west-2, denied: 0, failed: 1}
--?     - {account_id: "333333333333", region: null, environment: dev, reads: 1, denied: 0, failed: 0, skipped: true}
--?     - {account_id: "333333333333", region: null, environment: prod, skipped: true}
