/* Lines that are each one plain invocation record, to the values of their rows.
 *
 * What records mean is said in Python, by `invocation.py` and `invocation_facts.py`. Here stands the same once
 * more for what is common, in tables that mirror those types field by field. Whatever is not common, or not
 * beyond doubt, makes a line doubtful, and a doubtful line is read in Python as if this file were not there. So
 * nothing may be read here that Python would refuse or read otherwise; nothing is lost by doubting.
 *
 * A line is read in two steps. Reading fills a `Row` with places in the line and numbers: it makes no Python
 * object and cannot fail but by doubt. Telling makes the objects, and can fail for want of memory alone.
 *
 * Logs are written by strangers. A `bytes` object ends with a NUL that is not counted, and a NUL is nowhere
 * legal in JSON: reading byte by byte stops there at the latest. A line end is legal in no line: it stops there
 * too.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <datetime.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#ifndef SOURCE_HASH
#define SOURCE_HASH ""
#endif

/* Deeper than anything plain, and far less deep than Python's own limit. */
#define DEEPEST 64
/* So many digits are below 2**53, the largest count. */
#define MOST_DIGITS 15
#define MOST_NAMES 32
#define MOST_KINDS 8
/* Metrics, stop reason and traces stand in the last events of a stream. */
#define EVENTS_AT_THE_END 6

/* -- what is read of a line ------------------------------------------------------------------------------- */

typedef const uint8_t *Place;

/* A stretch of the line; `at` is NULL where there is none. */
typedef struct {
    Place at;
    Py_ssize_t size;
} Text;

typedef struct {
    int64_t value;
    bool known;
} Count;

/* Every struct that mirrors an object begins with this. */
typedef bool There;

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
    Limits inferenceConfig, textGenerationConfig;
    Count max_tokens, max_tokens_to_sample, max_completion_tokens, max_gen_len, maxTokens;
    ServiceTier serviceTier;
    Text service_tier;
    Text prompt, inputText, texts, images, inputImage;
    Kinds messages;
    Tools tools;
    ToolConfig toolConfig;
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
    Count one_hour, latency, first_byte;
    Text stop, trace, action;
} Answered;

typedef struct {
    There there;
    Count outputTokenCount;
    Text outputBodyS3Path;
    Answered outputBodyJson;
} Output;

typedef struct {
    int year, month, day, hour, minute, second;
} Time;

typedef struct {
    There there;
    Time timestamp;
    Text accountId, requestId, region, operation, modelId, requestMetadata, errorCode, inferenceRegion;
    Identity identity;
    Input input;
    Output output;
} Record;

/* -- values ----------------------------------------------------------------------------------------------- */

/* Where reading stands; `end` is the end of all lines. */
typedef struct {
    Place at, end;
} Cursor;

/* Every function that reads answers whether it is beyond doubt. */
typedef bool Sure;

static inline void past_blanks(Cursor *cursor) {
    while (*cursor->at == ' ' || *cursor->at == '\t' || *cursor->at == '\r') {
        cursor->at++;
    }
}

static inline Sure past(Cursor *cursor, char wanted) {
    past_blanks(cursor);
    if (*cursor->at != (uint8_t)wanted) {
        return false;
    }
    cursor->at++;
    return true;
}

/* Past `wanted` if it comes next. */
static inline bool comes(Cursor *cursor, char wanted) {
    return past(cursor, wanted);
}

static inline bool is_digit(uint8_t byte) {
    return byte >= '0' && byte <= '9';
}

/* Bytes that end a run of plain characters in a text: quote, backslash, control characters; as 2, what is not
 * ASCII. */
static const uint8_t CLASS[256] = {
    [0] = 1,    [1] = 1,    [2] = 1,    [3] = 1,    [4] = 1,    [5] = 1,    [6] = 1,   [7] = 1,
    [8] = 1,    [9] = 1,    [10] = 1,   [11] = 1,   [12] = 1,   [13] = 1,   [14] = 1,  [15] = 1,
    [16] = 1,   [17] = 1,   [18] = 1,   [19] = 1,   [20] = 1,   [21] = 1,   [22] = 1,  [23] = 1,
    [24] = 1,   [25] = 1,   [26] = 1,   [27] = 1,   [28] = 1,   [29] = 1,   [30] = 1,  [31] = 1,
    ['"'] = 1,  ['\\'] = 1,
};

static inline bool ends_run(uint8_t byte, bool ascii) {
    return CLASS[byte] || (ascii && byte >= 0x80);
}

/* Past characters that stand for themselves, those beyond ASCII included unless `ascii`. */
static inline Place past_run(Place at, Place end, bool ascii) {
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), last = _mm_set1_epi8(0x1f);
    while (end - at >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)at);
        __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last), bytes);
        __m128i special = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
        special = _mm_or_si128(special, control);
        if (ascii) {
            special = _mm_or_si128(special, bytes);
        }
        unsigned found = (unsigned)_mm_movemask_epi8(special);
        if (found) {
            return at + __builtin_ctz(found);
        }
        at += 16;
    }
