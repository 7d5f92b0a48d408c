/* One plain invocation record to the values of its row.
 *
 * The structs and tables mirror the types of `invocation.py`, field by field, and the functions after them
 * what `invocation_facts.py` makes of those. What is rare there is not read here.
 */
#ifndef CRATON_INVOCATION_H
#define CRATON_INVOCATION_H

#include "json.h"

#define MOST_NAMES 32
#define MOST_KINDS 8
#define LONGEST_WORD 40
/* Metrics, stop reason and traces stand in the last events of a stream. */
#define EVENTS_AT_THE_END 6
/* Those of `timestamp.py`. */
#define FIRST_YEAR 2006
#define LAST_YEAR 2099

/* -- what is read of a line */

typedef struct {
    There there;
    Count latencyMs, invocationLatency, firstByteLatency;
} Latency;

typedef struct {
    There there;
    Count ephemeral_1h_input_tokens;
} CacheCreation;

typedef struct {
    There there;
    Text ttl;
    Count inputTokens;
} CacheDetail;

typedef struct {
    There there;
    /* The tokens of those details that are told for an hour. */
    Count cacheDetails;
    CacheCreation cache_creation;
} Usage;

typedef struct {
    There there;
    Text completionReason, stop_reason, finish_reason;
} Finish;

typedef struct {
    There there;
    Latency metrics;
    Usage usage;
    Text stopReason, stop_reason, finish_reason;
    /* Of a list of candidates, the first reason that is told. */
    Text results, outputs, choices, generations;
    /* How many there are. */
    Count images, artifacts;
    Text action, invoke_trace, trace;
} Answer;

typedef struct {
    There there;
    Latency latency;
    Answer metadata, message;
    Finish delta;
    Usage usage;
    Text choices;
    Text action, invoke_trace, trace;
} Event;

typedef struct {
    There there;
    Text name;
} ToolName;

typedef struct {
    There there;
    Text name;
    ToolName toolSpec, function;
} Tool;

/* The names of tools, each once, in the order of the list. */
typedef struct {
    There there;
    unsigned count;
    Text names[MOST_NAMES];
} Tools;

typedef struct {
    There there;
    Tools tools;
} ToolConfig;

typedef struct {
    There there;
    Text type, image, document, video, audio, toolUse, toolResult, guardContent, reasoningContent;
} Block;

/* Kinds of content, each once, sorted. */
typedef struct {
    unsigned count;
    Text kinds[MOST_KINDS];
} Kinds;

typedef struct {
    There there;
    Count maxTokens, max_new_tokens, maxTokenCount;
} Limits;

typedef struct {
    There there;
    Text type;
} ServiceTier;

typedef struct {
    There there;
    Text guardrailIdentifier, guardrailVersion;
} GuardrailConfig;

typedef struct {
    There there;
    Limits inferenceConfig, textGenerationConfig;
    Count max_tokens, max_tokens_to_sample, max_completion_tokens, max_gen_len, maxTokens;
    ServiceTier serviceTier;
    Text service_tier;
    Text prompt, inputText, texts, images, inputImage;
    Kinds messages;
    Tools tools;
    ToolConfig toolConfig;
    GuardrailConfig guardrailConfig;
} Request;

typedef struct {
    There there;
    Text arn;
} Identity;

/* What a body is. A text is looked at no further. */
typedef struct {
    There there;
    Request request;
} Asked;

typedef struct {
    There there;
    Count inputTokenCount, cacheReadInputTokenCount, cacheWriteInputTokenCount;
    Text inputBodyS3Path;
    Asked inputBodyJson;
} Input;

/* What a response tells, be it an object or a stream of events. */
typedef struct {
    There there;
    Count one_hour, images, latency, first_byte;
    Text stop, trace, action;
} Answered;

typedef struct {
    There there;
    Count outputTokenCount;
    Text outputBodyS3Path;
    Answered outputBodyJson;
} Output;

typedef struct {
    int year, month, day, hour, minute, second, microsecond;
} Time;

typedef struct {
    There there;
    Time timestamp;
    Text accountId, requestId, region, operation, modelId, requestMetadata, errorCode, inferenceRegion;
    Identity identity;
    Input input;
    Output output;
} Record;

/* -- the request */

