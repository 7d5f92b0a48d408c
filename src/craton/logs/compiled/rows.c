/* Lines that are each one plain invocation record, to the values of their rows.
 *
 * What records mean is said in Python, by `invocation.py` and `invocation_facts.py`. Here stands the same
 * once more for what is common. Whatever is not common, or not beyond doubt, makes a line doubtful, and a
 * doubtful line is read in Python as if this were not there. So nothing may be read here that Python would
 * refuse or read otherwise; nothing is lost by doubting.
 *
 * A line is read in two steps. Reading (`invocation.h`) fills a struct with numbers and places in the
 * line, and cannot fail but by doubt. Telling makes the objects, and can fail for want of memory alone.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <datetime.h>

#include "invocation.h"

#ifndef SOURCE_HASH
#define SOURCE_HASH ""
#endif

/* -- telling */

/* The values of a row, in the order of `invocation_facts.FIELDS`. */
#define COLUMNS(each) \
    each(account_id) each(region) each(inference_region) each(request_id) each(event_time) \
    each(operation) each(model_id) each(principal_arn) each(input_tokens) \
    each(cache_read_input_tokens) each(cache_creation_input_tokens) each(max_tokens) \
    each(service_tier) each(tool_names) each(content_kinds) each(input_body_path) \
    each(output_tokens) each(cache_creation_1h_input_tokens) each(output_images) each(latency_ms) \
    each(time_to_first_token_ms) each(stop_reason) each(guardrail_action) each(guardrail_id) \
    each(guardrail_version) each(guardrail_findings) each(output_body_path) each(request_metadata) \
    each(error_code) each(body_logged) each(prefix_hash) each(input_text) each(output_text)

#define AS_INDEX(name) AT_##name,
#define AS_NAME(name) #name,
enum { COLUMNS(AS_INDEX) WIDTH };
static const char *const NAMES[] = {COLUMNS(AS_NAME)};

/* So many lines may be doubtful beside as many that are not. */
#define MOST_UNSURE 64

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
    return PyDateTime_FromDateAndTime(
        time.year, time.month, time.day, time.hour, time.minute, time.second, time.microsecond
    );
}

/* The row's values into its cells; false where memory is wanting, the cells so far being filled. */
static bool tell(const Record *record, Memory *memory, PyObject **cells) {
    const Request *request = &record->input.inputBodyJson.request;
    const Answered *answered = &record->output.outputBodyJson;
    const Tools *tools = request->tools.there ? &request->tools : &request->toolConfig.tools;
    Text tier = request->serviceTier.there ? request->serviceTier.type : request->service_tier;
#define CELL(name, value) \
    if ((cells[AT_##name] = (value)) == NULL) { \
        return false; \
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
    CELL(output_images, count_of(answered->images))
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
    Py_ssize_t rows, room, unsure;
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

/* What a guardrail found is read in Python, and so is how the request names it. */
static bool tell_guarded(Told *told, Py_ssize_t row, const Record *record) {
    const GuardrailConfig *named = &record->input.inputBodyJson.request.guardrailConfig;
    const Answered *answered = &record->output.outputBodyJson;
    bool stopped = answered->stop.at != NULL && says(answered->stop, "guardrail_intervened");
    if (answered->trace.at == NULL && answered->action.at == NULL && !stopped && !named->there) {
        return true;
    }
    PyObject *trace = raw_of(answered->trace), *action = remembered(&told->memory, answered->action);
    PyObject *identifier = remembered(&told->memory, named->guardrailIdentifier);
    PyObject *version = remembered(&told->memory, named->guardrailVersion);
    PyObject *one = NULL;
    if (trace && action && identifier && version) {
        one = Py_BuildValue("(nOOOO)", row, trace, action, identifier, version);
    }
    Py_XDECREF(trace);
    Py_XDECREF(action);
    Py_XDECREF(identifier);
    Py_XDECREF(version);
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
    Text stop = record->output.outputBodyJson.stop;
    if (!sure || (stop.at != NULL && !is_word(stop))) {
        told->unsure++;
        return append(told->doubtful, PyLong_FromSsize_t(row));
    }
    return tell(record, &told->memory, cells) && tell_guarded(told, row, record);
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

static PyObject *answer_of(Told *told) {
    PyObject *columns = columns_of(told);
    if (columns == NULL) {
        return NULL;
    }
    PyObject *answer = PyTuple_Pack(4, columns, told->starts, told->doubtful, told->guarded);
    Py_DECREF(columns);
    return answer;
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

/* Whether so many lines are doubtful that Python reads all of them as quickly. Lines may be short, and rows
 * are not: this also bounds what is held of lines that are no records.
 */
static bool is_hopeless(const Told *told) {
    return told->unsure > MOST_UNSURE + (told->rows - told->unsure);
}

/* Reads line after line, as long as that is of use; false where memory is wanting. */
static bool read_lines(Told *told, Place data, Py_ssize_t size) {
    Cursor cursor = {data, data + size};
    Record record;
    while (cursor.at < cursor.end && !is_hopeless(told)) {
        Place begun = cursor.at;
        Sure sure = read_record(&cursor, &record);
        if (!sure) {
            Place end = memchr(begun, '\n', (size_t)(cursor.end - begun));
            cursor.at = end != NULL ? end : cursor.end;
        }
        if (!tell_line(told, &record, sure, begun - data)) {
            return false;
        }
        if (cursor.at < cursor.end) {
            cursor.at++;
        }
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
    bool begun = told.starts != NULL && told.doubtful != NULL && told.guarded != NULL;
    if (begun && read_lines(&told, (Place)PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))) {
        answer = is_hopeless(&told) ? Py_NewRef(Py_None) : answer_of(&told);
    }
    forget(&told);
    return answer;
}

/* -- the module */

static Shape *const SHAPES[] = {
    &RECORD, &IDENTITY, &INPUT, &OUTPUT, &REQUEST, &LIMITS, &SERVICE_TIER, &MESSAGE, &BLOCK, &TOOL,
    &TOOL_NAME, &TOOL_CONFIG, &GUARDRAIL_CONFIG, &ANSWER, &EVENT, &LATENCY, &USAGE, &CACHE_DETAIL,
    &CACHE_CREATION, &FINISH,
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
    for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++) {
        learn_sorts(SHAPES[i]);
    }
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
