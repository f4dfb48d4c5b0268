"""Provenance files: a chart's archive signed with OpenPGP, made and checked as Helm does.

All of OpenPGP is Sequoia's (`pysequoia`, which has wheels for every platform that PyHelm runs on).
"""
