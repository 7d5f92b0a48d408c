--- title: Quarantined documents by reason
--- page: data_health
--- order: 30
--- chart: bar
--- x: reason
--- y: documents
--- unit: documents
--- width: 4
--- empty: nothing is quarantined
--- few_mutants: it only counts and sorts
--- reads: [quarantine]
--- explains: >
---   Documents that could not become rows, by the name of their fault.
SELECT reason, count(*) AS documents
FROM quarantine
GROUP BY reason
ORDER BY documents DESC, reason
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the most frequent fault first
--?   ordered: true
--?   given:
--?     quarantine:
--?       - {set: {reason: not_json}}
--?       - {repeat: 2, set: {reason: too_deep}}
--?   expect:
--?     - {reason: too_deep, documents: 2}
--?     - {reason: not_json, documents: 1}
