"""Tests of Looply: its records, lifecycle, handlers and envelope, without HTTP."""
