"""chDB's JSONEachRow reader on invocation logs: `chdb_json.py TASK FOLDER OUT`, told as one JSON object.

The tasks, `seconds` and `counting` are those of `duckdb_json.py`.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

RECORD = (
    "timestamp DateTime64(6, 'UTC'), accountId String, requestId String, region Nullable(String), "
    "inferenceRegion Nullable(String), operation Nullable(String), modelId Nullable(String), "
    "identity Tuple(arn Nullable(String)), errorCode Nullable(String)"
)
INPUT = (
    "inputTokenCount Nullable(Int64), cacheReadInputTokenCount Nullable(Int64), "
    "cacheWriteInputTokenCount Nullable(Int64), inputBodyS3Path Nullable(String)"
)
OUTPUT = "outputTokenCount Nullable(Int64), outputBodyS3Path Nullable(String)"
SELECTED = """
    timestamp AS event_time, accountId AS account_id, requestId AS request_id, region,
    inferenceRegion AS inference_region, operation, modelId AS model_id, identity.arn AS principal_arn,
    requestMetadata AS request_metadata, errorCode AS error_code, input.inputTokenCount AS input_tokens,
    input.cacheReadInputTokenCount AS cache_read_input_tokens,
    input.cacheWriteInputTokenCount AS cache_creation_input_tokens, input.inputBodyS3Path AS input_body_path,
    output.outputTokenCount AS output_tokens, output.outputBodyS3Path AS output_body_path"""
ASKED, ANSWERED = "input.inputBodyJson", "output.outputBodyJson"
COUNT, TEXT = "'Nullable(Int64)'", "'Nullable(String)'"
METRICS, ACTION = "'amazon-bedrock-invocationMetrics'", "'amazon-bedrock-guardrailAction'"
FROM_BODIES = f""",
    coalesce(JSONExtract({ASKED}, 'max_tokens', {COUNT}),
             JSONExtract({ASKED}, 'inferenceConfig', 'maxTokens', {COUNT}),
             JSONExtract({ASKED}, 'max_gen_len', {COUNT})) AS max_tokens,
    coalesce(JSONExtract({ANSWERED}, 'metrics', 'latencyMs', {COUNT}),
             JSONExtract({ANSWERED}, -1, {METRICS}, 'invocationLatency', {COUNT})) AS latency_ms,
    JSONExtract({ANSWERED}, -1, {METRICS}, 'firstByteLatency', {COUNT}) AS time_to_first_token_ms,
    coalesce(JSONExtract({ANSWERED}, 'stopReason', {TEXT}),
             JSONExtract({ANSWERED}, 'stop_reason', {TEXT})) AS stop_reason,
    coalesce(JSONExtract({ANSWERED}, {ACTION}, {TEXT}),
             JSONExtract({ANSWERED}, -1, {ACTION}, {TEXT})) AS guardrail_action"""
SETTINGS = f"""
    input_format_skip_unknown_fields = 1, input_format_null_as_default = 1,
    date_time_input_format = 'best_effort',
    input_format_json_defaults_for_missing_elements_in_named_tuple = 1,
    input_format_json_ignore_unknown_keys_in_named_tuple = 1,
    input_format_json_read_objects_as_strings = 1, input_format_json_read_arrays_as_strings = 1,
    output_format_parquet_compression_method = 'zstd', query_plan_execute_functions_after_sorting = 0,
    max_threads = {os.cpu_count()}, max_insert_threads = {os.cpu_count()}"""
"""Without `execute_functions_after_sorting = 0` whole bodies are sorted: twice the time and memory."""
KEY = "account_id, region, request_id"


def query(folder: str, *, bodies: bool, labels: str) -> str:
    """The SELECT that decodes the files to typed columns."""
    asked = f"{INPUT}, inputBodyJson Nullable(String)" if bodies else INPUT
    answered = f"{OUTPUT}, outputBodyJson Nullable(String)" if bodies else OUTPUT
    structure = f"{RECORD}, requestMetadata {labels}, input Tuple({asked}), output Tuple({answered})".replace(
        "'", "\\'"
    )
    selected = f"{SELECTED}{FROM_BODIES}" if bodies else SELECTED
    return f"SELECT {selected} FROM file('{folder}/*.json.gz', JSONEachRow, '{structure}')"


def main() -> None:
    """Afterwards the task is done and told on stdout."""
    task, folder, out = sys.argv[1:]
    session: Any = importlib.import_module("chdb.session").Session()
    labels = "Nullable(String)" if task.startswith("decode") else "Map(String, String)"
    decoded = query(folder, bodies=task.endswith("_bodies"), labels=labels)
    Path(out).mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    if task.startswith("decode"):
        session.query(f"CREATE TABLE invocation ENGINE = Memory AS {decoded} SETTINGS {SETTINGS}")
    else:
        session.query(f"""
            INSERT INTO FUNCTION file('{out}/day={{_partition_id}}/part.parquet', Parquet)
            PARTITION BY toDate(event_time)
            SELECT * FROM ({decoded} ORDER BY account_id, event_time LIMIT 1 BY {KEY})
            SETTINGS {SETTINGS}""")
    finished = time.perf_counter()
    relation = "invocation" if task.startswith("decode") else f"file('{out}/*/*.parquet', Parquet)"
    total = session.query(
        "SELECT count() AS rows, uniqExact(request_id) AS distinct, "
        "toInt64(sum(input_tokens)) AS input_tokens, "
        f"toInt64(sum(output_tokens)) AS output_tokens FROM {relation} "
        "FORMAT JSONEachRow SETTINGS output_format_json_quote_64bit_integers = 0"
    )
    counting = time.perf_counter() - finished
    timed = {"seconds": finished - started, "counting": counting, "version": version("chdb")}
    print(json.dumps({**timed, **json.loads(str(total))}))


if __name__ == "__main__":
    main()
