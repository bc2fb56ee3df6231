"""Tests of the simulation: time, records and what falls due."""
