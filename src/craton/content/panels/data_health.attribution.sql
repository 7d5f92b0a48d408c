--- title: How owners were found
--- page: data_health
--- order: 100
--- chart: stacked_bar
--- x: day
--- y: calls
--- series: attributed_by
--- unit: calls
--- width: 6
--- few_mutants: it only adds up and sorts
--- reads: [owner_daily]
--- explains: >
---   Calls by the rule that named their owner: the caller's own metadata, the tag of an inference profile, the
---   principal, or the account. The first that fits wins.
SELECT day, attributed_by, sum(calls) AS calls
FROM owner_daily
GROUP BY day, attributed_by
ORDER BY day, attributed_by
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: each day adds up, and days run forward
--?   ordered: true
--?   given:
--?     owner_daily:
--?       - {set: {day: 2026-10-02, attributed_by: principal, calls: 1}}
--?       - {set: {attributed_by: principal, calls: 2}}
--?       - {set: {attributed_by: principal, calls: 3}}
--?       - {set: {attributed_by: profile_tag, calls: 4}}
--?       - {set: {day: 2026-10-02, attributed_by: profile_tag, calls: 9}}
--?   expect:
--?     - {day: 2026-10-01, attributed_by: principal, calls: 5}
--?     - {day: 2026-10-01, attributed_by: profile_tag, calls: 4}
--?     - {day: 2026-10-02, attributed_by: principal, calls: 1}
--?     - {day: 2026-10-02, attributed_by: profile_tag, calls: 9}
