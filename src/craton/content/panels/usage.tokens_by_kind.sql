--- title: Tokens by kind
--- page: usage
--- order: 20
--- chart: area
--- x: day
--- y: tokens
--- series: kind
--- unit: tokens
--- width: 8
--- reads: [usage_daily]
--- explains: >
---   Input tokens leave out those read from or written to the prompt cache, which are shown beside them. A kind whose
---   count no call told is not drawn.
WITH counted AS (
  SELECT day, '1 input' AS kind, input_tokens AS tokens FROM usage_daily
  UNION ALL
  SELECT day, '2 cache read' AS kind, cache_read_input_tokens AS tokens FROM usage_daily
  UNION ALL
  SELECT day, '3 cache write' AS kind, cache_creation_input_tokens AS tokens FROM usage_daily
  UNION ALL
  SELECT day, '4 output' AS kind, output_tokens AS tokens FROM usage_daily
)
SELECT day, kind, sum(tokens) AS tokens
FROM counted
WHERE tokens IS NOT NULL
GROUP BY day, kind
ORDER BY day, kind
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: each kind adds up by day, and days run forward
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {day: 2026-10-02, input_tokens: 5, cache_read_input_tokens: null, cache_creation_input_tokens: null, output_tokens: null}}
--?       - {repeat: 2, set: {input_tokens: 1, cache_read_input_tokens: 2, cache_creation_input_tokens: 3, output_tokens: 4}}
--?   expect:
--?     - {day: 2026-10-01, kind: 1 input, tokens: 2}
--?     - {day: 2026-10-01, kind: 2 cache read, tokens: 4}
--?     - {day: 2026-10-01, kind: 3 cache write, tokens: 6}
--?     - {day: 2026-10-01, kind: 4 output, tokens: 8}
--?     - {day: 2026-10-02, kind: 1 input, tokens: 5}
--? - name: a kind that nothing counted is not drawn as none
--?   given: {usage_daily: [{set: {input_tokens: null, cache_read_input_tokens: null, cache_creation_input_tokens: null, output_tokens: null}}]}
--?   expect: []
