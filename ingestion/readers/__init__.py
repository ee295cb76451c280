"""Readers: a landed file becomes a staged relation of rows as text, and a list of broken rows."""
