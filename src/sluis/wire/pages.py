"""Pages for people without Django: templates in two languages, the design system's files, headers that let nothing else in.

The gateway and the demo's live page are made with it. Only they import this module: Jinja2 is not in the base installation.
"""

from __future__ import annotations

import functools
import gettext
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import jinja2
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
Form = dict[str, str]


class Pages:
    """The pages of one package: `templates/`, `assets/` and `locale/` of it, on top of what `wire` gives every face.

    Dutch is written in the templates; English comes from `locale/en/LC_MESSAGES/<domain>.mo`.
    """

    def __init__(self, package: str, *, domain: str) -> None:
        self._package = package
        self._languages = {language: _environment(package, domain, language) for language in LANGUAGES}

    def render(self, request: Request, name: str, *, status: int = 200, **context: object) -> Response:
        """The template `name` in the reader's language. It knows `language`, `languages`, `here` (path with query)."""
        language = language_of(request)
        query = f"?{request.url.query}" if request.url.query else ""
        place = {"language": language, "languages": LANGUAGES, "here": request.url.path + query}
        text = self._languages[language].get_template(name).render(**place, **context)
        return Response(text, status, HEADERS, HTML)

    def translate(self, request: Request, text: str) -> str:
        """`text` in the reader's language."""
        return str(self._languages[language_of(request)].globals["gettext"](text))  # type: ignore[operator]

    def routes(self) -> Sequence[BaseRoute]:
        """`/static/` with every asset, and `POST /taal` that keeps the reader's language."""
        files = StaticFiles(packages=[("sluis.wire", "assets")])
        if (own := Path(str(resources.files(self._package))) / "assets").is_dir():
            files.all_directories.append(own)
        return Mount("/static", files), Route("/taal", choose_language, methods=["POST"])


@functools.cache
def _environment(package: str, domain: str, language: str) -> jinja2.Environment:
    loader = jinja2.ChoiceLoader([jinja2.PackageLoader(package), jinja2.PackageLoader("sluis.wire")])
    made = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    folder = Path(str(resources.files(package))) / "locale"
    words = gettext.translation(domain, folder, languages=[language], fallback=language == LANGUAGES[0])
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    made.globals["gettext"] = words.gettext
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
    """The fields of a posted form (urlencoded); of a field that is there twice, the last.

    Raises Malformed `te-groot` above `limit` octets, NotAllowed `andere-herkomst` when another site's page posted it.
    """
    require_same_origin(request)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise errors.Malformed("The form is larger than this page takes.", code="te-groot", limit=limit)
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
    except (UnicodeDecodeError, ValueError):
        fault = Fault("", "onjuist", "Send the form as UTF-8.")
        raise errors.Malformed("The form does not read.", code="onjuiste-invoer", faults=(fault,)) from None


def require_same_origin(request: Request) -> None:
    """Only our own pages post here: browsers say where a form came from, and a program that says nothing has no cookie.

    Raises NotAllowed `andere-herkomst`. Source: Fetch metadata (`Sec-Fetch-Site`), and `Origin` where it is missing.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    same = site in ("same-origin", "none") if site else origin in (None, f"{request.url.scheme}://{request.url.netloc}")
    if not same:
        raise errors.NotAllowed("Another site sent this form.", code="andere-herkomst")
