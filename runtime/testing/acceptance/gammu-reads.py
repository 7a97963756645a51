"""Reads SUBMIT PDUs (hex, one a line, service-centre field in front) by Debian's python3-gammu, prints what each says as JSON."""
import json
import sys

import gammu

for line in sys.stdin:
    message = gammu.DecodePDU(bytes.fromhex(line.strip()))
    header = message["UDH"]
    print(json.dumps({
        "to": message["Number"],
        "text": message["Text"],
        "coding": message["Coding"],
        "part": [header["ID8bit"], header["AllParts"], header["PartNumber"]] if header["Type"].startswith("Concat") else None,
    }))
