"""The tables the edge meets, as the hub's migrations make them."""

from __future__ import annotations

TABLES = """
CREATE TABLE IF NOT EXISTS plumbing_stream (name text PRIMARY KEY, head bigint NOT NULL,
  floor bigint NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS plumbing_event (stream text, sequence bigint, body bytea NOT NULL, PRIMARY KEY (stream, sequence));
CREATE TABLE IF NOT EXISTS edge_nonce (key bytea, nonce bytea, seen bigint NOT NULL, PRIMARY KEY (key, nonce));
CREATE TABLE IF NOT EXISTS edge_audit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, time bigint NOT NULL,
  member bytea NOT NULL, circle bytea NOT NULL, type smallint NOT NULL, key_id bytea NOT NULL, prefixes integer NOT NULL,
  outcome text NOT NULL, trace text NOT NULL DEFAULT '');
GRANT SELECT ON plumbing_stream, plumbing_event TO sluis_edge;
GRANT SELECT, INSERT ON edge_nonce, edge_audit TO sluis_edge;
TRUNCATE plumbing_stream, plumbing_event, edge_nonce, edge_audit;
"""
