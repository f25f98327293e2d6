"""What to do next about an error, for people at a terminal: by its narrow code, else by its kind."""

from __future__ import annotations

from typing import Final

from sluis.core import errors

_STEPS: Final = {
    "geen-instellingen": "Give --config FILE or set SLUIS_CONFIG; every setting stands in docs/reference/settings.md.",
    "instelling-onjuist": "Mend the file; every setting stands in docs/reference/settings.md.",
    "leden-gelijk": "Give each member its own key, store, token and desk code, and all of them the same host and port.",
    "bureaucode-kort": "Write a longer code into the file that gateway.desk-code names.",
    "geheim-ontbreekt": "Make the key with `sluis authority new-key FILE`, and name it under key in the configuration.",
    "geheim-leesbaar": "Take the rights of others away with `chmod 600`; when others may have read it, make a new key.",
    "geheim-onleesbaar": "The file holds 64 hexadecimal digits; make a new one with `sluis authority new-key FILE`.",
    "niet-geschreven": "Name a file in a folder that exists and that this account may write in.",
    "opslag-onbruikbaar": "Name under store a file in a folder that this account may write in, or that Sluis made before.",
    "opslag-vol": "Make room on the disk that holds the store, and try again; nothing that was accepted is lost.",
    "geen-bestand": "Look at the name; it has to be a file that this account may read.",
    "bestaat-al": "Give another name, or keep what is there.",
    "extra-ontbreekt": "Install the extra, and start again.",
    "onbekende-soort": "Give one of the types named.",
    "beleid-niet-in-logboek": "Wait a minute and try again; when it stays, report it to the supervisor: nothing was accepted.",
    "logboek-handtekening": "The hub shows another log than the policy names; report it to the supervisor.",
    "logboek-getuigen": "Wait a minute and try again; when it stays, ask the holders why they do not cosign.",
    "logboek-verouderd": "Try again; when it stays, ask the holders for the newest checkpoint they cosigned.",
    "logboek-teruggedraaid": "Keep the state file or book, it is evidence, and report it to the supervisor and the holders.",
    "logboek-gevorkt": "Keep the state file or book, it is evidence, and report it to the supervisor and the holders.",
    "logboek-nog-niet-zover": "Try again in a minute; when it stays, the log withholds something: report it to the supervisor.",
    "logboek-inhoud": "Try again; when it stays, report it to the supervisor: entries were changed or withheld.",
    "gebeurtenis-niet-in-logboek": "Report it to the supervisor with the place named.",
    "stand-onleesbaar": "Name another file with --state, and keep this one until you know what happened to it.",
    "al-getekend": "Have the holder of another policy key sign.",
}
_OF_KIND: Final[dict[type[errors.SluisError], str]] = {
    errors.Unavailable: "Run `sluis doctor`; it says what is wrong and who can mend it. Trying again is safe.",
    errors.NotAllowed: "Run `sluis doctor`, and ask the programme office for the right.",
    errors.ProtocolFailure: "The answer was thrown away. Report it to the operator of the party named.",
    errors.TooMany: "Wait, or ask the programme office for a larger budget.",
}


def next_step(error: errors.SluisError) -> str:
    """One sentence; nothing when the error's own words or faults say it already."""
    if error.faults:
        return ""
    return _STEPS.get(error.reason) or next((step for kind, step in _OF_KIND.items() if isinstance(error, kind)), "")