#else
    (void)end;
#endif
    while (!ends_run(*at, ascii)) {
        at++;
    }
    return at;
}

static bool hex4(Place at, unsigned *code) {
    *code = 0;
    for (int i = 0; i < 4; i++) {
        uint8_t byte = at[i];
        unsigned digit;
        if (is_digit(byte)) {
            digit = byte - '0';
        } else if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f') {
            digit = (byte | 0x20) - 'a' + 10;
        } else {
            return false;
        }
        *code = *code << 4 | digit;
    }
    return true;
}

/* Past an escape, at whose backslash `at` stands; surrogates must come in pairs. NULL where it is none. */
static Place past_escape(Place at) {
    unsigned code;
    switch (at[1]) {
    case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
        return at + 2;
    case 'u':
        if (!hex4(at + 2, &code) || (code >= 0xdc00 && code <= 0xdfff)) {
            return NULL;
        }
        at += 6;
        if (code < 0xd800 || code > 0xdbff) {
            return at;
        }
        if (at[0] != '\\' || at[1] != 'u' || !hex4(at + 2, &code) || code < 0xdc00 || code > 0xdfff) {
            return NULL;
        }
        return at + 6;
    default:
        return NULL;
    }
}

static inline bool continues(uint8_t byte) {
    return (byte & 0xc0) == 0x80;
}

/* Past one character beyond ASCII, by the rules of UTF-8 (RFC 3629, section 4). NULL where it is none. */
static Place past_character(Place at) {
    uint8_t first = at[0], second;
    if (first < 0xc2 || first > 0xf4 || !continues(second = at[1])) {
        return NULL;
    }
    if (first < 0xe0) {
        return at + 2;
    }
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) || !continues(at[2])) {
        return NULL;
    }
    if (first < 0xf0) {
        return at + 3;
    }
    if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f) || !continues(at[3])) {
        return NULL;
    }
    return at + 4;
}

/* Past a text. msgspec looks at its UTF-8 only where it makes a text of it: `made` says that it does. */
static Sure past_text(Cursor *cursor, bool made) {
    Place at = cursor->at + 1;
    for (;;) {
        at = past_run(at, cursor->end, made);
        if (*at == '"') {
            cursor->at = at + 1;
            return true;
        }
        at = *at == '\\' ? past_escape(at) : *at >= 0x80 ? past_character(at) : NULL;
        if (at == NULL) {
            return false;
        }
    }
}

static Sure past_digits(Cursor *cursor) {
    Place begun = cursor->at;
    while (is_digit(*cursor->at)) {
        cursor->at++;
    }
    return cursor->at > begun;
}

static Sure past_number(Cursor *cursor) {
    if (*cursor->at == '-') {
        cursor->at++;
    }
    if (*cursor->at == '0') {
        cursor->at++;
    } else if (!past_digits(cursor)) {
        return false;
    }
    if (*cursor->at == '.') {
        cursor->at++;
        if (!past_digits(cursor)) {
            return false;
        }
    }
    if (*cursor->at == 'e' || *cursor->at == 'E') {
        cursor->at++;
        if (*cursor->at == '+' || *cursor->at == '-') {
            cursor->at++;
        }
        return past_digits(cursor);
    }
    return true;
}

static Sure past_word(Cursor *cursor, const char *word) {
    for (; *word; word++, cursor->at++) {
        if (*cursor->at != (uint8_t)*word) {
            return false;
        }
    }
    return true;
}

/* Past any value. */
static Sure past_value(Cursor *cursor, int depth) {
    past_blanks(cursor);
    switch (*cursor->at) {
    case '"':
        return past_text(cursor, false);
    case '{':
    case '[': {
        bool object = *cursor->at == '{';
        char closing = object ? '}' : ']';
        cursor->at++;
        if (depth >= DEEPEST) {
            return false;
        }
        if (comes(cursor, closing)) {
            return true;
        }
        do {
            if (object) {
                past_blanks(cursor);
                if (*cursor->at != '"' || !past_text(cursor, false) || !past(cursor, ':')) {
                    return false;
                }
            }
            if (!past_value(cursor, depth + 1)) {
                return false;
            }
        } while (comes(cursor, ','));
        return past(cursor, closing);
    }
    case 'n':
        return past_word(cursor, "null");
    case 't':
        return past_word(cursor, "true");
    case 'f':
        return past_word(cursor, "false");
    default:
        return past_number(cursor);
    }
}

/* A text of plain ASCII that holds something. */
static Sure read_text(Cursor *cursor, Text *text) {
    if (*cursor->at != '"') {
        return false;
    }
    Place begun = cursor->at + 1, at = past_run(begun, cursor->end, true);
    if (*at != '"' || at == begun) {
        return false;
    }
    *text = (Text){begun, at - begun};
    cursor->at = at + 1;
    return true;
}