static Sure add_kind(Kinds *kinds, Text kind) {
    unsigned at = 0;
    for (; at < kinds->count; at++) {
        Text known = kinds->kinds[at];
        size_t least = (size_t)(known.size < kind.size ? known.size : kind.size);
        int order = memcmp(kind.at, known.at, least);
        if (order == 0 && known.size == kind.size) {
            return true;
        }
        if (order < 0 || (order == 0 && kind.size < known.size)) {
            break;
        }
    }
    if (kinds->count == MOST_KINDS) {
        return false;
    }
    memmove(&kinds->kinds[at + 1], &kinds->kinds[at], (kinds->count - at) * sizeof(Text));
    kinds->kinds[at] = kind;
    kinds->count++;
    return true;
}

/* What may be a word of an API, and no prose: of all else Python decides. */
static Sure is_word(Text text) {
    if (text.size < 1 || text.size > LONGEST_WORD || !is_letter(text.at[0])) {
        return false;
    }
    for (ptrdiff_t at = 1; at < text.size; at++) {
        uint8_t byte = text.at[at];
        if (!is_letter(byte) && !is_digit(byte) && byte != '_' && byte != '.' && byte != '-') {
            return false;
        }
    }
    return true;
}

static Sure add_kind_named(Kinds *kinds, const char *kind) {
    return add_kind(kinds, (Text){(Place)kind, (ptrdiff_t)strlen(kind)});
}

static const Field BLOCK_FIELDS[] = {
    PLAIN(Block, type, TEXT),
    PLAIN(Block, image, RAW),
    PLAIN(Block, document, RAW),
    PLAIN(Block, video, RAW),
    PLAIN(Block, audio, RAW),
    PLAIN(Block, toolUse, RAW),
    PLAIN(Block, toolResult, RAW),
    PLAIN(Block, guardContent, RAW),
    PLAIN(Block, reasoningContent, RAW),
};
static Shape BLOCK = SHAPE("Block", BLOCK_FIELDS, false);

static const char *kind_of(const Block *block) {
    return block->image.at              ? "image"
           : block->document.at         ? "document"
           : block->video.at            ? "video"
           : block->audio.at            ? "audio"
           : block->toolUse.at          ? "tool_use"
           : block->toolResult.at       ? "tool_result"
           : block->guardContent.at     ? "guard_content"
           : block->reasoningContent.at ? "reasoning"
                                        : "text";
}

static Sure read_block(Cursor *cursor, void *kinds, int depth) {
    if (*cursor->at == '"') {
        return past_text(cursor, true) && add_kind_named(kinds, "text");
    }
    Block block = {0};
    if (!read_object(cursor, &BLOCK, &block, depth)) {
        return false;
    }
    if (block.type.at == NULL) {
        return add_kind_named(kinds, kind_of(&block));
    }
    return is_word(block.type) && add_kind(kinds, block.type);
}

/* A message's content: a text or blocks. Kinds are gathered over all messages. */
typedef struct {
    There there;
    Kinds *kinds;
} Message;

static Sure read_content(Cursor *cursor, void *into, int depth) {
    Kinds *kinds = *(Kinds **)into;
    if (*cursor->at == '"') {
        return past_text(cursor, true) && add_kind_named(kinds, "text");
    }
    return read_list(cursor, read_block, kinds, depth);
}

static const Field MESSAGE_FIELDS[] = {FIELD_AS(Message, kinds, "content", OTHER, NULL, read_content)};
static Shape MESSAGE = SHAPE("Message", MESSAGE_FIELDS, false);

static Sure read_message(Cursor *cursor, void *kinds, int depth) {
    if (*cursor->at == '"') {
        return past_text(cursor, true) && add_kind_named(kinds, "text");
    }
    Message message = {false, kinds};
    return read_object(cursor, &MESSAGE, &message, depth);
}

static Sure read_messages(Cursor *cursor, void *kinds, int depth) {
    return read_list(cursor, read_message, kinds, depth);
}

static const Field TOOL_NAME_FIELDS[] = {PLAIN(ToolName, name, TEXT)};
static Shape TOOL_NAME = SHAPE("ToolName", TOOL_NAME_FIELDS, false);
static const Field TOOL_FIELDS[] = {
    PLAIN(Tool, name, TEXT),
    INSIDE(Tool, toolSpec, TOOL_NAME),
    INSIDE(Tool, function, TOOL_NAME),
};
static Shape TOOL = SHAPE("Tool", TOOL_FIELDS, false);

