--- title: Where quarantined documents stand
--- page: data_health
--- order: 40
--- chart: table
--- units: {documents: documents}
--- width: 8
--- empty: nothing is quarantined
--- reads: [quarantine]
--- explains: >
---   Files by faults, with the first place of each: the byte is counted in the unpacked stream. The text of a
---   document is never kept.
WITH placed AS (
  SELECT
    file,
    reason,
    kind,
    line,
    byte,
    detail,
    count(*) OVER (PARTITION BY file, reason) AS documents,
    row_number() OVER (PARTITION BY file, reason ORDER BY byte) AS place
  FROM quarantine
)
SELECT file, reason, kind, documents, line AS first_line, byte AS first_byte, detail
FROM placed
WHERE place = 1
ORDER BY documents DESC, file, reason
LIMIT 100
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: each fault of a file with its first place, the most frequent first
--?   ordered: true
--?   given:
--?     quarantine:
--?       - {set: {file: b, detail: one}}
--?       - {set: {file: a, reason: too_deep, line: 9, byte: 900}}
--?       - {set: {file: a, line: 7, byte: 700, kind: invocation, detail: late}}
--?       - {set: {file: a, line: 5, byte: 500, kind: invocation, detail: early}}
--?   expect:
--?     - {file: a, reason: not_json, kind: invocation, documents: 2, first_line: 5, first_byte: 500, detail: early}
--?     - {file: a, reason: too_deep, documents: 1, first_line: 9, first_byte: 900}
--?     - {file: b, reason: not_json, documents: 1, detail: one}
--? - name: of many, a hundred
--?   given: {quarantine: [{repeat: 101, set: {file: "f{n}"}}]}
--?   expect:
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