/* A whole number, written as one. */
static Sure read_count(Cursor *cursor, Count *count) {
    Place begun = cursor->at;
    int64_t value = 0;
    while (is_digit(*cursor->at) && cursor->at - begun < MOST_DIGITS) {
        value = value * 10 + (*cursor->at++ - '0');
    }
    Py_ssize_t digits = cursor->at - begun;
    uint8_t next = *cursor->at;
    if (digits == 0 || (digits > 1 && *begun == '0') || is_digit(next) || next == '.' || (next | 0x20) == 'e') {
        return false;
    }
    *count = (Count){value, true};
    return true;
}

/* -- objects by table ------------------------------------------------------------------------------------- */

typedef enum {
    TEXT,    /* a text or null */
    NEEDED,  /* a text */
    COUNT,   /* a whole number or null */
    RAW,     /* anything, as it stands */
    UNREAD,  /* a text that is not kept, or null */
    RARE,    /* null; anything else is not plain */
    OBJECT,  /* an object by a table, or null */
    OTHER,   /* what a function reads, or null */
} Form;

typedef struct Shape Shape;

typedef struct {
    const char *name;
    uint16_t size, offset;
    Form form;
    const Shape *shape;
    Sure (*read)(Cursor *, void *, int depth);
} Field;

/* `closed` shapes know all their fields: another one is news. */
struct Shape {
    const char *name;
    const Field *fields;
    unsigned count;
    bool closed;
};

#define FIELD_AS(type, member, name, form, ...) \
    {name, sizeof(name) - 1, offsetof(type, member), form, __VA_ARGS__}
#define PLAIN(type, member, form) FIELD_AS(type, member, #member, form, NULL, NULL)
#define NAMED(type, member, name, form) FIELD_AS(type, member, name, form, NULL, NULL)
#define INSIDE(type, member, shape) FIELD_AS(type, member, #member, OBJECT, &shape, NULL)
#define READ_BY(type, member, read) FIELD_AS(type, member, #member, OTHER, NULL, read)
/* Has no place in the struct, since nothing is kept of it. */
#define NOT_KEPT(name, form) {name, sizeof(name) - 1, 0, form, NULL, NULL}
#define SHAPE(name, fields, closed) {name, fields, sizeof(fields) / sizeof((fields)[0]), closed}

static const Field *field_named(const Shape *shape, Place name, Py_ssize_t size, unsigned *next) {
    /* Fields mostly come in the order of the table. */
    for (unsigned i = 0, at = *next; i < shape->count; i++, at++) {
        at = at < shape->count ? at : 0;
        const Field *field = &shape->fields[at];
        if (field->size == size && memcmp(field->name, name, (size_t)size) == 0) {
            *next = at + 1;
            return field;
        }
    }
    return NULL;
}

static Sure read_object(Cursor *cursor, const Shape *shape, void *into, int depth);

static Sure read_field(Cursor *cursor, const Field *field, void *into, int depth) {
    past_blanks(cursor);
    void *place = (char *)into + field->offset;
    if (*cursor->at == 'n' && field->form != RAW) {
        return field->form != NEEDED && past_word(cursor, "null");
    }
    switch (field->form) {
    case TEXT:
    case NEEDED:
        return read_text(cursor, place);
    case COUNT:
        return read_count(cursor, place);
    case RAW: {
        Place begun = cursor->at;
        if (!past_value(cursor, depth + 1)) {
            return false;
        }
        *(Text *)place = (Text){begun, cursor->at - begun};
        return true;
    }
    case UNREAD:
        return *cursor->at == '"' && past_text(cursor, true);
    case OBJECT:
        return read_object(cursor, field->shape, place, depth + 1);
    case OTHER:
        return field->read(cursor, place, depth + 1);
    case RARE:
        break;
    }
    return false;
}

/* The object at the cursor into a struct of zeros. A field that is told twice is not plain. */
static Sure read_object(Cursor *cursor, const Shape *shape, void *into, int depth) {
    uint32_t seen = 0;
    unsigned next = 0;
    if (*cursor->at != '{' || depth >= DEEPEST) {
        return false;
    }
    cursor->at++;
    *(There *)into = true;
    if (comes(cursor, '}')) {
        return true;
    }
    do {
        past_blanks(cursor);
        if (*cursor->at != '"') {
            return false;
        }
        Place name = cursor->at + 1, end = past_run(name, cursor->end, false);
        cursor->at = end + 1;
        if (*end != '"' || !past(cursor, ':')) {
            return false;
        }
        const Field *field = field_named(shape, name, end - name, &next);
        if (field == NULL) {
            if (shape->closed || !past_value(cursor, depth + 1)) {
                return false;
            }
            continue;
        }
        uint32_t bit = UINT32_C(1) << (field - shape->fields);
        if (seen & bit || !read_field(cursor, field, into, depth)) {
            return false;
        }
        seen |= bit;
    } while (comes(cursor, ','));
    return past(cursor, '}');
}

