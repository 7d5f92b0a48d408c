/* JSON of strangers, byte by byte, and its objects into structs by table.
 *
 * Every function that reads answers whether what it read is beyond doubt, and is at least as strict as
 * msgspec. Reading makes no Python object, allocates nothing and calls itself no deeper than `DEEPEST`.
 *
 * A `bytes` object ends with a NUL that is not counted, and a NUL is nowhere legal in JSON: reading byte
 * by byte stops there at the latest. A line end is legal in no line, and stops it too.
 */
#ifndef CRATON_JSON_H
#define CRATON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__) && !defined(PORTABLE)
#include <emmintrin.h>
#endif

/* Deeper than anything plain, and far less deep than Python's own limit. */
#define DEEPEST 64
/* So many digits are below 2**53, the largest count. */
#define MOST_DIGITS 15
#define LARGEST (INT64_C(1) << 53)

typedef const uint8_t *Place;

/* A stretch of the line; `at` is NULL where there is none. */
typedef struct {
    Place at;
    ptrdiff_t size;
} Text;

typedef struct {
    int64_t value;
    bool known;
} Count;

/* Every struct that mirrors an object begins with this. */
typedef bool There;

/* -- values */

/* Where reading stands; `end` is the end of all lines. */
typedef struct {
    Place at, end;
} Cursor;

/* Every function that reads answers whether it is beyond doubt. */
typedef bool Sure;

static inline void past_blanks(Cursor *cursor) {
    while (*cursor->at <= ' ' && (*cursor->at == ' ' || *cursor->at == '\t' || *cursor->at == '\r')) {
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

static inline bool is_letter(uint8_t byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static inline bool is_digit(uint8_t byte) {
    return byte >= '0' && byte <= '9';
}

/* What ends a run of plain characters in a text: quote, backslash, control characters. */
static inline bool ends_run(uint8_t byte, bool ascii) {
    return byte < 0x20 || byte == '"' || byte == '\\' || (ascii && byte >= 0x80);
}

/* Past characters that stand for themselves, those beyond ASCII included unless `ascii`. As long as there are
 * enough, many are looked at together.
 */
static inline Place past_run(Place at, Place end, bool ascii) {
#if defined(__SSE2__) && !defined(PORTABLE)
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), last = _mm_set1_epi8(0x1f);
    for (; end - at >= 16; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last), bytes);
        __m128i special = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
        __m128i found = _mm_or_si128(special, ascii ? _mm_or_si128(control, bytes) : control);
        unsigned places = (unsigned)_mm_movemask_epi8(found);
        if (places) {
            return at + __builtin_ctz(places);
        }
    }
#else
    /* The highest bit of a byte tells; what is carried from one byte to the next was told by the first. */
    const uint64_t each = UINT64_C(0x0101010101010101), highest = each << 7;
    for (; end - at >= 8; at += 8) {
        uint64_t bytes;
        memcpy(&bytes, at, sizeof bytes);
        uint64_t quote = bytes ^ each * '"', backslash = bytes ^ each * '\\';
        uint64_t found = ((bytes - each * 0x20) | (quote - each) | (backslash - each)) & ~bytes;
        if ((found | (ascii ? bytes : 0)) & highest) {
            break;
        }
    }
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
        unsigned nibble;
        if (is_digit(byte)) {
            nibble = byte - '0';
        } else if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f') {
            nibble = (byte | 0x20) - 'a' + 10;
        } else {
            return false;
        }
        *code = *code << 4 | nibble;
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

/* Past a text. msgspec looks at the UTF-8 of those alone of which it makes a text: `made` says that it
 * does. */
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
        if (past(cursor, closing)) {
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
        } while (past(cursor, ','));
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

/* A whole number, written as one. What else a number may have is doubted by whoever reads on behind it. */
static Sure read_count(Cursor *cursor, Count *count) {
    Place begun = cursor->at;
    int64_t value = 0;
    while (is_digit(*cursor->at) && cursor->at - begun < MOST_DIGITS) {
        value = value * 10 + (*cursor->at++ - '0');
    }
    ptrdiff_t digits = cursor->at - begun;
    if (digits == 0 || (digits > 1 && *begun == '0')) {
        return false;
    }
    *count = (Count){value, true};
    return true;
}

/* -- objects by table */

