--- title: Data up to
--- page: data_health
--- order: 10
--- chart: table
--- units: {files: files, rows: rows}
--- width: 6
--- reads: [ingested_file]
--- explains: >
---   By kind of record: the latest one that the lake knows, and when Craton last read files. A source that stopped is
---   seen here.
SELECT
  kind,
  max(last_event_time) AS data_up_to,
  min(first_event_time) AS data_from,
  count(*) AS files,
  sum(rows) AS rows,
  max(ingested_at) AS last_ingested
FROM ingested_file
WHERE kind <> 'other'
GROUP BY kind
ORDER BY kind
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: each kind tells its span
--?   ordered: true
--?   given:
--?     ingested_file:
--?       - {set: {kind: metric, rows: 1}}
--?       - {set: {file: a, rows: 2, first_event_time: 2026-10-01T08:00:00Z, last_event_time: 2026-10-01T10:00:00Z, ingested_at: 2026-10-01T12:00:00Z}}
--?       - {set: {file: b, rows: 3, first_event_time: 2026-10-01T07:00:00Z, last_event_time: 2026-10-01T11:00:00Z, ingested_at: 2026-10-01T13:00:00Z}}
--?       - {set: {file: c, rows: 0, first_event_time: null, last_event_time: null, ingested_at: 2026-10-01T11:00:00Z}}
--?       - {set: {kind: other}}
--?   expect:
--?     - {kind: invocation, files: 3, rows: 5, data_from: 2026-10-01T07:00:00Z, data_up_to: 2026-10-01T11:00:00Z, last_ingested: 2026-10-01T13:00:00Z}
--?     - {kind: metric, files: 1, rows: 1}
