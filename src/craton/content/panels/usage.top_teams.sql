--- title: Teams that call most
--- page: usage
--- order: 90
--- chart: bar
--- x: team
--- y: calls
--- unit: calls
--- width: 6
--- few_mutants: it only adds up, sorts and cuts off
--- reads: [usage_daily]
--- explains: >
---   Calls in the invocation logs by the team they are attributed to.
SELECT coalesce(team, 'no team') AS team, sum(calls) AS calls
FROM usage_daily
GROUP BY team
ORDER BY calls DESC, team
LIMIT 10
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the ten largest, the largest first
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {repeat: 10, set: {team: "t{n}", calls: "{n}"}}
--?       - {set: {team: null, calls: 900}}
--?       - {set: {team: t2, calls: 20}}
--?   expect:
--?     - {team: no team, calls: 900}
--?     - {team: t2, calls: 22}
--?     - {team: t10, calls: 10}
--?     - {team: t9, calls: 9}
--?     - {team: t8, calls: 8}
--?     - {team: t7, calls: 7}
--?     - {team: t6, calls: 6}
--?     - {team: t5, calls: 5}
--?     - {team: t4, calls: 4}
--?     - {team: t3, calls: 3}
