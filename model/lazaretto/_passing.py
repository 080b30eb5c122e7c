"""How compiled code passes the classes that `_by_address` marks.

When Python calls an entry such a tuple is written to memory once, and passed as one pointer; a
field is read from there when it is asked for. Nothing is ever written to it afterwards, and the
compiler is told so, so that what is read does not have to be read again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import cgutils, config, types
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import NativeValue, intrinsic, models, register_model, typeof_impl, unbox

from ._by_address import teach

settings: Any = config  # its attributes are made at run time
UNREAD = ("meminfo", "parent")  # of an array: kernels do not count references (decision 1)


class ByAddress(types.Type):
    """The type of a marked class whose fields have those types."""

    def __init__(self, cls: Any, fields: tuple[Any, ...]) -> None:
        self.cls = cls
        self.fields = dict(zip(cls._fields, fields, strict=True))
        # the name is part of each function's name, and those of arrays and tuples are long
        said = ", ".join(f"{name}: {kind}" for name, kind in self.fields.items())
        said = f"{cls.__module__}.{cls.__qualname__}({said})"
        digest = hashlib.sha256(said.encode()).hexdigest()[:12]
        super().__init__(name=f"{cls.__name__}_{digest}")


@register_model(ByAddress)
class _ByAddressModel(models.OpaqueModel):
    """One pointer."""


@infer_getattr
class _Fields(AttributeTemplate):
    key = ByAddress

    def generic_resolve(self, kind: Any, name: str) -> Any:  # type: ignore[override]
        """The type of a field, None where there is none of that name."""
        return kind.fields.get(name)


def _teach(cls: type) -> None:
    @typeof_impl.register(cls)
    def type_of(value: Any, context: Any) -> ByAddress:
        return ByAddress(cls, tuple(typeof_impl(field, context) for field in value))


def replacing(name: str) -> Callable[..., Any]:
    """A function for kernels: (tuple of a marked class, value) -> the same with that field
    replaced."""

    def in_python(whole: Any, value: Any) -> Any:
        return whole._replace(**{name: value})

    if settings.DISABLE_JIT:
        return in_python

    @intrinsic
    def in_machine_code(typing_context: Any, whole: Any, value: Any) -> Any:
        kind = whole.fields[name]

        def write(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            layout = _layout(context, whole)
            memory = cgutils.alloca_once(builder, layout)
            before = builder.bitcast(arguments[0], layout.as_pointer())
            builder.store(builder.load(before), memory)
            value = context.cast(builder, arguments[1], signature.args[1], kind)
            _store(context, builder, whole, memory, name, value)
            return _finished(builder, memory)

        return whole(whole, value), write

    return in_machine_code


def _layout(context: Any, kind: ByAddress) -> Any:
    """How the fields lie in memory."""
    return ir.LiteralStructType([context.get_data_type(field) for field in kind.fields.values()])


def _store(context: Any, builder: Any, kind: ByAddress, memory: Any, name: str, value: Any) -> None:
    place = list(kind.fields).index(name)
    there = cgutils.gep_inbounds(builder, memory, 0, place)
    context.pack_value(builder, kind.fields[name], value, there)


def _finished(builder: Any, memory: Any) -> Any:
    """The address of what is written: from here on it does not change. The compiler must not see
    that it is the memory written before, or it might read that before it is written; so the address
    passes through (no) instructions of which it knows nothing."""
    pointer = builder.bitcast(memory, ir.IntType(8).as_pointer())
    through = ir.FunctionType(pointer.type, [pointer.type])
    return builder.asm(through, "", "=r,0,~{memory}", [pointer], side_effect=True)


@unbox(ByAddress)
def _write_down(kind: ByAddress, obj: Any, c: Any) -> NativeValue:
    """Write a tuple that Python passes to memory of the caller."""
    memory = cgutils.alloca_once(c.builder, _layout(c.context, kind))
    failed = cgutils.alloca_once_value(c.builder, cgutils.false_bit)
    for place, (name, field) in enumerate(kind.fields.items()):
        native = c.unbox(field, c.pyapi.tuple_getitem(obj, place))
        _store(c.context, c.builder, kind, memory, name, native.value)
        c.builder.store(c.builder.or_(c.builder.load(failed), native.is_error), failed)
    return NativeValue(_finished(c.builder, memory), is_error=c.builder.load(failed))


@lower_getattr_generic(ByAddress)
def _read(context: Any, builder: Any, kind: ByAddress, value: Any, name: str) -> Any:
    field = kind.fields[name]
    memory = builder.bitcast(value, _layout(context, kind).as_pointer())
    there = cgutils.gep_inbounds(builder, memory, 0, list(kind.fields).index(name))
    model = context.data_model_manager[field]
    skipped = set()
    if isinstance(field, types.Array):
        skipped = {model.get_field_position(part) for part in UNREAD}
    word = _load(builder, there, model.get_data_type(), skipped)
    return model.from_data(builder, word)


def _load(builder: Any, pointer: Any, layout: Any, skipped: set[int] | frozenset[int]) -> Any:
    """What lies there, word by word, as loads that may be moved. skipped: parts that are left
    undefined."""
    if not isinstance(layout, (ir.LiteralStructType, ir.ArrayType)):
        word = builder.load(pointer)
        word.set_metadata("invariant.load", builder.module.add_metadata([]))
        return word
    whole = ir.Constant(layout, ir.Undefined)
    for part in range(len(layout)):
        if part not in skipped:
            there = cgutils.gep_inbounds(builder, pointer, 0, part)
            word = _load(builder, there, _part(layout, part), frozenset())
            whole = builder.insert_value(whole, word, part)
    return whole


def _part(layout: Any, part: int) -> Any:
    return layout.element if isinstance(layout, ir.ArrayType) else layout.elements[part]


if not settings.DISABLE_JIT:
    teach(_teach)
