"""The ways in which a query is made wrong, one operator each.

An operator is given a node and yields edits. Calling an edit changes the tree that the node stands in and
returns what stood there and what stands there now, as SQL.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Final

from sqlglot import exp

Edit = Callable[[], tuple[str, str]]
Operator = Callable[[exp.Expr], Iterator[Edit]]

_BOUNDARY: Final[dict[type[exp.Expr], type[exp.Expr]]] = {
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
}
_OPPOSITE: Final[dict[type[exp.Expr], type[exp.Expr]]] = {
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.LT: exp.GTE,
    exp.LTE: exp.GT,
    exp.GT: exp.LTE,
    exp.GTE: exp.LT,
    exp.NullSafeEQ: exp.NullSafeNEQ,
    exp.NullSafeNEQ: exp.NullSafeEQ,
}
_NULL_BLIND: Final[dict[type[exp.Expr], type[exp.Expr]]] = {
    exp.NullSafeEQ: exp.EQ,
    exp.NullSafeNEQ: exp.NEQ,
}
_ARITHMETIC: Final[dict[type[exp.Expr], type[exp.Expr]]] = {
    exp.Add: exp.Sub,
    exp.Sub: exp.Add,
    exp.Mul: exp.Div,
    exp.Div: exp.Mul,
}
_AGGREGATE: Final[dict[type[exp.Expr], type[exp.Expr]]] = {
    exp.Sum: exp.Max,
    exp.Min: exp.Max,
    exp.Max: exp.Min,
    exp.Avg: exp.Max,
}
_JOIN_SIDES: Final[dict[str, tuple[str, ...]]] = {
    "": ("LEFT",),
    "LEFT": ("",),
    "RIGHT": ("",),
    "FULL": ("LEFT", "RIGHT", ""),
}
_UNITS: Final[dict[str, str]] = {
    "MINUTE": "HOUR",
    "HOUR": "DAY",
    "DAY": "HOUR",
    "WEEK": "DAY",
    "MONTH": "DAY",
}
_CONDITIONS: Final = (exp.In, exp.Like, exp.StartsWith, exp.Exists, exp.Between, exp.Is, exp.ArrayContains)


def drop_condition(node: exp.Expr) -> Iterator[Edit]:
    """Each operand of AND and OR is left out; a condition that stands alone becomes TRUE."""
    if isinstance(node, exp.And | exp.Or):
        yield lambda: _replace(node, node.this)
        if not isinstance(node.this, type(node)):
            yield lambda: _replace(node, node.expression)
    elif _is_whole_condition(node):
        yield lambda: _replace(node, exp.true())


def flip_comparison(node: exp.Expr) -> Iterator[Edit]:
    """A comparison becomes its opposite, and so does a test such as IN, LIKE or IS NULL."""
    if (opposite := _OPPOSITE.get(type(node))) is not None:
        yield lambda: _replace(node, opposite(this=node.this, expression=node.expression))
    elif isinstance(node, _CONDITIONS):
        if isinstance(parent := node.parent, exp.Not):
            yield lambda: _replace(parent, node)
        else:
            yield lambda: _replace(node, exp.Not(this=node.copy()))


def move_boundary(node: exp.Expr) -> Iterator[Edit]:
    """`<` becomes `<=` and back, `>` becomes `>=` and back."""
    if (other := _BOUNDARY.get(type(node))) is not None:
        yield lambda: _replace(node, other(this=node.this, expression=node.expression))


def forget_null(node: exp.Expr) -> Iterator[Edit]:
    """IS NOT DISTINCT FROM becomes `=`; COALESCE and NULLIF become their first argument."""
    if (other := _NULL_BLIND.get(type(node))) is not None:
        yield lambda: _replace(node, other(this=node.this, expression=node.expression))
    elif isinstance(node, exp.Coalesce | exp.Nullif):
        yield lambda: _replace(node, node.this)


def shift_constant(node: exp.Expr) -> Iterator[Edit]:
    """A number becomes one more."""
    if not isinstance(node, exp.Literal) or isinstance(
        node.parent, exp.Group | exp.Ordered | exp.DataTypeParam
    ):
        return
    text = str(node.this)
    if isinstance(node.parent, exp.Interval) and text.isdigit():
        yield lambda: _shifted(node, exp.Literal.string(str(int(text) + 1)))
    elif not node.is_string:
        yield lambda: _shifted(node, exp.Literal.number(Decimal(text) + 1))


def drop_element(node: exp.Expr) -> Iterator[Edit]:
    """Each element of an IN list is left out."""
    if isinstance(node, exp.In) and len(node.expressions) > 1:
        for element in node.expressions:
            yield partial(_without, node, "expressions", element)


def drop_grouping_key(node: exp.Expr) -> Iterator[Edit]:
    """Each grouping key is left out; what the query shows of it becomes its greatest value."""
    if isinstance(node, exp.Group):
        for key in node.expressions:
            yield partial(_ungrouped, node, key)


def drop_distinct(node: exp.Expr) -> Iterator[Edit]:
    """DISTINCT is left out, and UNION becomes UNION ALL and back."""
    if isinstance(node, exp.Select) and node.args.get("distinct"):
        yield lambda: _set(node, "distinct", None, "SELECT DISTINCT", "SELECT")
    elif isinstance(node, exp.Distinct) and isinstance(node.parent, exp.Count):
        yield lambda: _replace(node, node.expressions[0])
    elif isinstance(node, exp.Union):
        was = bool(node.args.get("distinct"))
        words = ("UNION", "UNION ALL") if was else ("UNION ALL", "UNION")
        yield lambda: _set(node, "distinct", not was, *words)


def change_join(node: exp.Expr) -> Iterator[Edit]:
    """An inner join becomes an outer one, an outer join an inner one or one-sided."""
    if not isinstance(node, exp.Join) or node.args.get("on") is None:
        return
    for side in _JOIN_SIDES.get(node.side, ()):
        yield partial(_joined, node, side)


def change_window(node: exp.Expr) -> Iterator[Edit]:
    """Each PARTITION BY key and the ORDER BY of a window are left out; `date_trunc` takes another unit."""
    if isinstance(node, exp.Window):
        for key in node.args.get("partition_by") or ():
            yield partial(_without, node, "partition_by", key)
        if (order := node.args.get("order")) is not None:
            yield lambda: _set(node, "order", None, order.sql("duckdb"), "no order")
    elif isinstance(node, exp.TimestampTrunc | exp.DateTrunc):
        unit = node.args["unit"].name.upper()
        if unit in _UNITS:
            yield lambda: _set(node, "unit", exp.var(_UNITS[unit]), unit, _UNITS[unit])


def change_order(node: exp.Expr) -> Iterator[Edit]:
    """The first ORDER BY term runs the other way."""
    if isinstance(node, exp.Ordered) and node.parent is not None and node is node.parent.expressions[0]:
        yield lambda: _set(node, "desc", not node.args.get("desc"), node.sql("duckdb"), "the other way")


def change_aggregate(node: exp.Expr) -> Iterator[Edit]:
    """SUM and AVG become MAX, MIN becomes MAX and back, COUNT of a column counts rows."""
    if (other := _AGGREGATE.get(type(node))) is not None:
        yield lambda: _replace(node, other(this=node.this))
    elif isinstance(node, exp.Count) and isinstance(node.this, exp.Column):
        yield lambda: _replace(node, exp.Count(this=exp.Star(), big_int=True))


def change_arithmetic(node: exp.Expr) -> Iterator[Edit]:
    """`+` becomes `-` and back, `*` becomes `/` and back."""
    if (other := _ARITHMETIC.get(type(node))) is not None:
        yield lambda: _replace(node, other(this=node.this, expression=node.expression))


OPERATORS: Final[dict[str, Operator]] = {
    "condition": drop_condition,
    "comparison": flip_comparison,
    "boundary": move_boundary,
    "null": forget_null,
    "constant": shift_constant,
    "element": drop_element,
    "grouping": drop_grouping_key,
    "distinct": drop_distinct,
    "join": change_join,
    "window": change_window,
    "order": change_order,
    "aggregate": change_aggregate,
    "arithmetic": change_arithmetic,
}


def _is_whole_condition(node: exp.Expr) -> bool:
    parent = node.parent
    match parent:
        case exp.Where() | exp.Having():
            return True
        case exp.Join():
            return node.arg_key == "on"
        case exp.If():
            return node.arg_key == "this" and not (parent.parent and parent.parent.args.get("this"))
        case _:
            return False


def _replace(node: exp.Expr, new: exp.Expr) -> tuple[str, str]:
    texts = node.sql("duckdb"), new.sql("duckdb")
    node.replace(new.copy())
    return texts


def _shifted(constant: exp.Expr, new: exp.Expr) -> tuple[str, str]:
    around = constant.parent
    if around is None:
        return _replace(constant, new)
    before = around.sql("duckdb").strip()
    constant.replace(new)
    return before, around.sql("duckdb").strip()


def _set(node: exp.Expr, name: str, value: object, before: str, after: str) -> tuple[str, str]:
    node.set(name, value)
    return before, after


def _without(node: exp.Expr, name: str, element: exp.Expr) -> tuple[str, str]:
    node.set(name, [other for other in node.args[name] if other is not element])
    return element.sql("duckdb"), "nothing"


def _joined(join: exp.Join, side: str) -> tuple[str, str]:
    texts = f"{join.side or 'INNER'} JOIN {join.alias_or_name}", f"{side or 'INNER'} JOIN"
    join.set("side", side)
    join.set("kind", None)
    return texts


def _ungrouped(group: exp.Group, key: exp.Expr) -> tuple[str, str]:
    select = group.parent
    if not isinstance(select, exp.Select):
        raise TypeError("a GROUP BY stands in no SELECT")
    grouped = _meant(select, key)
    rest = [other for other in group.expressions if other is not key]
    select.set("group", exp.Group(expressions=rest) if rest else None)
    for part in (*select.expressions, select.args.get("having"), select.args.get("order")):
        for node in list(part.walk()) if part is not None else ():
            if node == grouped and node.find_ancestor(exp.AggFunc) is None:
                _show_greatest(node)
    return grouped.sql("duckdb"), "not grouped"


def _show_greatest(grouped: exp.Expr) -> None:
    greatest: exp.Expr = exp.Max(this=grouped.copy())
    if isinstance(grouped.parent, exp.Select) and grouped.output_name:
        greatest = exp.alias_(greatest, grouped.output_name)
    grouped.replace(greatest)


def _meant(select: exp.Select, key: exp.Expr) -> exp.Expr:
    """The expression behind a grouping key, which may be the number or the name of an output column."""
    projections: list[exp.Expr] = select.expressions
    if isinstance(key, exp.Literal):
        return projections[int(key.this) - 1].unalias()
    for projection in projections:
        if isinstance(projection, exp.Alias) and isinstance(key, exp.Column) and key.name == projection.alias:
            return projection.unalias()
    return key
