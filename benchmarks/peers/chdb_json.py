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
NUMBER, TEXT = "Nullable(Int64)", "Nullable(String)"
ASKED = f"""JSONExtract(coalesce(input.inputBodyJson, ''), 'Tuple(
    max_tokens {NUMBER}, inferenceConfig Tuple(maxTokens {NUMBER}, max_new_tokens {NUMBER}),
    max_gen_len {NUMBER}, max_tokens_to_sample {NUMBER}, max_completion_tokens {NUMBER}, maxTokens {NUMBER},
    textGenerationConfig Tuple(maxTokenCount {NUMBER}),
    serviceTier Tuple(type {TEXT}), service_tier {TEXT},
    tools Array(Tuple(name {TEXT})), toolConfig Tuple(tools Array(Tuple(toolSpec Tuple(name {TEXT})))),
    messages Array(Tuple(content Array(Tuple(type {TEXT})))))')"""
GUARDED = f"`amazon-bedrock-guardrailAction` {TEXT}"
ANSWERED = f"""JSONExtract(coalesce(output.outputBodyJson, ''), 'Tuple(
    metrics Tuple(latencyMs {NUMBER}), stopReason {TEXT}, stop_reason {TEXT}, finish_reason {TEXT},
    results Array(Tuple(completionReason {TEXT})), outputs Array(Tuple(stop_reason {TEXT})),
    choices Array(Tuple(finish_reason {TEXT})), {GUARDED},
    usage Tuple(cache_creation Tuple(ephemeral_1h_input_tokens {NUMBER})), images Array(String))')"""
LAST = f"""JSONExtract(coalesce(output.outputBodyJson, ''), -1, 'Tuple(
    `amazon-bedrock-invocationMetrics` Tuple(invocationLatency {NUMBER}, firstByteLatency {NUMBER}),
    {GUARDED})')"""
"""One tuple for a body, which reads it once; function by function would read it once for each column."""
FROM_BODIES = f""",
    {ASKED} AS a, {ANSWERED} AS b, {LAST} AS c,
    coalesce(a.max_tokens, a.inferenceConfig.maxTokens, a.inferenceConfig.max_new_tokens, a.max_gen_len,
        a.max_tokens_to_sample, a.max_completion_tokens, a.maxTokens, a.textGenerationConfig.maxTokenCount)
        AS max_tokens,
    coalesce(a.serviceTier.type, a.service_tier) AS service_tier,
    arrayConcat(a.tools.name, a.toolConfig.tools.toolSpec.name) AS tool_names,
    arrayDistinct(arrayFlatten(a.messages.content.type)) AS content_kinds,
    coalesce(b.metrics.latencyMs, c.`amazon-bedrock-invocationMetrics`.invocationLatency) AS latency_ms,
    c.`amazon-bedrock-invocationMetrics`.firstByteLatency AS time_to_first_token_ms,
    coalesce(b.stopReason, b.stop_reason, b.finish_reason, b.results[1].completionReason,
        b.outputs[1].stop_reason, b.choices[1].finish_reason) AS stop_reason,
    coalesce(b.`amazon-bedrock-guardrailAction`, c.`amazon-bedrock-guardrailAction`) AS guardrail_action,
    b.usage.cache_creation.ephemeral_1h_input_tokens AS cache_creation_1h_input_tokens,
    length(b.images) AS output_images,
    JSONExtractRaw(coalesce(output.outputBodyJson, ''), 'trace', 'guardrail') AS guardrail_trace"""
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
    kept = "* EXCEPT (a, b, c)" if bodies else "*"
    selected = f"{SELECTED}{FROM_BODIES}" if bodies else SELECTED
    return (
        f"SELECT {kept} FROM (SELECT {selected} FROM file('{folder}/*.json.gz', JSONEachRow, '{structure}'))"
    )


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
