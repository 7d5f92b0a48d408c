--- title: Collections of a day
--- grain: a day, a collection, an account and a Region
--- key: [day, collection, account_id, region, environment, organizational_unit]
--- reads: [observed]
--- explains: >
---   What reads of AWS's API came to. The newest collection is the greatest `collection`. An account that was skipped has
---   one row without a Region.
--- columns:
---   collection: the run that asked; later ones have greater names
---   reads: what was asked, an account that was skipped included
---   answered: reads that were answered
---   absent: reads of what is not there
---   denied: reads that the caller may not make
---   unsupported: reads of a service or an operation that does not exist in that Region
---   failed: reads that failed otherwise
---   skipped: one for an account that is suspended or closed
---   first_observed_at: when the first read was answered
---   last_observed_at: when the last one was
--- example: {observed: [{}]}
SELECT
  day,
  collection,
  account_id,
  region,
  environment,
  organizational_unit,
  count(*) AS reads,
  count(*) FILTER (WHERE status = 'answered') AS answered,
  count(*) FILTER (WHERE status = 'absent') AS absent,
  count(*) FILTER (WHERE status = 'denied') AS denied,
  count(*) FILTER (WHERE status = 'unsupported') AS unsupported,
  count(*) FILTER (WHERE status = 'failed') AS failed,
  count(*) FILTER (WHERE status = 'skipped') AS skipped,
  min(observed_at) AS first_observed_at,
  max(observed_at) AS last_observed_at
FROM observed
GROUP BY day, collection, account_id, region, environment, organizational_unit
--? - name: no reads give no rows
--?   given: {}
--?   expect: []
--? - name: reads are counted by what they came to
--?   given:
--?     observed:
--?       - {set: {observed_at: 2026-10-01T12:00:01Z}}
--?       - {repeat: 2, set: {status: absent, observed_at: 2026-10-01T12:00:03Z}}
--?       - {repeat: 3, set: {status: denied}}
--?       - {repeat: 4, set: {status: unsupported}}
--?       - {repeat: 5, set: {status: failed, observed_at: 2026-10-01T12:00:09Z}}
--?       - {set: {status: skipped}}
--?   expect:
--?     - {reads: 16, answered: 1, absent: 2, denied: 3, unsupported: 4, failed: 5, skipped: 1, first_observed_at: 2026-10-01T12:00:01Z, last_observed_at: 2026-10-01T12:00:09Z}
--? - name: every part of the grain keeps rows apart
--?   given:
--?     observed:
--?       - {}
--?       - {set: {collected_at: 2026-10-02T12:00:00Z}}
--?       - {set: {collection: 20261001T130000Z-00000000}}
--?       - {set: {account_id: "222222222222"}}
--?       - {set: {region: null}}
--?       - {set: {environment: dev}}
--?       - {set: {organizational_unit: workloads/dev}}
--?   expect:
--?     - {day: 2026-10-01, reads: 1}
--?     - {day: 2026-10-02, reads: 1}
--?     - {collection: 20261001T130000Z-00000000, reads: 1}
--?     - {account_id: "222222222222", reads: 1}
--?     - {region: null, reads: 1}
--?     - {environment: dev, reads: 1}
--?     - {organizational_unit: workloads/dev, reads: 1}
