"""DuckDB's own JSON reader on invocation logs: `duckdb_json.py TASK FOLDER OUT`, told as one JSON object.

Tasks: `decode` (the columns that stand in the record), `decode_bodies` (those that stand in the bodies too),
`ingest` and `ingest_bodies` (the same, then deduplicated, sorted, and written as zstd Parquet in folders of a
day). Labels stay JSON text until `ingest`, as in Craton's decoding. Of five ways to deduplicate and three to
keep the decoded columns, these were DuckDB's fastest here. `seconds` leaves out starting the
interpreter, importing and connecting; `counting` is what looking at the result took afterwards.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import duckdb

RECORD = {
    "timestamp": "TIMESTAMP",
    "accountId": "VARCHAR",
    "requestId": "VARCHAR",
    "region": "VARCHAR",
    "inferenceRegion": "VARCHAR",
    "operation": "VARCHAR",
    "modelId": "VARCHAR",
    "identity": "STRUCT(arn VARCHAR)",
    "errorCode": "VARCHAR",
}
INPUT = (
    "inputTokenCount BIGINT, cacheReadInputTokenCount BIGINT, cacheWriteInputTokenCount BIGINT, "
    "inputBodyS3Path VARCHAR"
)
OUTPUT = "outputTokenCount BIGINT, outputBodyS3Path VARCHAR"
SELECTED = """
    timestamp AS event_time, accountId AS account_id, requestId AS request_id, region,
    inferenceRegion AS inference_region, operation, modelId AS model_id, identity.arn AS principal_arn,
    requestMetadata AS request_metadata, errorCode AS error_code, input.inputTokenCount AS input_tokens,
    input.cacheReadInputTokenCount AS cache_read_input_tokens,
    input.cacheWriteInputTokenCount AS cache_creation_input_tokens, input.inputBodyS3Path AS input_body_path,
    output.outputTokenCount AS output_tokens, output.outputBodyS3Path AS output_body_path"""
FROM_BODIES = """,
    coalesce(asked->>'$.max_tokens', asked->>'$.inferenceConfig.maxTokens', asked->>'$.max_gen_len')::BIGINT
        AS max_tokens,
    coalesce(answered->>'$.metrics.latencyMs',
             answered->>'$[#-1]."amazon-bedrock-invocationMetrics".invocationLatency')::BIGINT AS latency_ms,
    (answered->>'$[#-1]."amazon-bedrock-invocationMetrics".firstByteLatency')::BIGINT
        AS time_to_first_token_ms,
    coalesce(answered->>'$.stopReason', answered->>'$.stop_reason') AS stop_reason,
    coalesce(answered->>'$."amazon-bedrock-guardrailAction"',
             answered->>'$[#-1]."amazon-bedrock-guardrailAction"') AS guardrail_action"""
KEY = "account_id, region, request_id"


def query(files: list[str], *, bodies: bool, labels: str) -> str:
    """The SELECT that decodes the files to typed columns."""
    columns = RECORD | {
        "requestMetadata": labels,
        "input": f"STRUCT({INPUT}{', inputBodyJson JSON' if bodies else ''})",
        "output": f"STRUCT({OUTPUT}{', outputBodyJson JSON' if bodies else ''})",
    }
    typed = ", ".join(f"{name}: '{type_}'" for name, type_ in columns.items())
    read = (
        f"read_json({files!r}, columns = {{{typed}}}, format = 'newline_delimited', "
        "maximum_object_size = 67108864)"
    )
    if not bodies:
        return f"SELECT {SELECTED} FROM {read}"
    named = f"SELECT *, input.inputBodyJson AS asked, output.outputBodyJson AS answered FROM {read}"
    return f"SELECT {SELECTED}{FROM_BODIES} FROM ({named})"


def main() -> None:
    """Afterwards the task is done and told on stdout."""
    task, folder, out = sys.argv[1:]
    files = sorted(str(file) for file in Path(folder).glob("*.json.gz"))
    labels = "JSON" if task.startswith("decode") else "MAP(VARCHAR, VARCHAR)"
    decoded = query(files, bodies=task.endswith("_bodies"), labels=labels)
    connection = duckdb.connect()
    connection.execute(f"SET threads = {os.cpu_count()}")
    started = time.perf_counter()
    if task.startswith("decode"):
        connection.execute(f"CREATE TABLE invocation AS {decoded}")
    else:
        connection.execute(f"""
            COPY (
                SELECT *, event_time::DATE AS day FROM ({decoded})
                QUALIFY row_number() OVER (PARTITION BY {KEY}) = 1
                ORDER BY day, account_id, event_time
            ) TO '{out}' (FORMAT parquet, PARTITION_BY (day), COMPRESSION zstd)""")
    finished = time.perf_counter()
    relation = "invocation" if task.startswith("decode") else f"read_parquet('{out}/**/*.parquet')"
    total = connection.execute(
        f"SELECT count(*), count(DISTINCT request_id), sum(input_tokens), sum(output_tokens) FROM {relation}"
    ).fetchone()
    if total is None:
        raise SystemExit("duckdb counted nothing")
    names = ("rows", "distinct", "input_tokens", "output_tokens")
    told = dict(zip(names, map(int, total), strict=True))
    counting = time.perf_counter() - finished
    timed = {"seconds": finished - started, "counting": counting, "version": duckdb.__version__}
    print(json.dumps({**timed, **told}))


if __name__ == "__main__":
    main()