/* A list of which each element is read by `read`. */
static Sure read_list(Cursor *cursor, Sure (*read)(Cursor *, void *, int depth), void *into, int depth) {
    if (*cursor->at != '[' || depth >= DEEPEST) {
        return false;
    }
    cursor->at++;
    if (comes(cursor, ']')) {
        return true;
    }
    do {
        past_blanks(cursor);
        if (!read(cursor, into, depth + 1)) {
            return false;
        }
    } while (comes(cursor, ','));
    return past(cursor, ']');
}

static inline bool same(Text one, Text other) {
    return one.size == other.size && memcmp(one.at, other.at, (size_t)one.size) == 0;
}

static inline bool says(Text text, const char *word) {
    return same(text, (Text){(Place)word, (Py_ssize_t)strlen(word)});
}

static inline Text either(Text one, Text other) {
    return one.at != NULL ? one : other;
}

/* -- the request ------------------------------------------------------------------------------------------ */

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

static Sure add_kind_named(Kinds *kinds, const char *kind) {
    return add_kind(kinds, (Text){(Place)kind, (Py_ssize_t)strlen(kind)});
}

static const Field BLOCK_FIELDS[] = {
    PLAIN(Block, type, TEXT),         PLAIN(Block, image, RAW),      PLAIN(Block, document, RAW),
    PLAIN(Block, video, RAW),         PLAIN(Block, audio, RAW),      PLAIN(Block, toolUse, RAW),
    PLAIN(Block, toolResult, RAW),    PLAIN(Block, guardContent, RAW),
    PLAIN(Block, reasoningContent, RAW),
};
static const Shape BLOCK = SHAPE("Block", BLOCK_FIELDS, false);

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
    return block.type.at != NULL ? add_kind(kinds, block.type) : add_kind_named(kinds, kind_of(&block));
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
static const Shape MESSAGE = SHAPE("Message", MESSAGE_FIELDS, false);

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
static const Shape TOOL_NAME = SHAPE("ToolName", TOOL_NAME_FIELDS, false);
static const Field TOOL_FIELDS[] = {
    PLAIN(Tool, name, TEXT),
    INSIDE(Tool, toolSpec, TOOL_NAME),
    INSIDE(Tool, function, TOOL_NAME),
};
static const Shape TOOL = SHAPE("Tool", TOOL_FIELDS, false);

static Sure read_tool(Cursor *cursor, void *into, int depth) {
    Tools *tools = into;
    Tool tool = {0};
    if (!read_object(cursor, &TOOL, &tool, depth)) {
        return false;
    }
    Text name = tool.toolSpec.there ? tool.toolSpec.name : tool.function.there ? tool.function.name : tool.name;
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
static const Shape TOOL_CONFIG = SHAPE("ToolConfig", TOOL_CONFIG_FIELDS, false);
static const Field LIMITS_FIELDS[] = {
    PLAIN(Limits, maxTokens, COUNT),
    PLAIN(Limits, max_new_tokens, COUNT),
    PLAIN(Limits, maxTokenCount, COUNT),
};
static const Shape LIMITS = SHAPE("Limits", LIMITS_FIELDS, false);
static const Field SERVICE_TIER_FIELDS[] = {PLAIN(ServiceTier, type, TEXT)};
static const Shape SERVICE_TIER = SHAPE("ServiceTier", SERVICE_TIER_FIELDS, false);
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
    INSIDE(Request, serviceTier, SERVICE_TIER),
    PLAIN(Request, service_tier, TEXT),
    PLAIN(Request, prompt, RAW),
    PLAIN(Request, inputText, RAW),
    PLAIN(Request, texts, RAW),
    PLAIN(Request, images, RAW),
    PLAIN(Request, inputImage, RAW),
};
static const Shape REQUEST = SHAPE("Request", REQUEST_FIELDS, false);

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

/* -- the response ----------------------------------------------------------------------------------------- */

static const Field LATENCY_FIELDS[] = {
    PLAIN(Latency, latencyMs, COUNT),
    PLAIN(Latency, invocationLatency, COUNT),
    PLAIN(Latency, firstByteLatency, COUNT),
};
static const Shape LATENCY = SHAPE("Latency", LATENCY_FIELDS, false);
static const Field CACHE_CREATION_FIELDS[] = {PLAIN(CacheCreation, ephemeral_1h_input_tokens, COUNT)};
static const Shape CACHE_CREATION = SHAPE("CacheCreation", CACHE_CREATION_FIELDS, false);
static const Field USAGE_FIELDS[] = {
    NOT_KEPT("cacheDetails", RARE),
    INSIDE(Usage, cache_creation, CACHE_CREATION),
};
static const Shape USAGE = SHAPE("Usage", USAGE_FIELDS, false);
static const Field FINISH_FIELDS[] = {
    PLAIN(Finish, completionReason, TEXT),
    PLAIN(Finish, stop_reason, TEXT),
    PLAIN(Finish, finish_reason, TEXT),
};
static const Shape FINISH = SHAPE("Finish", FINISH_FIELDS, false);