static Sure read_tool(Cursor *cursor, void *into, int depth) {
    Tools *tools = into;
    Tool tool = {0};
    if (!read_object(cursor, &TOOL, &tool, depth)) {
        return false;
    }
    Text name = tool.function.there ? tool.function.name : tool.name;
    name = tool.toolSpec.there ? tool.toolSpec.name : name;
    for (unsigned i = 0; name.at != NULL && i < tools->count; i++) {
        if (same(tools->names[i], name)) {
            return true;
        }
    }
    if (name.at != NULL) {
        if (tools->count == MOST_NAMES) {
            return false;
        }
        tools->names[tools->count++] = name;
    }
    return true;
}

static Sure read_tools(Cursor *cursor, void *tools, int depth) {
    ((Tools *)tools)->there = true;
    return read_list(cursor, read_tool, tools, depth);
}

static const Field TOOL_CONFIG_FIELDS[] = {READ_BY(ToolConfig, tools, read_tools)};
static Shape TOOL_CONFIG = SHAPE("ToolConfig", TOOL_CONFIG_FIELDS, false);
static const Field GUARDRAIL_CONFIG_FIELDS[] = {
    PLAIN(GuardrailConfig, guardrailIdentifier, TEXT),
    PLAIN(GuardrailConfig, guardrailVersion, TEXT),
};
static Shape GUARDRAIL_CONFIG = SHAPE("GuardrailConfig", GUARDRAIL_CONFIG_FIELDS, false);
static const Field LIMITS_FIELDS[] = {
    PLAIN(Limits, maxTokens, COUNT),
    PLAIN(Limits, max_new_tokens, COUNT),
    PLAIN(Limits, maxTokenCount, COUNT),
};
static Shape LIMITS = SHAPE("Limits", LIMITS_FIELDS, false);
static const Field SERVICE_TIER_FIELDS[] = {PLAIN(ServiceTier, type, TEXT)};
static Shape SERVICE_TIER = SHAPE("ServiceTier", SERVICE_TIER_FIELDS, false);
static const Field REQUEST_FIELDS[] = {
    READ_BY(Request, messages, read_messages),
    INSIDE(Request, inferenceConfig, LIMITS),
    INSIDE(Request, textGenerationConfig, LIMITS),
    PLAIN(Request, max_tokens, COUNT),
    PLAIN(Request, max_tokens_to_sample, COUNT),
    PLAIN(Request, max_completion_tokens, COUNT),
    PLAIN(Request, max_gen_len, COUNT),
    PLAIN(Request, maxTokens, COUNT),
    READ_BY(Request, tools, read_tools),
    INSIDE(Request, toolConfig, TOOL_CONFIG),
    INSIDE(Request, guardrailConfig, GUARDRAIL_CONFIG),
    INSIDE(Request, serviceTier, SERVICE_TIER),
    PLAIN(Request, service_tier, TEXT),
    PLAIN(Request, prompt, RAW),
    PLAIN(Request, inputText, RAW),
    PLAIN(Request, texts, RAW),
    PLAIN(Request, images, RAW),
    PLAIN(Request, inputImage, RAW),
};
static Shape REQUEST = SHAPE("Request", REQUEST_FIELDS, false);

/* Every kind that a request asks with. */
static Sure gather_kinds(Request *request) {
    bool text = request->prompt.at || request->inputText.at || request->texts.at;
    bool image = request->images.at || request->inputImage.at;
    return (!text || add_kind_named(&request->messages, "text")) &&
           (!image || add_kind_named(&request->messages, "image"));
}

static Sure read_asked(Cursor *cursor, void *into, int depth) {
    Asked *asked = into;
    asked->there = true;
    if (*cursor->at == '"') {
        return past_text(cursor, true);
    }
    return read_object(cursor, &REQUEST, &asked->request, depth) && gather_kinds(&asked->request);
}

static Count first_of(Count one, Count other) {
    return one.known ? one : other;
}

/* The limit on output, whichever way the provider spells it. */
static Count limit_of(const Request *request) {
    if (request->max_tokens.known) {
        return request->max_tokens;
    }
    if (request->inferenceConfig.there) {
        return first_of(request->inferenceConfig.maxTokens, request->inferenceConfig.max_new_tokens);
    }
    Count limit = first_of(request->max_gen_len, request->max_tokens_to_sample);
    limit = first_of(first_of(limit, request->max_completion_tokens), request->maxTokens);
    return first_of(limit, request->textGenerationConfig.maxTokenCount);
}

/* -- the response */

