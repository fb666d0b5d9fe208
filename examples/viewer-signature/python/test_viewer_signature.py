"""Checks the verifier against the test vectors: python3 -m unittest"""

import json
import unittest
from pathlib import Path

from viewer_signature import ViewerSignatures, read_keys

VECTORS = json.loads((Path(__file__).parent.parent / "vectors.json").read_text(encoding="utf-8"))
KEYS = read_keys(",".join(f"{key_id}:{key}" for key_id, key in VECTORS["keys"].items()))


class Vectors(unittest.TestCase):
    def test_every_vector(self) -> None:
        self.assertGreater(len(VECTORS["vectors"]), 30)
        for vector in VECTORS["vectors"]:
            now = 0
            signatures = ViewerSignatures(KEYS, VECTORS["subgraph"], lambda: now)
            for request in vector["requests"]:
                with self.subTest(vector["name"]):
                    now = request["now"]
                    verified = signatures.verify(request["header"], request["body"].encode())
                    self.assertEqual(verified is not None, request["accepted"])
                    if verified is not None:
                        self.assertEqual(verified.claims, request["claims"])
                        self.assertEqual(verified.viewer, json.loads(request["claims"]))
                        self.assertEqual(verified.address, request["address"])


if __name__ == "__main__":
    unittest.main()