static Sure read_finish(Cursor *cursor, void *into, int depth) {
    Text *first = into;
    Finish finish = {0};
    if (!read_object(cursor, &FINISH, &finish, depth)) {
        return false;
    }
    *first = either(*first, either(finish.stop_reason, either(finish.finish_reason, finish.completionReason)));
    return true;
}

static Sure read_finishes(Cursor *cursor, void *first, int depth) {
    return read_list(cursor, read_finish, first, depth);
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
    NOT_KEPT("images", RARE),
    NOT_KEPT("artifacts", RARE),
    NAMED(Answer, action, "amazon-bedrock-guardrailAction", TEXT),
    NAMED(Answer, invoke_trace, "amazon-bedrock-trace", RAW),
    PLAIN(Answer, trace, RAW),
};
static const Shape ANSWER = SHAPE("Answer", ANSWER_FIELDS, false);
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
static const Shape EVENT = SHAPE("Event", EVENT_FIELDS, false);

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
    answered->one_hour = answer.usage.cache_creation.ephemeral_1h_input_tokens;
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
        answered->stop = either(either(event->delta.stop_reason, event->delta.finish_reason), answered->stop);
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
    answered->one_hour = ending.usage.cache_creation.ephemeral_1h_input_tokens;
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

/* -- the record ------------------------------------------------------------------------------------------- */

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

/* A time as Bedrock writes it, `2026-10-01T12:00:00Z`, of the years that are plausible. */
static Sure read_time(Cursor *cursor, void *into, int depth) {
    Text text;
    (void)depth;
    if (!read_text(cursor, &text) || text.size != 20) {
        return false;
    }
    Place at = text.at;
    Time time = {
        number_at(at, 4),      number_at(at + 5, 2),  number_at(at + 8, 2),
        number_at(at + 11, 2), number_at(at + 14, 2), number_at(at + 17, 2),
    };
    *(Time *)into = time;
    return at[4] == '-' && at[7] == '-' && at[10] == 'T' && at[13] == ':' && at[16] == ':' && at[19] == 'Z' &&
           time.year >= 2006 && time.year <= 2099 && time.month >= 1 && time.month <= 12 && time.day >= 1 &&
           time.day <= days_of(time.year, time.month) && time.hour >= 0 && time.hour <= 23 &&
           time.minute >= 0 && time.minute <= 59 && time.second >= 0 && time.second <= 59;
}

static const Field IDENTITY_FIELDS[] = {PLAIN(Identity, arn, TEXT)};
static const Shape IDENTITY = SHAPE("Identity", IDENTITY_FIELDS, true);
static const Field INPUT_FIELDS[] = {
    NOT_KEPT("inputContentType", UNREAD),
    PLAIN(Input, inputBodyS3Path, TEXT),
    READ_BY(Input, inputBodyJson, read_asked),
    PLAIN(Input, inputTokenCount, COUNT),
    PLAIN(Input, cacheReadInputTokenCount, COUNT),
    PLAIN(Input, cacheWriteInputTokenCount, COUNT),
};
static const Shape INPUT = SHAPE("Input", INPUT_FIELDS, true);
static const Field OUTPUT_FIELDS[] = {
    NOT_KEPT("outputContentType", UNREAD),
    PLAIN(Output, outputBodyS3Path, TEXT),
    READ_BY(Output, outputBodyJson, read_answered),
    PLAIN(Output, outputTokenCount, COUNT),
};
static const Shape OUTPUT = SHAPE("Output", OUTPUT_FIELDS, true);
static const Field RECORD_FIELDS[] = {
    NOT_KEPT("schemaType", UNREAD),
    NOT_KEPT("schemaVersion", UNREAD),
    READ_BY(Record, timestamp, read_time),
    PLAIN(Record, accountId, NEEDED),
    INSIDE(Record, identity, IDENTITY),
    PLAIN(Record, region, NEEDED),
    PLAIN(Record, requestId, NEEDED),
    PLAIN(Record, operation, TEXT),
    PLAIN(Record, modelId, TEXT),
    INSIDE(Record, input, INPUT),
    PLAIN(Record, errorCode, TEXT),
    INSIDE(Record, output, OUTPUT),
    PLAIN(Record, requestMetadata, RAW),
    PLAIN(Record, inferenceRegion, TEXT),
};
static const Shape RECORD = SHAPE("Record", RECORD_FIELDS, true);

/* The record that is the line at the cursor, which then stands at the line's end. */
static Sure read_record(Cursor *cursor, Record *record) {
    memset(record, 0, sizeof *record);
    return read_object(cursor, &RECORD, record, 0) && record->timestamp.year && record->accountId.at &&
           record->region.at && record->requestId.at && (cursor->at == cursor->end || *cursor->at == '\n');
}

