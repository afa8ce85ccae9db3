"""Checks models with ONNX's own checker and shape inference.

Standard input is paths, one a line; for each that does not pass, a line goes to
standard output.
"""
import sys

import onnx

for path in sys.stdin.read().split("\n"):
    if not path:
        continue
    try:
        onnx.checker.check_model(path, full_check=True)
    except Exception as e:
        print(path, "::", " ".join(str(e).split()))
