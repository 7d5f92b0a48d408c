--- title: What became of every document
--- page: data_health
--- order: 20
--- chart: table
--- units: {documents_read: documents, rows: rows, duplicates: documents, quarantined: documents, ignored: documents, lost: documents}
--- width: 6
--- reads: [ingested_file]
--- explains: >
---   Documents read are rows, duplicates, quarantined and ignored: nothing vanishes. `lost` is what does not add up,
---   and is always 0.
SELECT
  kind,
  sum(documents_read) AS documents_read,
  sum(rows) AS rows,
  sum(duplicates) AS duplicates,
  sum(quarantined) AS quarantined,
  sum(ignored) AS ignored,
  sum(documents_read - rows - duplicates - quarantined - ignored) AS lost
FROM ingested_file
GROUP BY kind
ORDER BY kind
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: each kind adds up, and what does not add up is shown
--?   ordered: true
--?   given:
--?     ingested_file:
--?       - {set: {kind: metric, documents_read: 1, rows: 1}}
--?       - {set: {documents_read: 120, rows: 50, duplicates: 20, quarantined: 10, ignored: 5}}
--?       - {set: {documents_read: 12, rows: 5, duplicates: 3, quarantined: 2, ignored: 1}}
--?   expect:
--?     - {kind: invocation, documents_read: 132, rows: 55, duplicates: 23, quarantined: 12, ignored: 6, lost: 36}
--?     - {kind: metric, documents_read: 1, rows: 1, lost: 0}
