-- TAP and nothing else is printed, and the first error ends the file.
\set QUIET on
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
\pset pager off
SET client_min_messages = error;
SET search_path = public, pg_catalog;