typedef enum {
    TEXT,   /* a text or null */
    COUNT,  /* a whole number or null */
    RAW,    /* anything, as it stands */
    UNREAD, /* a text that is not kept, or null */
    OBJECT, /* an object by a table, or null */
    OTHER,  /* what a function reads, or null */
} Form;

typedef struct Shape Shape;

typedef struct {
    char name[33];
    uint8_t size;
    uint16_t offset;
    Form form;
    const Shape *shape;
    Sure (*read)(Cursor *, void *, int depth);
} Field;

/* At most 32 fields. `closed` shapes know all of theirs: another one is news. `sorts` has a bit for each sort
 * of name that is known, for most names of what others write are not, and are passed over by a look at it.
 */
struct Shape {
    const char *name;
    const Field *fields;
    unsigned count;
    bool closed;
    uint64_t sorts;
};

static inline uint64_t sort_of(Place name, ptrdiff_t size) {
    return UINT64_C(1) << ((*name + 7 * (uint64_t)size) & 63);
}

/* Has to be done once for each shape before it is read by. */
static void learn_sorts(Shape *shape) {
    uint64_t sorts = 0;
    for (unsigned i = 0; i < shape->count; i++) {
        sorts |= sort_of((Place)shape->fields[i].name, shape->fields[i].size);
    }
    shape->sorts = sorts;
}

/* A field of an object and the member that it fills, which is named after it where that can be. */
#define FIELD_AS(type, member, name, form, ...) \
    {name, sizeof(name) - 1, offsetof(type, member), form, __VA_ARGS__}
#define PLAIN(type, member, form) FIELD_AS(type, member, #member, form, NULL, NULL)
#define NAMED(type, member, name, form) FIELD_AS(type, member, name, form, NULL, NULL)
#define INSIDE(type, member, shape) FIELD_AS(type, member, #member, OBJECT, &shape, NULL)
#define READ_BY(type, member, read) FIELD_AS(type, member, #member, OTHER, NULL, read)
/* Has no place in the struct, since nothing is kept of it. */
#define NOT_KEPT(name, form) {name, sizeof(name) - 1, 0, form, NULL, NULL}
#define SHAPE(name, fields, closed) {name, fields, sizeof(fields) / sizeof((fields)[0]), closed, 0}

static inline bool is_named(const Field *field, Place name, ptrdiff_t size) {
    return field->size == size && (uint8_t)*field->name == *name &&
           memcmp(field->name, name, (size_t)size) == 0;
}

/* The field of that name, NULL where it is not known. Fields mostly come in the order of the table. */
static const Field *field_named(const Shape *shape, Place name, ptrdiff_t size, unsigned *next) {
    unsigned at = *next;
    if (at < shape->count && is_named(&shape->fields[at], name, size)) {
        *next = at + 1;
        return &shape->fields[at];
    }
    if (!(shape->sorts & sort_of(name, size))) {
        return NULL;
    }
    for (at = 0; at < shape->count; at++) {
        if (is_named(&shape->fields[at], name, size)) {
            *next = at + 1;
            return &shape->fields[at];
        }
    }
    return NULL;
}

static Sure read_object(Cursor *cursor, const Shape *shape, void *into, int depth);

static Sure read_field(Cursor *cursor, const Field *field, void *into, int depth) {
    past_blanks(cursor);
    void *place = (char *)into + field->offset;
    if (*cursor->at == 'n' && field->form != RAW) {
        return past_word(cursor, "null");
    }
    switch (field->form) {
    case TEXT:
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
    if (past(cursor, '}')) {
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
    } while (past(cursor, ','));
    return past(cursor, '}');
}

/* A list of which each element is read by `read`. */
static Sure read_list(Cursor *cursor, Sure (*read)(Cursor *, void *, int depth), void *into, int depth) {
    if (*cursor->at != '[' || depth >= DEEPEST) {
        return false;
    }
    cursor->at++;
    if (past(cursor, ']')) {
        return true;
    }
    do {
        past_blanks(cursor);
        if (!read(cursor, into, depth + 1)) {
            return false;
        }
    } while (past(cursor, ','));
    return past(cursor, ']');
}

static inline bool same(Text one, Text other) {
    return one.size == other.size && memcmp(one.at, other.at, (size_t)one.size) == 0;
}

static inline bool says(Text text, const char *word) {
    return same(text, (Text){(Place)word, (ptrdiff_t)strlen(word)});
}

static inline Text either(Text one, Text other) {
    return one.at != NULL ? one : other;
}

#endif
