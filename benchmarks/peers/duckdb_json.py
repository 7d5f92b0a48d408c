"""DuckDB's own JSON reader on invocation logs: `duckdb_json.py TASK FOLDER OUT`, told as one JSON object.

Tasks: `decode` (the columns that stand in the record), `decode_bodies` (those that Craton takes out of the
bodies too, as far as paths tell them; what a guardrail found stays its trace), `ingest` and `ingest_bodies`
(the same, then deduplicated, sorted, and written as zstd Parquet in folders of a day). Labels stay JSON text
until `ingest`, as in Craton's decoding. Of five ways to deduplicate and three to keep the decoded columns,
these were DuckDB's fastest here. `seconds` leaves out starting the interpreter, importing and connecting;
`counting` is what looking at the result took afterwards.
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
ASKED = """[
    '$.max_tokens', '$.inferenceConfig.maxTokens', '$.inferenceConfig.max_new_tokens', '$.max_gen_len',
    '$.max_tokens_to_sample', '$.max_completion_tokens', '$.maxTokens',
    '$.textGenerationConfig.maxTokenCount', '$.serviceTier.type', '$.service_tier']"""
ANSWERED = """[
    '$.metrics.latencyMs', '$[#-1]."amazon-bedrock-invocationMetrics".invocationLatency',
    '$[#-1]."amazon-bedrock-invocationMetrics".firstByteLatency',
    '$.stopReason', '$.stop_reason', '$.finish_reason', '$.results[0].completionReason',
    '$.outputs[0].stop_reason', '$.choices[0].finish_reason',
    '$."amazon-bedrock-guardrailAction"', '$[#-1]."amazon-bedrock-guardrailAction"',
    '$.usage.cache_creation.ephemeral_1h_input_tokens', '$.images',
    '$.trace.guardrail', '$."amazon-bedrock-trace".guardrail', '$[#-1]."amazon-bedrock-trace".guardrail']"""
"""Asked for in one list, which reads a body once: a fifth less than path by path."""
FROM_BODIES = """,
    coalesce(a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8])::BIGINT AS max_tokens,
    coalesce(a[9], a[10]) AS service_tier, tools || converse_tools AS tool_names,
    list_distinct(kinds) AS content_kinds, coalesce(b[1], b[2])::BIGINT AS latency_ms,
    b[3]::BIGINT AS time_to_first_token_ms, coalesce(b[4], b[5], b[6], b[7], b[8], b[9]) AS stop_reason,
    coalesce(b[10], b[11]) AS guardrail_action, b[12]::BIGINT AS cache_creation_1h_input_tokens,
    json_array_length(b[13]) AS output_images, coalesce(b[14], b[15], b[16]) AS guardrail_trace"""
READ_BODIES = f"""
    json_extract_string(input.inputBodyJson, {ASKED}) AS a,
    json_extract_string(output.outputBodyJson, {ANSWERED}) AS b,
    json_extract_string(input.inputBodyJson, '$.tools[*].name') AS tools,
    json_extract_string(input.inputBodyJson, '$.toolConfig.tools[*].toolSpec.name') AS converse_tools,
    json_extract_string(input.inputBodyJson, '$.messages[*].content[*].type') AS kinds"""
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
    return f"SELECT {SELECTED}{FROM_BODIES} FROM (SELECT *, {READ_BODIES} FROM {read})"


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
