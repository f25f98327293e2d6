"""The live page of the demo: all sides of invented traffic at once, in a service of its own that only the demo has.

`folder`, `books` and `register` read what there is; `picture` makes one picture of it that every reader shares; `views` shows
it; `trace` follows one signal and keeps what really went over the wire.
"""
