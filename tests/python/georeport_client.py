"""Drives Open311 with the client `georeport`, in both formats; it only reads, so reports are sent
with `requests`. Every answer in XML is read by a parser that takes nothing half right.

georeport_client.py URL KEY LATITUDE LONGITUDE
"""

import sys
import xml.dom.minidom

import requests
from georeport import GeoReport

URL, KEY, LATITUDE, LONGITUDE = sys.argv[1:]
BASE = f"{URL}/open311/v2"
HOSTILE = ["<b>&amp;\"'", "]]>", "\u202e反", "\u0001\ufffe", "’ OR 1=1; --", "../../etc/passwd", "{{7*7}}"]


def send(ending, **changes):
    fields = {
        "api_key": KEY,
        "service_code": "exposed-refuse",
        "lat": LATITUDE,
        "long": LONGITUDE,
        "description": "门口有垃圾 <script>alert(1)</script>",
        "phone": "13900001234",
        "attribute[severity]": "2",
    } | changes
    return requests.post(f"{BASE}/requests.{ending}", data=fields, timeout=30)


def check(name, found, expected):
    assert found == expected, f"{name}: {found!r} is not {expected!r}"


def journey(ending):
    client = GeoReport(BASE, jurisdiction="city.example", output_format=ending)
    # XML knows only text, and one element is no list.
    as_sent = (lambda value: value) if ending == "json" else (lambda value: str(value).lower())
    services = client.get_service_list()
    codes = [service["service_code"] for service in services]
    assert "exposed-refuse" in codes and "bad-rating" not in codes, codes
    check("metadata", services[0]["metadata"], as_sent(True))
    definition = client.get_service_definition("exposed-refuse")
    attributes = definition["attributes"]
    attribute = attributes[0] if ending == "json" else attributes["attribute"]
    check("attribute", (attribute["code"], attribute["datatype"]), ("severity", "number"))
    check("order", attribute["order"], as_sent(1))

    numbers = []
    for severity in "12":
        answer = send(ending, **{"attribute[severity]": severity, "account_id": ending})
        answer.raise_for_status()
        if ending == "json":
            numbers.append(answer.json()[0]["service_request_id"])
        else:
            document = xml.dom.minidom.parseString(answer.content)
            numbers.append(document.getElementsByTagName("service_request_id")[0].firstChild.data)
    request = client.get_service_request(numbers[0])
    for field, expected in [
        ("service_request_id", numbers[0]),
        ("status", "open"),
        ("service_code", "exposed-refuse"),
        ("lat", as_sent(round(float(LATITUDE), 4))),
        ("long", as_sent(round(float(LONGITUDE), 4))),
        ("media_url", None),
    ]:
        check(field, request[field], expected)
    for arguments, expected in [
        ({"service_request_id": ",".join(numbers)}, sorted(numbers)),
        ({"service_code": "exposed-refuse,noise", "status": "open"}, sorted(numbers)),
        ({"start_date": "2023-03-01T00:00:00+08:00", "end_date": "2023-03-31T00:00:00Z"}, sorted(numbers)),
    ]:
        found = client.get_service_requests(**arguments)
        ids = sorted(one["service_request_id"] for one in found)
        check(str(arguments), [number for number in ids if number in expected], expected)
    try:
        client.get_service_requests(start_date="2022-01-01T00:00:00Z", end_date="2023-01-01T00:00:00Z")
    except requests.HTTPError as error:
        check("a year", error.response.status_code, 400)
    else:
        raise AssertionError("a year was taken")
    return numbers


def hostile():
    for text in HOSTILE:
        for name in ["service_code", "lat", "description", "api_key", "address_id", f"attribute[{text}]"]:
            answer = send("xml", **{name: text})
            assert answer.status_code in (200, 400, 403, 404), (name, text, answer.status_code)
            xml.dom.minidom.parseString(answer.content)
        for path in ["requests/{}.xml", "services/{}.xml", "tokens/{}.xml", "requests.xml?status={}",
                     "requests.xml?service_request_id={}", "servicerequestupdates.xml?start_date={}"]:
            answer = requests.get(f"{BASE}/{path.format(requests.utils.quote(text, safe=''))}", timeout=30)
            assert answer.status_code in (200, 400, 404), (path, text, answer.status_code)
            xml.dom.minidom.parseString(answer.content)


seen = journey("json") + journey("xml")
check("numbers", len(set(seen)), 4)
hostile()
for path in ["requests", "services", "servicerequestupdates", "services/noise"]:
    answer = requests.get(f"{BASE}/{path}.xml", timeout=30)
    xml.dom.minidom.parseString(answer.content)
    assert "13900001234" not in answer.text and "alert" not in answer.text, path
print("georeport", *seen)