static const Field LATENCY_FIELDS[] = {
    PLAIN(Latency, latencyMs, COUNT),
    PLAIN(Latency, invocationLatency, COUNT),
    PLAIN(Latency, firstByteLatency, COUNT),
};
static Shape LATENCY = SHAPE("Latency", LATENCY_FIELDS, false);
static const Field CACHE_CREATION_FIELDS[] = {PLAIN(CacheCreation, ephemeral_1h_input_tokens, COUNT)};
static Shape CACHE_CREATION = SHAPE("CacheCreation", CACHE_CREATION_FIELDS, false);
static const Field CACHE_DETAIL_FIELDS[] = {
    PLAIN(CacheDetail, ttl, TEXT),
    PLAIN(CacheDetail, inputTokens, COUNT),
};
static Shape CACHE_DETAIL = SHAPE("CacheDetail", CACHE_DETAIL_FIELDS, false);

static Sure read_cache_detail(Cursor *cursor, void *into, int depth) {
    Count *one_hour = into;
    CacheDetail detail = {0};
    if (!read_object(cursor, &CACHE_DETAIL, &detail, depth)) {
        return false;
    }
    if (detail.ttl.at != NULL && says(detail.ttl, "1h") && detail.inputTokens.known) {
        one_hour->value += detail.inputTokens.value;
    }
    return one_hour->value <= LARGEST;
}

static Sure read_cache_details(Cursor *cursor, void *into, int depth) {
    ((Count *)into)->known = true;
    return read_list(cursor, read_cache_detail, into, depth);
}

static const Field USAGE_FIELDS[] = {
    READ_BY(Usage, cacheDetails, read_cache_details),
    INSIDE(Usage, cache_creation, CACHE_CREATION),
};
static Shape USAGE = SHAPE("Usage", USAGE_FIELDS, false);
/* Tokens written to the cache for an hour, where the body tells times to live apart. */
static Count one_hour_of(const Usage *usage) {
    const CacheCreation *creation = &usage->cache_creation;
    return creation->there ? creation->ephemeral_1h_input_tokens : usage->cacheDetails;
}

static const Field FINISH_FIELDS[] = {
    PLAIN(Finish, completionReason, TEXT),
    PLAIN(Finish, stop_reason, TEXT),
    PLAIN(Finish, finish_reason, TEXT),
};
static Shape FINISH = SHAPE("Finish", FINISH_FIELDS, false);

static Sure read_finish(Cursor *cursor, void *into, int depth) {
    Text *first = into;
    Finish finish = {0};
    if (!read_object(cursor, &FINISH, &finish, depth)) {
        return false;
    }
    Text reason = either(finish.stop_reason, either(finish.finish_reason, finish.completionReason));
    *first = either(*first, reason);
    return true;
}

static Sure read_finishes(Cursor *cursor, void *first, int depth) {
    return read_list(cursor, read_finish, first, depth);
}

static Sure read_image(Cursor *cursor, void *count, int depth) {
    ((Count *)count)->value++;
    return past_value(cursor, depth + 1);
}

static Sure read_images(Cursor *cursor, void *count, int depth) {
    ((Count *)count)->known = true;
    return read_list(cursor, read_image, count, depth);
}

static const Field ANSWER_FIELDS[] = {
    INSIDE(Answer, metrics, LATENCY),
    INSIDE(Answer, usage, USAGE),
    PLAIN(Answer, stopReason, TEXT),
    PLAIN(Answer, stop_reason, TEXT),
    PLAIN(Answer, finish_reason, TEXT),
    READ_BY(Answer, results, read_finishes),
    READ_BY(Answer, outputs, read_finishes),
    READ_BY(Answer, choices, read_finishes),
    READ_BY(Answer, generations, read_finishes),
    READ_BY(Answer, images, read_images),
    READ_BY(Answer, artifacts, read_images),
    NAMED(Answer, action, "amazon-bedrock-guardrailAction", TEXT),
    NAMED(Answer, invoke_trace, "amazon-bedrock-trace", RAW),
    PLAIN(Answer, trace, RAW),
};
static Shape ANSWER = SHAPE("Answer", ANSWER_FIELDS, false);
static const Field EVENT_FIELDS[] = {
    FIELD_AS(Event, latency, "amazon-bedrock-invocationMetrics", OBJECT, &LATENCY, NULL),
    INSIDE(Event, metadata, ANSWER),
    INSIDE(Event, message, ANSWER),
    INSIDE(Event, delta, FINISH),
    INSIDE(Event, usage, USAGE),
    READ_BY(Event, choices, read_finishes),
    NAMED(Event, action, "amazon-bedrock-guardrailAction", TEXT),
    NAMED(Event, invoke_trace, "amazon-bedrock-trace", RAW),
    PLAIN(Event, trace, RAW),
};
static Shape EVENT = SHAPE("Event", EVENT_FIELDS, false);