/* -- telling ---------------------------------------------------------------------------------------------- */

/* The values of a row, in the order of `invocation_facts.FIELDS`. */
#define COLUMNS(each)                                                                                          \
    each(account_id) each(region) each(inference_region) each(request_id) each(event_time) each(operation)     \
    each(model_id) each(principal_arn) each(input_tokens) each(cache_read_input_tokens)                        \
    each(cache_creation_input_tokens) each(max_tokens) each(service_tier) each(tool_names)                     \
    each(content_kinds) each(input_body_path) each(output_tokens) each(cache_creation_1h_input_tokens)         \
    each(output_images) each(latency_ms) each(time_to_first_token_ms) each(stop_reason)                        \
    each(guardrail_action) each(guardrail_id) each(guardrail_version) each(guardrail_findings)                 \
    each(output_body_path) each(request_metadata) each(error_code) each(body_logged) each(prefix_hash)         \
    each(input_text) each(output_text)

#define AS_INDEX(name) AT_##name,
#define AS_NAME(name) #name,
enum { COLUMNS(AS_INDEX) WIDTH };
static const char *const NAMES[] = {COLUMNS(AS_NAME)};

/* Texts that came lately, so that a text which comes again need not be made again. */
#define REMEMBERED 512
typedef struct {
    PyObject *texts[REMEMBERED];
} Memory;

static PyObject *new_text(Text text) {
    PyObject *made = PyUnicode_New(text.size, 127);
    if (made != NULL) {
        memcpy(PyUnicode_1BYTE_DATA(made), text.at, (size_t)text.size);
    }
    return made;
}

static PyObject *text_of(Text text) {
    if (text.at == NULL) {
        Py_RETURN_NONE;
    }
    return new_text(text);
}

