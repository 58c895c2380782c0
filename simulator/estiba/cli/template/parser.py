"""Reads a template into its tree. Source: the behaviour of Go's text/template/parse, release 1.24."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NoReturn

from ...spec.gotext import quote
from .errors import TemplateError
from .lexer import Kind, Token, line_of, tokens
from .literals import number_value, unquote
from .nodes import (
    Action,
    Branch,
    Call,
    Chain,
    Closing,
    Command,
    Constant,
    Dot,
    Field,
    Function,
    Jump,
    Nil,
    Pipeline,
    Text,
    Variable,
)

OPERANDS = frozenset((Kind.BOOL, Kind.CHARACTER, Kind.NUMBER, Kind.STRING, Kind.RAW))
STARTS = OPERANDS | {Kind.DOT, Kind.FIELD, Kind.WORD, Kind.VARIABLE, Kind.OPEN}


class Parser:
    """One template. `functions` are the names that may be called."""

    def __init__(self, text: str, name: str, functions: Collection[str]) -> None:
        self._text = text
        self._name = name
        self._functions = functions
        self._tokens = tokens(text)
        self._seen: list[Token] = []  # tokens put back, the next one last
        self._line = 1
        self._variables = ["$"]
        self._ranges = 0
        self.templates: dict[str, list[Any]] = {}

    def parse(self) -> dict[str, list[Any]]:
        """The trees of all templates by name, the main one by its own. Raises: TemplateError."""
        body: list[Any] = []
        while self._peek().kind is not Kind.END:
            node = self._text_or_action(top=True)
            if isinstance(node, Closing):
                self._fail(f"unexpected {node}")
            if node is not None:
                body.append(node)
        self.templates.setdefault(self._name, body)
        return self.templates

    # -- tokens --------------------------------------------------------------------------------

    def _next(self) -> Token:
        if self._seen:
            token = self._seen.pop()
        else:
            try:
                token = next(self._tokens)
            except TemplateError as error:
                self._fail(str(error))
        self._line = line_of(self._text, token.position)
        return token

    def _peek(self) -> Token:
        token = self._next()
        self._seen.append(token)
        return token

    def _next_solid(self) -> Token:
        token = self._next()
        while token.kind is Kind.SPACE:
            token = self._next()
        return token

    def _peek_solid(self) -> Token:
        token = self._next_solid()
        self._seen.append(token)
        return token

    def _fail(self, message: str) -> NoReturn:
        raise TemplateError(f"template: {self._name}:{self._line}: {message}")

    def _unexpected(self, token: Token, context: str) -> NoReturn:
        self._fail(f"unexpected {token.shown()} in {context}")

    def _expect(self, kind: Kind, context: str) -> Token:
        token = self._next_solid()
        if token.kind is not kind:
            self._unexpected(token, context)
        return token

    # -- statements ----------------------------------------------------------------------------

    def _text_or_action(self, *, top: bool = False) -> Any:
        token = self._next_solid()
        if token.kind is Kind.TEXT:
            return Text(token.position, token.text)
        if token.kind is not Kind.LEFT:
            self._unexpected(token, "input")
        return self._action(top)

    def _action(self, top: bool) -> Any:
        token = self._next_solid()
        if token.kind is Kind.KEYWORD:
            match token.text:
                case "if" | "with" | "range":
                    return self._branch(token.text, token.position)
                case "end":
                    return Closing(self._expect(Kind.RIGHT, "end").position, "end")
                case "else":
                    return self._else()
                case "break" | "continue":
                    return self._jump(token)
                case "template":
                    return self._call()
                case "block":
                    return self._block()
                case "define" if top:
                    return self._define()
        self._seen.append(token)
        pipeline = self._pipeline("command", Kind.RIGHT)
        return Action(pipeline.position, pipeline, _simple_name(pipeline))

    def _else(self) -> Closing:
        following = self._peek_solid()
        if following.kind is Kind.KEYWORD and following.text in ("if", "with"):
            return Closing(following.position, "else")
        return Closing(self._expect(Kind.RIGHT, "else").position, "else")

    def _jump(self, token: Token) -> Jump:
        following = self._next_solid()
        context = f"{{{{{token.text}}}}}"
        if following.kind is not Kind.RIGHT:
            self._unexpected(following, context)
        if not self._ranges:
            self._fail(f"{context} outside {{{{range}}}}")
        return Jump(token.position, token.text)

    def _list(self) -> tuple[list[Any], Closing]:
        nodes: list[Any] = []
        while self._peek_solid().kind is not Kind.END:
            node = self._text_or_action()
            if isinstance(node, Closing):
                return nodes, node
            nodes.append(node)
        self._fail("unexpected EOF")

    def _branch(self, kind: str, position: int) -> Branch:
        known = len(self._variables)
        pipeline = self._pipeline(kind, Kind.RIGHT)
        self._ranges += kind == "range"
        body, closing = self._list()
        self._ranges -= kind == "range"
        otherwise: list[Any] | None = None
        if closing.kind == "else":
            following = self._peek()
            if following.kind is Kind.KEYWORD and kind != "range" and following.text == kind:
                self._next()
                otherwise = [self._branch(kind, following.position)]
            else:
                otherwise, closing = self._list()
                if closing.kind != "end":
                    self._fail(f"expected end; found {closing}")
        del self._variables[known:]
        return Branch(position, kind, pipeline, body, otherwise)

    def _template_name(self, context: str) -> str:
        token = self._next_solid()
        if token.kind not in (Kind.STRING, Kind.RAW):
            self._unexpected(token, context)
        return self._unquoted(token)

    def _call(self) -> Call:
        position = self._peek_solid().position
        name = self._template_name("template clause")
        if self._next_solid_is_right():
            return Call(position, name, None)
        return Call(position, name, self._pipeline("template clause", Kind.RIGHT))

    def _next_solid_is_right(self) -> bool:
        token = self._next_solid()
        if token.kind is not Kind.RIGHT:
            self._seen.append(token)
        return token.kind is Kind.RIGHT

    def _block(self) -> Call:
        position = self._peek_solid().position
        name = self._template_name("block clause")
        pipeline = self._pipeline("block clause", Kind.RIGHT)
        self._body_of(name, "block clause")
        return Call(position, name, pipeline)

    def _define(self) -> None:
        name = self._template_name("define clause")
        self._expect(Kind.RIGHT, "define clause")
        self._body_of(name, "define clause")

    def _body_of(self, name: str, context: str) -> None:
        outer, self._variables = self._variables, ["$"]
        ranges, self._ranges = self._ranges, 0
        body, closing = self._list()
        if closing.kind != "end":
            self._fail(f"unexpected {closing} in {context}")
        self.templates[name] = body
        self._variables, self._ranges = outer, ranges

    # -- expressions ---------------------------------------------------------------------------

    def _pipeline(self, context: str, end: Kind) -> Pipeline:
        pipeline = Pipeline(self._peek_solid().position)
        self._declarations(pipeline, context)
        while True:
            token = self._next_solid()
            if token.kind is end:
                self._check(pipeline, context)
                return pipeline
            if token.kind not in STARTS and not _is_nil(token):
                self._unexpected(token, context)
            self._seen.append(token)
            pipeline.commands.append(self._command())

    def _declarations(self, pipeline: Pipeline, context: str) -> None:
        while (token := self._peek_solid()).kind is Kind.VARIABLE:
            self._next()
            after = self._next()
            following = after
            while following.kind is Kind.SPACE:
                following = self._next()
            if following.kind in (Kind.ASSIGN, Kind.DECLARE):
                pipeline.assigns = following.kind is Kind.ASSIGN
                pipeline.declared.append(token.text)
                self._variables.append(token.text)
                return
            if following.kind is Kind.CHAR and following.text == ",":
                pipeline.declared.append(token.text)
                self._variables.append(token.text)
                self._second(pipeline, context)
                continue
            self._seen.append(following)
            if after is not following:
                self._seen.append(after)
            self._seen.append(token)
            return

    def _second(self, pipeline: Pipeline, context: str) -> None:
        if context != "range" or len(pipeline.declared) > 1:
            self._fail(f"too many declarations in {context}")
        if self._peek_solid().kind not in (Kind.VARIABLE, Kind.RIGHT, Kind.CLOSE):
            self._fail("range can only initialize variables")

    def _check(self, pipeline: Pipeline, context: str) -> None:
        if not pipeline.commands:
            self._fail(f"missing value for {context}")
        for stage, command in enumerate(pipeline.commands[1:], 2):
            if isinstance(command.words[0], (Dot, Nil, Constant)):
                self._fail(f"non executable command in pipeline stage {stage}")

    def _command(self) -> Command:
        command = Command(self._peek_solid().position)
        while True:
            self._peek_solid()
            operand = self._operand()
            if operand is not None:
                command.words.append(operand)
            token = self._next()
            if token.kind is Kind.SPACE:
                continue
            if token.kind in (Kind.RIGHT, Kind.CLOSE):
                self._seen.append(token)
            elif token.kind is not Kind.PIPE:
                self._unexpected(token, "operand")
            break
        if not command.words:
            self._fail("empty command")
        return command

    def _operand(self) -> Any:
        node = self._term()
        if node is None or self._peek().kind is not Kind.FIELD:
            return node
        position = self._peek().position
        names: list[str] = []
        while self._peek().kind is Kind.FIELD:
            names.append(self._next().text[1:])
        if isinstance(node, Field):
            return Field(position, (*node.names, *names))
        if isinstance(node, Variable):
            return Variable(position, node.name, (*node.names, *names))
        if isinstance(node, (Constant, Nil, Dot)):
            self._fail(f"unexpected . after term {quote(str(node))}")
        return Chain(position, node, tuple(names))

    def _term(self) -> Any:
        token = self._next_solid()
        position, text = token.position, token.text
        match token.kind:
            case Kind.WORD:
                if text not in self._functions:
                    self._fail(f"function {quote(text)} not defined")
                return Function(position, text)
            case Kind.DOT:
                return Dot(position)
            case Kind.KEYWORD if text == "nil":
                return Nil(position)
            case Kind.VARIABLE:
                if text not in self._variables:
                    self._fail(f"undefined variable {quote(text)}")
                return Variable(position, text)
            case Kind.FIELD:
                return Field(position, (text[1:],))
            case Kind.BOOL:
                return Constant(position, text == "true", text)
            case Kind.NUMBER | Kind.CHARACTER:
                return self._number(token)
            case Kind.STRING | Kind.RAW:
                return Constant(position, self._unquoted(token), text)
            case Kind.OPEN:
                return self._pipeline("parenthesized pipeline", Kind.CLOSE)
        self._seen.append(token)
        return None

    def _number(self, token: Token) -> Constant:
        try:
            return Constant(token.position, number_value(token.text), token.text)
        except TemplateError as error:
            self._fail(str(error))

    def _unquoted(self, token: Token) -> str:
        try:
            return unquote(token.text)
        except TemplateError as error:
            self._fail(str(error))


def _simple_name(pipeline: Pipeline) -> str:
    """The one member of the dot a pipeline stands for; empty if it is more than that."""
    if pipeline.declared or len(pipeline.commands) != 1 or len(pipeline.commands[0].words) != 1:
        return ""
    word = pipeline.commands[0].words[0]
    return word.names[0] if isinstance(word, Field) and len(word.names) == 1 else ""


def _is_nil(token: Token) -> bool:
    return token.kind is Kind.KEYWORD and token.text == "nil"