/* What a guardrail did is told in two words; others are not plain. */
static Sure is_plain_action(Text action) {
    return action.at == NULL || says(action, "INTERVENED") || says(action, "NONE");
}

static Sure read_answer(Cursor *cursor, Answered *answered, int depth) {
    Answer answer = {0};
    if (!read_object(cursor, &ANSWER, &answer, depth) || !is_plain_action(answer.action)) {
        return false;
    }
    Text stop = either(answer.stopReason, either(answer.stop_reason, answer.finish_reason));
    stop = either(either(stop, answer.results), either(answer.outputs, answer.choices));
    answered->one_hour = one_hour_of(&answer.usage);
    answered->images = first_of(answer.images, answer.artifacts);
    answered->latency = answer.metrics.latencyMs;
    answered->stop = either(stop, answer.generations);
    answered->trace = either(answer.invoke_trace, answer.trace);
    answered->action = answer.action;
    return true;
}

/* The events of a stream that are listened to: the first, and a ring of the last. */
typedef struct {
    size_t count;
    Event events[1 + EVENTS_AT_THE_END];
} Stream;

static Sure read_event(Cursor *cursor, void *into, int depth) {
    Stream *stream = into;
    size_t at = stream->count == 0 ? 0 : 1 + (stream->count - 1) % EVENTS_AT_THE_END;
    Event *event = &stream->events[at];
    memset(event, 0, sizeof *event);
    stream->count++;
    return read_object(cursor, &EVENT, event, depth) && is_plain_action(event->action);
}

/* What the events heard so far tell, the last word winning. */
typedef struct {
    Latency latency;
    Count total;
    Usage usage;
} Ending;

static void hear(const Event *event, Ending *ending, Answered *answered) {
    if (event->latency.there) {
        ending->latency = event->latency;
    }
    if (event->delta.there) {
        Text stop = either(event->delta.stop_reason, event->delta.finish_reason);
        answered->stop = either(stop, answered->stop);
    }
    answered->stop = either(event->choices, answered->stop);
    answered->action = either(event->action, answered->action);
    answered->trace = either(either(event->invoke_trace, event->trace), answered->trace);
    if (event->message.there && event->message.usage.there) {
        ending->usage = event->message.usage;
    }
    if (event->metadata.there) {
        if (event->metadata.metrics.there) {
            ending->total = event->metadata.metrics.latencyMs;
        }
        if (event->metadata.usage.there) {
            ending->usage = event->metadata.usage;
        }
        answered->trace = either(event->metadata.trace, answered->trace);
    }
}

static Sure read_stream(Cursor *cursor, Answered *answered, int depth) {
    Stream stream;
    Ending ending = {0};
    stream.count = 0;
    if (!read_list(cursor, read_event, &stream, depth)) {
        return false;
    }
    if (stream.count > 0) {
        hear(&stream.events[0], &ending, answered);
    }
    size_t first = stream.count > EVENTS_AT_THE_END ? stream.count - EVENTS_AT_THE_END : 1;
    for (size_t i = first; i < stream.count; i++) {
        hear(&stream.events[1 + (i - 1) % EVENTS_AT_THE_END], &ending, answered);
    }
    answered->one_hour = one_hour_of(&ending.usage);
    answered->latency = ending.latency.there ? ending.latency.invocationLatency : ending.total;
    answered->first_byte = ending.latency.firstByteLatency;
    return true;
}

static Sure read_answered(Cursor *cursor, void *answered, int depth) {
    switch (*cursor->at) {
    case '"':
        return past_text(cursor, true);
    case '[':
        return read_stream(cursor, answered, depth);
    default:
        return read_answer(cursor, answered, depth);
    }
}

/* -- the record */

static int number_at(Place at, int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
        if (!is_digit(at[i])) {
            return -1;
        }
        value = value * 10 + (at[i] - '0');
    }
    return value;
}

