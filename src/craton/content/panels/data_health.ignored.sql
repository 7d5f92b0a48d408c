--- title: Documents that no table keeps
--- page: data_health
--- order: 70
--- chart: table
--- units: {documents: documents}
--- width: 6
--- empty: nothing was ignored
--- few_mutants: it only adds up and sorts
--- reads: [ingested_file]
--- explains: >
---   Why documents were ignored: control messages, permission checks, bodies, digests, events of services that Craton
---   does not watch.
WITH ignored AS (
  SELECT i.kind, r.reason, i.ignored_reasons[r.reason] AS documents
  FROM ingested_file AS i
  CROSS JOIN UNNEST(map_keys(i.ignored_reasons)) AS r(reason)
)
SELECT kind, reason, sum(documents) AS documents
FROM ignored
GROUP BY kind, reason
ORDER BY documents DESC, kind, reason
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: reasons add up over files, the most frequent first
--?   ordered: true
--?   given:
--?     ingested_file:
--?       - {set: {ignored_reasons: {body: 1, digest: 2}}}
--?       - {set: {ignored_reasons: {digest: 3}}}
--?       - {set: {kind: other, ignored_reasons: {digest: 4}}}
--?       - {set: {ignored_reasons: null}}
--?   expect:
--?     - {kind: invocation, reason: digest, documents: 5}
--?     - {kind: other, reason: digest, documents: 4}
--?     - {kind: invocation, reason: body, documents: 1}
