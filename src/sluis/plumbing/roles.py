"""Who may do what in the database. The owner migrates; the services own nothing and get only what they need."""

from __future__ import annotations

from typing import Final

from django.db import connection

WEB: Final = "sluis_web"
EDGE: Final = "sluis_edge"
WORKER: Final = "sluis_worker"
ROLES: Final = (WEB, EDGE, WORKER)

_APPEND_ONLY: Final = (
    "audit_leaf",
    "audit_event",
    "audit_place",
    "audit_holderline",
    "partners_policydocument",
    "partners_policyproof",
    "partners_revocation",
    "partners_signedagreement",
    "partners_circlerules",
    "partners_misusedecision",
    "partners_departure",
    "exchange_pilotstep",
    "consent_version",
    "consent_contribution",
    "consent_answer",
    "consent_publication",
    "consent_voice",
    "casework_evidence",
    "casework_gate",
    "casework_direction",
    "casework_workshop",
    "casework_decision",
    "casework_draft",
    "casework_remark",
)
_CONSENT: Final = (
    "consent_group",
    "consent_membership",
    "consent_motion",
    "consent_item",
    "consent_release",
    "consent_review",
    "consent_reviewer",
    "consent_comment",
    "consent_glass",
    *(name for name in _APPEND_ONLY if name.startswith("consent_")),
)
# The worker has nothing to do with casework: no right at all.
_CASEWORK: Final = (
    "casework_bottleneck",
    "casework_score",
    "casework_case",
    "casework_owner",
    "casework_guest",
    "casework_memo",
    "casework_expert",
    "casework_question",
    "casework_answer",
    *(name for name in _APPEND_ONLY if name.startswith("casework_")),
)
# The worker closes what is past its term and reminds; it reads no title, text, reason or comment.
_CONSENT_WORKER: Final = (
    "SELECT (id, group_id, item_id, kind, round, rule, opened, ends, remind_at, state) ON consent_release",
    "UPDATE (state, closed, remind_at) ON consent_release",
    "SELECT (id, group_id, ends, state) ON consent_motion",
    "UPDATE (state, closed) ON consent_motion",
    "SELECT (group_id, party, state) ON consent_membership",
    "SELECT (item_id, group_id, party) ON consent_contribution",
    "SELECT (number, release_id, round, party, says) ON consent_answer",
)
ERASED: Final = ("exchange_signal", "exchange_entry", "plumbing_event")
_MAINTAIN: Final = 170_000
_EDGE_READS: Final = ("plumbing_stream", "plumbing_event")
_EDGE_WRITES: Final = ("edge_nonce", "edge_audit")


def grant() -> list[str]:
    """Takes every right away and grants anew; returns the statements that ran. The roles exist already, but are made here too
    when the owner may make roles."""
    statements = list(_statements())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    return statements


def missing() -> list[str]:
    """Roles that the database does not have."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(ROLES)])
        known = {name for (name,) in cursor.fetchall()}
    return [role for role in ROLES if role not in known]


def _statements() -> list[str]:
    return [
        *(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS" for role in missing()),
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        *(line for role in ROLES for line in _bare(role)),
        *_writers(WEB),
        *_writers(WORKER),
        *_confidential(),
        f"GRANT SELECT ON {', '.join(_EDGE_READS)} TO {EDGE}",
        f"GRANT INSERT, SELECT (seen) ON {', '.join(_EDGE_WRITES[:1])} TO {EDGE}",
        f"GRANT INSERT ON {', '.join(_EDGE_WRITES[1:])} TO {EDGE}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {EDGE}",
    ]


def _cleaners(role: str) -> list[str]:
    """The worker may vacuum what it erases, where the server knows that right (17 and newer)."""
    return [f"GRANT MAINTAIN ON {', '.join(ERASED)} TO {role}"] if role == WORKER and may_vacuum() else []


def may_vacuum() -> bool:
    """Whether this server lets others than the owner vacuum a table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        return int(cursor.fetchone()[0]) >= _MAINTAIN


def _confidential() -> list[str]:
    """Nobody removes a row of a closed group or a case; the worker has only the columns it needs."""
    return [
        f"REVOKE DELETE, TRUNCATE ON {', '.join(_CONSENT)} FROM {WEB}",
        f"REVOKE DELETE, TRUNCATE ON {', '.join(_CASEWORK)} FROM {WEB}",
        f"REVOKE INSERT, UPDATE, DELETE ON casework_waiting, casework_asked FROM {WEB}",
        f"REVOKE ALL ON {', '.join((*_CONSENT, *_CASEWORK))}, consent_waiting, casework_waiting, casework_asked FROM {WORKER}",
        *(f"GRANT {rights} TO {WORKER}" for rights in _CONSENT_WORKER),
    ]


def _bare(role: str) -> list[str]:
    return [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
    ]


def _writers(role: str) -> list[str]:
    return [
        *_cleaners(role),
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(_APPEND_ONLY)}, edge_audit FROM {role}",
        f"REVOKE DELETE, TRUNCATE ON audit_tile FROM {role}",
        f"REVOKE INSERT, UPDATE, DELETE ON edge_audit, django_migrations FROM {role}",
    ]