static int days_of(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

static bool is_plausible(const Time *time) {
    return time->year >= FIRST_YEAR && time->year <= LAST_YEAR && time->month >= 1 && time->month <= 12 &&
           time->day >= 1 && time->day <= days_of(time->year, time->month) && time->hour >= 0 &&
           time->hour <= 23 && time->minute >= 0 && time->minute <= 59 && time->second >= 0 &&
           time->second <= 59 && time->microsecond >= 0;
}

/* The microseconds of a fraction such as `.123456789`, of which what is past the sixth digit is cut off; -1
 * where it is none.
 */
static int microseconds_of(Text fraction) {
    int value = 0;
    if (fraction.size < 2 || fraction.size > MOST_DIGITS || fraction.at[0] != '.') {
        return -1;
    }
    for (int i = 1; i <= 6 || i < fraction.size; i++) {
        bool told = i < fraction.size;
        if (told && !is_digit(fraction.at[i])) {
            return -1;
        }
        value = i <= 6 ? value * 10 + (told ? fraction.at[i] - '0' : 0) : value;
    }
    return value;
}

/* A time as Bedrock writes it, `2026-10-01T12:00:00Z`, or as others do, `2026-10-01 12:00:00.000`. */
static Sure read_time(Cursor *cursor, void *into, int depth) {
    static const char form[] = "....-..-.._..:..:..";
    Time *time = into;
    Text text;
    (void)depth;
    if (!read_text(cursor, &text) || text.size < (ptrdiff_t)sizeof form - 1) {
        return false;
    }
    Place at = text.at;
    for (size_t i = 0; i < sizeof form - 1; i++) {
        bool right = form[i] == '_' ? at[i] == 'T' || at[i] == ' ' : at[i] == (uint8_t)form[i];
        if (form[i] != '.' && !right) {
            return false;
        }
    }
    Text fraction = {at + sizeof form - 1, text.size - (ptrdiff_t)sizeof form + 1};
    fraction.size -= at[text.size - 1] == 'Z';
    *time = (Time){
        number_at(at, 4),      number_at(at + 5, 2),  number_at(at + 8, 2),
        number_at(at + 11, 2), number_at(at + 14, 2), number_at(at + 17, 2),
        fraction.size == 0 ? 0 : microseconds_of(fraction),
    };
    return is_plausible(time);
}

static const Field IDENTITY_FIELDS[] = {PLAIN(Identity, arn, TEXT)};
static Shape IDENTITY = SHAPE("Identity", IDENTITY_FIELDS, true);
static const Field INPUT_FIELDS[] = {
    NOT_KEPT("inputContentType", UNREAD),
    PLAIN(Input, inputBodyS3Path, TEXT),
    READ_BY(Input, inputBodyJson, read_asked),
    PLAIN(Input, inputTokenCount, COUNT),
    PLAIN(Input, cacheReadInputTokenCount, COUNT),
    PLAIN(Input, cacheWriteInputTokenCount, COUNT),
};
static Shape INPUT = SHAPE("Input", INPUT_FIELDS, true);
static const Field OUTPUT_FIELDS[] = {
    NOT_KEPT("outputContentType", UNREAD),
    PLAIN(Output, outputBodyS3Path, TEXT),
    READ_BY(Output, outputBodyJson, read_answered),
    PLAIN(Output, outputTokenCount, COUNT),
};
static Shape OUTPUT = SHAPE("Output", OUTPUT_FIELDS, true);
static const Field RECORD_FIELDS[] = {
    NOT_KEPT("schemaType", UNREAD),
    NOT_KEPT("schemaVersion", UNREAD),
    READ_BY(Record, timestamp, read_time),
    PLAIN(Record, accountId, TEXT),
    INSIDE(Record, identity, IDENTITY),
    PLAIN(Record, region, TEXT),
    PLAIN(Record, requestId, TEXT),
    PLAIN(Record, operation, TEXT),
    PLAIN(Record, modelId, TEXT),
    INSIDE(Record, input, INPUT),
    PLAIN(Record, errorCode, TEXT),
    INSIDE(Record, output, OUTPUT),
    PLAIN(Record, requestMetadata, RAW),
    PLAIN(Record, inferenceRegion, TEXT),
};
static Shape RECORD = SHAPE("Record", RECORD_FIELDS, true);

/* The record that is the line at the cursor, which then stands at the line's end. Some fields have to be
 * told.
 */
static Sure read_record(Cursor *cursor, Record *record) {
    memset(record, 0, sizeof *record);
    if (!read_object(cursor, &RECORD, record, 0)) {
        return false;
    }
    bool whole = record->timestamp.year && record->accountId.at && record->region.at && record->requestId.at;
    return whole && (cursor->at == cursor->end || *cursor->at == '\n');
}

#endif
