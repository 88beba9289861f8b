"""Trains HealthSense's tabular risk models and writes every artefact the console reads."""

SEED = 7
