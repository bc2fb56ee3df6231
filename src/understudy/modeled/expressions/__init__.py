"""CEL, the Common Expression Language: read, typed against JSON Schemas, and evaluated in bounds.

Of its own, because no library of Python's shows a syntax tree to type and to place mistakes by, or
bounds what an expression costs; `common-expression-language` is the oracle of its tests.
"""