static PyObject *remembered(Memory *memory, Text text) {
    if (text.at == NULL) {
        Py_RETURN_NONE;
    }
    uint64_t hash = (uint64_t)text.size, word;
    Py_ssize_t at = 0;
    for (; at + 8 <= text.size; at += 8) {
        memcpy(&word, text.at + at, 8);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    word = 0;
    memcpy(&word, text.at + at, (size_t)(text.size - at));
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    PyObject **slot = &memory->texts[hash >> 32 & (REMEMBERED - 1)];
    if (*slot == NULL || PyUnicode_GET_LENGTH(*slot) != text.size ||
        memcmp(PyUnicode_1BYTE_DATA(*slot), text.at, (size_t)text.size) != 0) {
        PyObject *made = new_text(text);
        if (made == NULL) {
            return NULL;
        }
        Py_XSETREF(*slot, made);
    }
    return Py_NewRef(*slot);
}

static PyObject *count_of(Count count) {
    if (!count.known) {
        Py_RETURN_NONE;
    }
    return PyLong_FromLongLong(count.value);
}

/* Latencies are numbers that may have a fraction. */
static PyObject *latency_of(Count count) {
    if (!count.known) {
        Py_RETURN_NONE;
    }
    return PyFloat_FromDouble((double)count.value);
}

static PyObject *raw_of(Text text) {
    if (text.at == NULL) {
        Py_RETURN_NONE;
    }
    return PyBytes_FromStringAndSize((const char *)text.at, text.size);
}

static PyObject *names_of(Memory *memory, const Text *names, unsigned count) {
    if (count == 0) {
        Py_RETURN_NONE;
    }
    PyObject *made = PyTuple_New((Py_ssize_t)count);
    for (unsigned i = 0; made != NULL && i < count; i++) {
        PyObject *name = remembered(memory, names[i]);
        if (name == NULL) {
            Py_CLEAR(made);
        } else {
            PyTuple_SET_ITEM(made, (Py_ssize_t)i, name);
        }
    }
    return made;
}

static PyObject *time_of(Time time) {
    return PyDateTime_FromDateAndTime(time.year, time.month, time.day, time.hour, time.minute, time.second, 0);
}

/* The row's values into its cells; false where memory is wanting, the cells so far being filled. */
static bool tell(const Record *record, Memory *memory, PyObject **cells) {
    const Request *request = &record->input.inputBodyJson.request;
    const Answered *answered = &record->output.outputBodyJson;
    const Tools *tools = request->tools.there ? &request->tools : &request->toolConfig.tools;
    Text tier = request->serviceTier.there ? request->serviceTier.type : request->service_tier;
#define CELL(name, value)                                                                                      \
    if ((cells[AT_##name] = (value)) == NULL) {                                                                \
        return false;                                                                                          \
    }
    CELL(account_id, remembered(memory, record->accountId))
    CELL(region, remembered(memory, record->region))
    CELL(inference_region, remembered(memory, record->inferenceRegion))
    CELL(request_id, text_of(record->requestId))
    CELL(event_time, time_of(record->timestamp))
    CELL(operation, remembered(memory, record->operation))
    CELL(model_id, remembered(memory, record->modelId))
    CELL(principal_arn, remembered(memory, record->identity.arn))
    CELL(input_tokens, count_of(record->input.inputTokenCount))
    CELL(cache_read_input_tokens, count_of(record->input.cacheReadInputTokenCount))
    CELL(cache_creation_input_tokens, count_of(record->input.cacheWriteInputTokenCount))
    CELL(max_tokens, count_of(limit_of(request)))
    CELL(service_tier, remembered(memory, tier))
    CELL(tool_names, names_of(memory, tools->names, tools->count))
    CELL(content_kinds, names_of(memory, request->messages.kinds, request->messages.count))
    CELL(input_body_path, text_of(record->input.inputBodyS3Path))
    CELL(output_tokens, count_of(record->output.outputTokenCount))
    CELL(cache_creation_1h_input_tokens, count_of(answered->one_hour))
    CELL(latency_ms, latency_of(answered->latency))
    CELL(time_to_first_token_ms, latency_of(answered->first_byte))
    CELL(stop_reason, remembered(memory, answered->stop))
    CELL(output_body_path, text_of(record->output.outputBodyS3Path))
    CELL(request_metadata, raw_of(record->requestMetadata))
    CELL(error_code, remembered(memory, record->errorCode))
    CELL(body_logged, PyBool_FromLong(record->input.inputBodyJson.there))
#undef CELL
    return true;
}

/* All that is told of the lines. `cells` holds row after row; NULL is a value that is absent. */
typedef struct {
    PyObject **cells;
    Py_ssize_t rows, room;
    PyObject *starts, *doubtful, *guarded;
    Memory memory;
} Told;

static bool with_room(Told *told) {
    if (told->rows < told->room) {
        return true;
    }
    Py_ssize_t room = told->room ? told->room * 2 : 256;
    if ((size_t)room > PY_SSIZE_T_MAX / (WIDTH * sizeof(PyObject *))) {
        PyErr_NoMemory();
        return false;
    }
    PyObject **cells = PyMem_Realloc(told->cells, (size_t)room * WIDTH * sizeof(PyObject *));
    if (cells == NULL) {
        PyErr_NoMemory();
        return false;
    }
    told->cells = cells;
    told->room = room;
    return true;
}

/* Appends a new object, whose reference it takes. */
static bool append(PyObject *list, PyObject *value) {
    if (value == NULL) {
        return false;
    }
    int failed = PyList_Append(list, value);
    Py_DECREF(value);
    return failed == 0;
}

/* What a guardrail found is read in Python. */
static bool tell_guarded(Told *told, Py_ssize_t row, const Answered *answered) {
    bool stopped = answered->stop.at != NULL && says(answered->stop, "guardrail_intervened");
    if (answered->trace.at == NULL && answered->action.at == NULL && !stopped) {
        return true;
    }
    PyObject *trace = raw_of(answered->trace), *action = remembered(&told->memory, answered->action);
    PyObject *one = trace && action ? Py_BuildValue("(nOO)", row, trace, action) : NULL;
    Py_XDECREF(trace);
    Py_XDECREF(action);
    return append(told->guarded, one);
}

/* The next line as a row; false where memory is wanting. */
static bool tell_line(Told *told, const Record *record, Sure sure, Py_ssize_t start) {
    if (!with_room(told) || !append(told->starts, PyLong_FromSsize_t(start))) {
        return false;
    }
    Py_ssize_t row = told->rows++;
    PyObject **cells = told->cells + row * WIDTH;
    memset(cells, 0, WIDTH * sizeof(PyObject *));
    if (!sure) {
        return append(told->doubtful, PyLong_FromSsize_t(row));
    }
    return tell(record, &told->memory, cells) && tell_guarded(told, row, &record->output.outputBodyJson);
}

/* The cells as columns, which take them. */
static PyObject *columns_of(Told *told) {
    PyObject *columns = PyList_New(WIDTH);
    for (Py_ssize_t i = 0; columns != NULL && i < WIDTH; i++) {
        PyObject *column = PyList_New(told->rows);
        if (column == NULL) {
            Py_CLEAR(columns);
            break;
        }
        PyList_SET_ITEM(columns, i, column);
        for (Py_ssize_t row = 0; row < told->rows; row++) {
            PyObject **cell = &told->cells[row * WIDTH + i];
            PyList_SET_ITEM(column, row, *cell != NULL ? *cell : Py_NewRef(Py_None));
            *cell = NULL;
        }
    }
    return columns;
}

static void forget(Told *told) {
    for (Py_ssize_t i = 0; i < told->rows * WIDTH; i++) {
        Py_XDECREF(told->cells[i]);
    }
    PyMem_Free(told->cells);
    for (int i = 0; i < REMEMBERED; i++) {
        Py_XDECREF(told->memory.texts[i]);
    }
    Py_XDECREF(told->starts);
    Py_XDECREF(told->doubtful);
    Py_XDECREF(told->guarded);
}

/* Reads every line; false with an exception where memory is wanting, false without one where a line is no
 * object from its first byte to its last. */
static bool read_lines(Told *told, Place data, Py_ssize_t size) {
    Cursor cursor = {data, data + size};
    Record record;
    while (cursor.at < cursor.end) {
        Place begun = cursor.at;
        Sure sure = read_record(&cursor, &record);
        Place end = cursor.at;
        if (!sure) {
            end = memchr(begun, '\n', (size_t)(cursor.end - begun));
            end = end != NULL ? end : cursor.end;
            if (*begun != '{' || end[-1] != '}') {
                return false;
            }
        }
        if (!tell_line(told, &record, sure, begun - data)) {
            return false;
        }
        cursor.at = end < cursor.end ? end + 1 : end;
    }
    return true;
}

PyDoc_STRVAR(scanned_doc, "scanned(data, /)\n--\n\nSee the stub.");

static PyObject *scanned(PyObject *module, PyObject *data) {
    (void)module;
    if (!PyBytes_CheckExact(data)) {
        PyErr_SetString(PyExc_TypeError, "lines are bytes");
        return NULL;
    }
    Told told = {.starts = PyList_New(0), .doubtful = PyList_New(0), .guarded = PyList_New(0)};
    PyObject *answer = NULL;
    if (told.starts != NULL && told.doubtful != NULL && told.guarded != NULL) {
        if (read_lines(&told, (Place)PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))) {
            PyObject *columns = columns_of(&told);
            if (columns != NULL) {
                answer = PyTuple_Pack(4, columns, told.starts, told.doubtful, told.guarded);
                Py_DECREF(columns);
            }
        } else if (!PyErr_Occurred()) {
            answer = Py_NewRef(Py_None);
        }
    }
    forget(&told);
    return answer;
}

/* -- the module ------------------------------------------------------------------------------------------- */

static const Shape *const SHAPES[] = {
    &RECORD, &IDENTITY, &INPUT, &OUTPUT, &REQUEST, &LIMITS, &SERVICE_TIER, &MESSAGE, &BLOCK, &TOOL, &TOOL_NAME,
    &TOOL_CONFIG, &ANSWER, &EVENT, &LATENCY, &USAGE, &CACHE_CREATION, &FINISH,
};

static PyObject *names_of_shape(const Shape *shape) {
    PyObject *names = PyTuple_New((Py_ssize_t)shape->count);
    for (unsigned i = 0; names != NULL && i < shape->count; i++) {
        PyObject *name = PyUnicode_FromString(shape->fields[i].name);
        if (name == NULL) {
            Py_CLEAR(names);
        } else {
            PyTuple_SET_ITEM(names, (Py_ssize_t)i, name);
        }
    }
    return names;
}

/* The fields that each shape knows, so that they can be held against the types that they mirror. */
static int add_shapes(PyObject *module) {
    PyObject *shapes = PyDict_New();
    for (size_t i = 0; shapes != NULL && i < sizeof SHAPES / sizeof *SHAPES; i++) {
        PyObject *names = names_of_shape(SHAPES[i]);
        if (names == NULL || PyDict_SetItemString(shapes, SHAPES[i]->name, names) < 0) {
            Py_CLEAR(shapes);
        }
        Py_XDECREF(names);
    }
    int failed = shapes == NULL ? -1 : PyModule_AddObjectRef(module, "SHAPES", shapes);
    Py_XDECREF(shapes);
    return failed;
}

static int add_columns(PyObject *module) {
    PyObject *names = PyTuple_New(WIDTH);
    for (Py_ssize_t i = 0; names != NULL && i < WIDTH; i++) {
        PyObject *name = PyUnicode_FromString(NAMES[i]);
        if (name == NULL) {
            Py_CLEAR(names);
        } else {
            PyTuple_SET_ITEM(names, i, name);
        }
    }
    int failed = names == NULL ? -1 : PyModule_AddObjectRef(module, "COLUMNS", names);
    Py_XDECREF(names);
    return failed;
}

static int started(PyObject *module) {
    PyDateTime_IMPORT;
    if (PyDateTimeAPI == NULL || add_shapes(module) < 0 || add_columns(module) < 0) {
        return -1;
    }
    return PyModule_AddStringConstant(module, "SOURCE_HASH", SOURCE_HASH);
}

static PyMethodDef METHODS[] = {{"scanned", scanned, METH_O, scanned_doc}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot SLOTS[] = {{Py_mod_exec, started}, {0, NULL}};
static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, "_plain_records", "Plain invocation records, read quickly.", 0, METHODS, SLOTS,
    NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__plain_records(void);

PyMODINIT_FUNC PyInit__plain_records(void) {
    return PyModuleDef_Init(&MODULE);
}
