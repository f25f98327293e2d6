"""Pages for people without Django: templates in two languages, the design system's files, headers that let nothing else in.

The gateway and the demo's live page are made with it. Only they import this module: Jinja2 is not in the base installation.
"""

from __future__ import annotations

import gettext
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit

import jinja2
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sluis.core import errors
from sluis.core.errors import Fault

LANGUAGES: Final = ("nl", "en")
COOKIE: Final = "sluis-taal"
FORM_LIMIT: Final = 4 * 1024 * 1024
HTML: Final = "text/html; charset=utf-8"
YEAR: Final = 365 * 86_400
HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
MANY_FIELDS: Final = 2_000


@dataclass(frozen=True, slots=True, repr=False)
class Upload:
    """A file that came with a form: its name as the browser gave it, and its octets. It was never on disk."""

    name: str
    octets: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Form:
    """The fields of a posted form. `form["x"]` is the text of a field, empty when it was not sent."""

    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.get(name)

    def get(self, name: str, default: str = "") -> str:
        """The text of a field; of one that is there twice, the last."""
        return (self.texts.get(name) or (default,))[-1]

    def all(self, name: str) -> tuple[str, ...]:
        """Every text of a field that may be there more than once."""
        return self.texts.get(name, ())


class Pages:
    """The pages of one package: `templates/`, `assets/` and `locale/` of it, on top of what `wire` gives every face.

    Dutch is written in the templates; English comes from `locale/en/LC_MESSAGES/<domain>.mo`.
    """

    def __init__(self, package: str, *, domain: str) -> None:
        self._package = package
        words = {language: _catalogue(package, domain, language) for language in LANGUAGES}
        self._gettext = {language: found.gettext for language, found in words.items()}
        self._languages = {language: _environment(package, found) for language, found in words.items()}

    def render(self, request: Request, name: str, *, status: int = 200, **context: object) -> Response:
        """The template `name` in the reader's language. It knows `language`, `languages`, `here` (path with query)."""
        language = language_of(request)
        query = f"?{request.url.query}" if request.url.query else ""
        place = {"language": language, "languages": LANGUAGES, "here": request.url.path + query}
        text = self._languages[language].get_template(name).render(**place, **context)
        return Response(text, status, HEADERS, HTML)

    def prepare(self) -> None:
        """Compiles every template, so that the first reader need not wait for it. Takes a second or so of a core."""
        for environment in self._languages.values():
            for name in environment.list_templates():
                environment.get_template(name)

    def translate(self, request: Request, text: str) -> str:
        """`text` in the reader's language."""
        return self._gettext[language_of(request)](text)

    def routes(self) -> Sequence[BaseRoute]:
        """`/static/` with every asset, and `POST /taal` that keeps the reader's language."""
        files = StaticFiles(packages=[("sluis.wire", "assets")])
        if (own := Path(str(resources.files(self._package))) / "assets").is_dir():
            files.all_directories.append(own)
        return Mount("/static", files), Route("/taal", choose_language, methods=["POST"])


def _catalogue(package: str, domain: str, language: str) -> gettext.NullTranslations:
    folder = Path(str(resources.files(package))) / "locale"
    return gettext.translation(domain, folder, languages=[language], fallback=language == LANGUAGES[0])


def _environment(package: str, words: gettext.NullTranslations) -> jinja2.Environment:
    loader = jinja2.ChoiceLoader([jinja2.PackageLoader(package), jinja2.PackageLoader("sluis.wire")])
    made = jinja2.Environment(
        loader=loader,
        autoescape=True,
        # What was installed is what is served: nobody edits a page while it runs.
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    # `_` takes any text, also one with a percent sign; `{% trans %}` fills its own names in.
    made.globals["_"] = words.gettext
    return made


def language_of(request: Request) -> str:
    """What the reader chose, else English for a browser that asks for it first, else Dutch."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    return "en" if request.headers.get("accept-language", "").lower().startswith("en") else LANGUAGES[0]


async def choose_language(request: Request) -> Response:
    """Keeps the language of the form and goes back to the page it came from."""
    form = await read_form(request)
    answer = see_other(local(form.get("next", "/")))
    if (language := form.get("language", "")) in LANGUAGES:
        answer.set_cookie(COOKIE, language, max_age=YEAR, httponly=True, samesite="strict")
    return answer


def local(address: str) -> str:
    """`address` when it is a path on this very server, else `/`: a form never sends its reader elsewhere."""
    parts = urlsplit(address)
    plain = address.isprintable() and "\\" not in address
    return address if plain and not parts.scheme and not parts.netloc and address.startswith("/") else "/"


def see_other(address: str) -> RedirectResponse:
    """On to another page after a form (303)."""
    return RedirectResponse(address, 303, {"cache-control": "no-store"})


async def read_form(request: Request, *, limit: int = FORM_LIMIT) -> Form:
    """The fields and files of a posted form (urlencoded or multipart), kept in memory only.

    Raises Malformed `te-groot` above `limit` octets, `onjuiste-invoer`; NotAllowed `andere-herkomst` when another site's page
    posted it.
    """
    require_same_origin(request)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise errors.Malformed("The form is larger than this page takes.", code="te-groot", limit=limit)
    try:
        return await _form(await _parser(request, bytes(body)).parse())
    except (MultiPartException, UnicodeError, ValueError):
        fault = Fault("", "onjuist", "Send the form as UTF-8.")
        raise errors.Malformed("The form does not read.", code="onjuiste-invoer", faults=(fault,)) from None


def _parser(request: Request, body: bytes) -> FormParser | MultiPartParser:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        # The parser would put a sign of its own where the text is no UTF-8: such a form is refused first.
        unquote_to_bytes(body).decode("utf-8")
        return FormParser(request.headers, _stream(body), max_fields=MANY_FIELDS, max_part_size=len(body))
    return _InMemory(request.headers, _stream(body), max_files=1, max_fields=MANY_FIELDS, max_part_size=len(body))


class _InMemory(MultiPartParser):
    # What a form brings may name identifiers: a large file is not to be spilled to disk.
    spool_max_size = 2**31


async def _stream(body: bytes) -> AsyncGenerator[bytes]:
    yield body
    yield b""


async def _form(data: FormData) -> Form:
    texts: dict[str, tuple[str, ...]] = {}
    files: dict[str, Upload] = {}
    for name, value in data.multi_items():
        if not isinstance(value, UploadFile):
            texts[name] = (*texts.get(name, ()), value)
        elif value.filename:
            files[name] = Upload(value.filename, await value.read())
    await data.close()
    return Form(texts, files)


def require_same_origin(request: Request) -> None:
    """Only our own pages post here: browsers say where a form came from, and a program that says nothing has no cookie.

    Raises NotAllowed `andere-herkomst`. Source: Fetch metadata (`Sec-Fetch-Site`), and `Origin` where it is missing.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    same = site in ("same-origin", "none") if site else origin in (None, f"{request.url.scheme}://{request.url.netloc}")
    if not same:
        raise errors.NotAllowed("Another site sent this form.", code="andere-herkomst")
