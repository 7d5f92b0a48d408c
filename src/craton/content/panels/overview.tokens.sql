--- title: Tokens
--- page: overview
--- order: 30
--- chart: stat
--- y: tokens
--- unit: tokens
--- width: 3
--- compare: true
--- reads: [usage_daily]
--- explains: >
---   Input, output, and tokens read from and written to the prompt cache. A call whose record tells no count adds
---   nothing.
SELECT sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0) + coalesce(cache_read_input_tokens, 0) + coalesce(cache_creation_input_tokens, 0)) AS tokens
FROM usage_daily
HAVING count(*) > 0
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: rows are added up
--?   given:
--?     usage_daily:
--?       - {set: {input_tokens: 1, output_tokens: 20, cache_read_input_tokens: 300, cache_creation_input_tokens: 4000}}
--?       - {set: {input_tokens: null, output_tokens: 1, cache_read_input_tokens: 1, cache_creation_input_tokens: 1}}
--?       - {set: {input_tokens: 1, output_tokens: null, cache_read_input_tokens: 1, cache_creation_input_tokens: 1}}
--?       - {set: {input_tokens: 1, output_tokens: 1, cache_read_input_tokens: null, cache_creation_input_tokens: 1}}
--?       - {set: {input_tokens: 1, output_tokens: 1, cache_read_input_tokens: 1, cache_creation_input_tokens: null}}
--?   expect: [{tokens: 4333}]
--? - name: one row is enough
--?   given: {usage_daily: [{set: {}}]}
--?   expect: [{}]
