"""Recompute and check the record of a `joint-draw/v1` round with nothing but a Python interpreter.

    python3 -I verify_draw.py RECORD_DIR [--keys JWKS]
    python3 -I verify_draw.py opening FILE [--record RECORD_DIR]

Exit 0: everything agrees; 1: the first difference is printed; 2: there is nothing to read.
The numbers in the section names are those of chapter 3.2 of the specification; no code is shared
with the program that draws. H is SHA-256; text is UTF-8, so comparing text is comparing bytes.
"""

import argparse
import base64
import collections
import functools
import hashlib
import heapq
import hmac
import json
import pathlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator

SPEC = "joint-draw/v1"
OFFICE = "office"
LENGTH_OF_CHAIN = 16
LAST_ATTEMPT = 99
LARGEST_JSON_INTEGER = 2**53 - 1
LARGEST_TAG_SET = 8
LARGEST_NUMBER_OF_TRIES = 200
WORD = 2**64
CHUNK = 1 << 20
Ticket = Callable[[str], bytes]
ANY_TICKET = b"\xff" * 33  # above every 32-byte ticket

CODE = r"@?[A-Za-z0-9][A-Za-z0-9:_-]{0,62}"
FILE_CODE = r"@?[A-Za-z0-9][A-Za-z0-9_-]{0,62}"
THING = r"(?=[^\t:]+:[^\t])[!-+\--~]{1,55}"  # object or place: ASCII, scheme:value, no comma
TEXT = r"[^\t\r\n]+"
WHOLE = r"(?:0|[1-9][0-9]*)"
POSITIVE = r"[1-9][0-9]*"
BIT = r"[01]"
STATUS = r"(?:-|[A-Za-z0-9][A-Za-z0-9_-]*(?::[^\t\r\n]+)?)"
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
HEX = r"[0-9a-f]{64}"
TAGS = r"[!-~]+"
MODE = r"(?:announced|covert)"

COLUMNS: dict[str, list[tuple[str, str]]] = {
    "frames": [("object", THING), ("place", THING), ("stratum", TEXT), ("weight", POSITIVE),
               ("status", STATUS)],
    "rosters": [("inspector", CODE), ("tags", TAGS), ("leader", BIT), ("prior_load", WHOLE),
                ("cap", WHOLE), ("status", STATUS)],
    "bars": [("object", THING), ("inspector", CODE), ("reason", TEXT)],
    "checks": [("object", THING), ("place", THING), ("line", CODE), ("department", CODE),
               ("item", TEXT), ("window_start", DATE), ("window_end", DATE), ("minutes", WHOLE),
               ("mode", MODE), ("method", TEXT)],
    "visits": [("visit", TEXT), ("object", THING), ("line", CODE), ("item", TEXT),
               ("date_from", DATE), ("date_to", DATE)],
    "units": [("unit", TEXT), ("department", CODE), ("quota", POSITIVE), ("tags", TAGS),
              ("leader", BIT), ("objects", TAGS)],
    "drawn": [("object", THING), ("rank", POSITIVE), ("ticket", HEX), ("certain", BIT),
              ("stratum", TEXT)],
    "items": [("object", THING), ("item", TEXT), ("ticket", "(?:-|" + HEX + ")")],
    "teams": [("unit", TEXT), ("slot", POSITIVE), ("block", TAGS), ("inspector", TAGS),
              ("how", "(?:pick|path|level|witness|empty)")],
    "replaced": [("line", CODE), ("object", THING), ("replacement", THING), ("reason", TEXT),
                 ("at", TEXT)],
    "members": [("department", CODE), ("unit", TEXT), ("slot", POSITIVE), ("out", CODE),
                ("in", CODE), ("reason", TEXT), ("at", TEXT)],
    "dropped": [("object", THING), ("line", CODE), ("item", TEXT),
                ("outcome", "(?:recognised|deferred)"), ("reference", TEXT)],
}  # fmt: skip
WHOLE_LINE = {
    kind: re.compile("\t".join("(" + pattern + ")" for _, pattern in columns))
    for kind, columns in COLUMNS.items()
}
IN_BYTE_ORDER = ("frames", "rosters", "bars", "checks", "units", "replaced", "members", "dropped")
SALTED_FOLDERS = ("frames", "rosters", "bars", "drawn", "items", "teams")
FULL_RECORD = [
    "rules.json", "commit.json", "receipts.json", "reveals.json", "salts.json", "transcript.json",
    "checks.tsv", "visits.tsv", "units.tsv", "replaced.tsv", "members.tsv",
    "commit.json.jws", "SHA256SUMS.jws",
]  # fmt: skip
DROPPED = "dropped.tsv"  # checks that never entered the merge; without the file there are none
VOID_RECORD = ["rules.json", "commit.json", "receipts.json", "reveals.json", "transcript.json"]
COMMIT_MEMBERS = [
    "spec", "round", "attempt", "previous", "rules_hash", "frames", "rosters", "bars", "heads",
    "sources", "deadline", "embargo", "fallback", "published_at",
]  # fmt: skip
TRANSCRIPT_MEMBERS = [
    "spec", "round", "attempt", "commit_hash", "previous", "outcome", "reason", "receipts_hash",
    "units_hash", "counts", "roots", "repairs", "repatterns", "witnesses", "software",
]  # fmt: skip

Check = collections.namedtuple(
    "Check", "object place line department item start end minutes mode method"
)
Visit = collections.namedtuple("Visit", "visit object line item date_from date_to")
Unit = collections.namedtuple("Unit", "unit department quota tags leader objects")
Seat = collections.namedtuple("Seat", "unit slot block inspector how")
Swap = collections.namedtuple("Swap", "line object replacement reason at")
Change = collections.namedtuple("Change", "department unit slot out in_ reason at")
Entry = collections.namedtuple("Entry", "ticket object place weight")
Attempt = collections.namedtuple("Attempt", "commit transcript")
Reply = collections.namedtuple("Reply", "path seen visited")
Certain = collections.namedtuple("Certain", "weights left total by_key")

MESSAGES = {
    "absent": ("缺少文件", "file is missing"),
    "alien": ("不属于规范的文件", "file is not part of the specification"),
    "unlisted": ("文件未列入 SHA256SUMS", "file is not listed in SHA256SUMS"),
    "sums-line": ("SHA256SUMS 行格式或次序不对", "malformed or misplaced line of SHA256SUMS"),
    "sum": ("文件内容与 SHA256SUMS 不符", "content differs from SHA256SUMS"),
    "unreadable": ("内容无法解读", "content cannot be interpreted"),
    "canonical": ("不是规范的 RFC 8785 JSON", "not canonical RFC 8785 JSON"),
    "member": ("字段缺失、多余或类型不对", "member missing, unexpected or of a wrong type"),
    "header": ("首行不对", "wrong header line"),
    "ending": ("文件末尾缺少换行", "last line does not end with a line feed"),
    "columns": ("列数不对", "wrong number of columns"),
    "format": ("字段格式不对", "malformed field"),
    "order": ("记录重复或次序不对", "record repeated or out of order"),
    "value": ("数值不符", "value differs"),
    "set": ("名称集合不符", "set of names differs"),
    "signature": ("签名无效", "signature is not valid"),
    "signature-form": ("签名格式不规范", "signature is not in its only canonical form"),
    "no-key": ("密钥文件中没有签名人的密钥", "key file has no key of the signer"),
    "root": ("承诺根不符", "commitment root differs"),
    "head": ("揭示值与链头不符", "revealed value does not lead to the committed head"),
    "no-rule": ("该层没有规则", "stratum has no rule"),
    "owed": ("应有的检查缺失或多出", "a check is missing or must not be there"),
    "replacement": ("替补不是下一个备选", "replacement is not the next of the reserve"),
    "merge": ("检查事项不能合在一次上门", "checks must not share this visit"),
    "unit": ("任务单元与上门不符", "unit does not agree with the visits"),
    "team": ("选派结果不符", "team member differs"),
    "witness": ("方案无效", "witness team is not valid"),
    "feasible": ("可行性结论不符", "verdict on feasibility differs"),
    "rows": ("记录数不符", "number of records differs"),
    "opening": ("开示与承诺根不符", "opening does not lead to the root"),
}


class Difference(Exception):  # noqa: N818 - a finding about the record, no failure of the program
    """Something in the record is not what the specification and the other bytes demand."""

    def __init__(
        self,
        what: str,
        file: str,
        row: int = 0,
        field: str = "",
        values: "tuple[object, object] | None" = None,
    ) -> None:
        super().__init__(what)
        self.what, self.file, self.row, self.field = what, file, row, field
        self.values = values  # expected, found

    def text(self) -> str:
        """The difference in Chinese and English; rows are lines of the file, the header is 1."""
        zh, en = MESSAGES[self.what]
        place = self.file
        if self.row:
            place += f" 第 {self.row} 行 row {self.row}"
        if self.field:
            place += f" 字段 field {self.field}"
        lines = [f"差异 difference: {place}: {zh} / {en}"]
        if self.values:
            expected, found = self.values
            lines += [f"  应为 expected: {shown(expected)}", f"  实为 found: {shown(found)}"]
        return "\n".join(lines)


class NothingToReadError(Exception):
    """There is no record, opening or key file at the place named."""


def shown(value: object) -> str:
    """A value as one short line that any terminal can print."""
    text = value if isinstance(value, str) else repr(value)
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if text.isprintable() else ascii(text)


def same(expected: object, found: object, file: str, field: str = "", row: int = 0) -> None:
    """Refuse `found` unless it equals `expected`."""
    if expected != found:
        raise Difference("value", file, row, field, (expected, found))


def same_names(expected: Iterable[str], found: Iterable[str], file: str, field: str = "") -> None:
    """Refuse a set of names that lacks one or has one too many."""
    wanted, there = set(expected), set(found)
    if wanted != there:
        values = (sorted(wanted - there) or "-", sorted(there - wanted) or "-")
        raise Difference("set", file, 0, field, values)


# ---- 3.1 bytes: hashes, JSON, record files -------------------------------------------------------


def digest(*parts: bytes) -> bytes:
    """H of the concatenated parts."""
    return hashlib.sha256(b"".join(parts)).digest()


def sized(data: bytes) -> bytes:
    """LP(x): the length as uint64, then the bytes."""
    return len(data).to_bytes(8, "big") + data


def hex_bytes(text: str, file: str, field: str) -> bytes:
    """Bytes of lower-case hexadecimal text."""
    if not re.fullmatch("(?:[0-9a-f]{2})+", text):
        raise Difference("format", file, 0, field, ("hex", text))
    return bytes.fromhex(text)


def canonical(value: object) -> str:
    """RFC 8785 text of a value made of objects, arrays, strings, integers and null."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        members = (canonical(name) + ":" + canonical(value[name]) for name in names)
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(member) for member in value) + "]"
    if isinstance(value, (bool, float)) or (
        isinstance(value, int) and abs(value) > LARGEST_JSON_INTEGER
    ):
        raise ValueError("only strings, safe integers and null")
    return json.dumps(value, ensure_ascii=False)


class Doc:
    """A JSON object; a member that is missing or of another type is a difference naming it."""

    def __init__(self, file: str, value: object, path: str = "") -> None:
        if not isinstance(value, dict):
            raise Difference("member", file, 0, path, ("{…}", value))
        self.file, self.value, self.path = file, value, path

    def wrong(self, key: str, expected: str) -> Difference:
        """The difference of a member that is not what it should be."""
        found = self.value.get(key, "-")
        return Difference("member", self.file, 0, self.path + key, (expected, found))

    def exactly(self, names: Iterable[str], optional: Iterable[str] = ()) -> None:
        """Refuse an object with other members than these."""
        same_names(names, set(self.value) - set(optional), self.file, self.path)

    def text(self, key: str, pattern: str = "(?s:.*)") -> str:
        """A member that is text of the given pattern."""
        value = self.value.get(key)
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise self.wrong(key, pattern)
        return value

    def whole(self, key: str, least: int = 0) -> int:
        """A member that is an integer of at least `least`."""
        value = self.value.get(key)
        if not isinstance(value, int) or value < least:
            raise self.wrong(key, f">= {least}")
        return value

    def child(self, key: str) -> "Doc":
        """A member that is an object."""
        return Doc(self.file, self.value.get(key), self.path + key + ".")

    def array(self, key: str) -> "list[object]":
        """A member that is an array."""
        value = self.value.get(key)
        if not isinstance(value, list):
            raise self.wrong(key, "[…]")
        return value

    def texts(self, key: str) -> list[str]:
        """A member that is an array of texts."""
        found = [value for value in self.array(key) if isinstance(value, str)]
        if len(found) != len(self.array(key)):
            raise self.wrong(key, '["…"]')
        return found

    def children(self, key: str) -> "list[Doc]":
        """A member that is an array of objects."""
        return [
            Doc(self.file, value, f"{self.path}{key}[{index}].")
            for index, value in enumerate(self.array(key))
        ]

    def names(self) -> list[str]:
        """The member names in byte order."""
        return sorted(self.value)


class Record:
    """The folder of one round; `current` is the file being read, to name it when reading fails."""

    def __init__(self, folder: pathlib.Path, prefix: str = "") -> None:
        self.folder, self.prefix = folder, prefix
        self.current, self.round = "SHA256SUMS", ""
        self.files: set[str] = set()
        self.keys: dict[str, list[bytes]] = {}

    def named(self, error: Exception) -> Exception:
        """What an error means: whatever malformed bytes provoke is a difference in their file."""
        if isinstance(error, Difference):
            error.file = self.prefix + error.file
            return error
        if isinstance(error, (OSError, NothingToReadError)):
            return NothingToReadError(str(error))
        values = ("-", f"{type(error).__name__}: {error}"[:200])
        return Difference("unreadable", self.prefix + self.current, 0, "", values)

    def path(self, name: str) -> pathlib.Path:
        """Where a file of the record is; one that is missing is a difference."""
        self.current = name
        if name not in self.files:
            raise Difference("absent", name)
        return self.folder / name

    def data(self, name: str) -> bytes:
        """All bytes of one file."""
        return self.path(name).read_bytes()

    def json(self, name: str) -> object:
        """A JSON value in its only canonical form."""
        data = self.data(name)
        value: object = json.loads(data.decode("utf-8"))
        if canonical(value).encode("utf-8") != data:
            raise Difference("canonical", name)
        return value

    def document(self, name: str) -> Doc:
        """A JSON object in its only canonical form."""
        return Doc(name, self.json(name))

    def stems(self, folder: str) -> list[str]:
        """Names, without ending, of the record files of one folder."""
        found = [re.fullmatch(folder + r"/(.+)\.tsv", name) for name in self.files]
        return sorted(match.group(1) for match in found if match)

    def lines(self, name: str) -> Iterator[bytes]:
        """The records of a .tsv file as bytes without line feed, after its checked header."""
        kind, _, stem = name[: -len(".tsv")].partition("/")
        header = "\t".join(("#" + SPEC, kind, self.round, stem or "-"))
        number = 0
        with self.path(name).open("rb") as stream:
            for number, raw in enumerate(stream, 1):
                if raw[-1:] != b"\n":
                    raise Difference("ending", name, number)
                if number > 1:
                    yield raw[:-1]
                elif raw[:-1] != header.encode():
                    raise Difference("header", name, 1, "", (header, raw[:-1].decode()))
        if number == 0:
            raise Difference("header", name, 1, "", (header, ""))

    def rows(self, name: str) -> Iterator[tuple[str, ...]]:
        """The fields of each record, after format and order were checked."""
        kind = re.split("[/.]", name)[0]
        pattern, ordered, before = WHOLE_LINE[kind], kind in IN_BYTE_ORDER, b""
        for number, raw in enumerate(self.lines(name), 2):
            match = pattern.fullmatch(raw.decode("utf-8"))
            if match is None:
                raise malformed(name, number, kind, raw.decode("utf-8"))
            if ordered and raw <= before:
                raise Difference("order", name, number)
            before = raw
            yield match.groups()

    def check_form(self, name: str) -> None:
        """Read a .tsv file only to see that every row is well formed."""
        collections.deque(self.rows(name), maxlen=0)


def malformed(name: str, number: int, kind: str, line: str) -> Difference:
    """The difference of a record whose form is wrong: names the first wrong field."""
    fields, columns = line.split("\t"), COLUMNS[kind]
    if len(fields) != len(columns):
        return Difference("columns", name, number, "", (len(columns), len(fields)))
    for (field, pattern), found in zip(columns, fields):  # noqa: B905 - strict= is not in 3.9
        if not re.fullmatch(pattern, found):
            return Difference("format", name, number, field, (pattern, found))
    return Difference("format", name, number, "", ("-", line))


def parts(text: str, name: str, row: int, field: str) -> list[str]:
    """The members of a sorted, comma-separated field; none for `-`."""
    found = [] if text == "-" else text.split(",")
    if found != sorted(set(found)) or "" in found:
        raise Difference("format", name, row, field, ("a,b,c", text))
    return found


class Tree:
    """Root of an RFC 6962 tree over records that arrive one by one, kept as a stack of peaks."""

    def __init__(self, salt_key: bytes) -> None:
        block = salt_key.ljust(64, b"\0")
        self.inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self.outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))
        self.peaks: list[bytes] = []  # one for each bit set in count, the largest tree first
        self.count = 0

    def add(self, lines: Iterable[bytes]) -> None:
        """Append records: the salt of each is HMAC-SHA256(key of the file, line)."""
        begin_inner, begin_outer, hash_of = self.inner.copy, self.outer.copy, hashlib.sha256
        peaks, count = self.peaks, self.count
        for line in lines:
            inner, outer = begin_inner(), begin_outer()
            inner.update(line)
            outer.update(inner.digest())
            node, merged = hash_of(b"\0" + outer.digest() + line).digest(), count
            while merged & 1:
                node = hash_of(b"\1" + peaks.pop() + node).digest()
                merged >>= 1
            peaks.append(node)
            count += 1
        self.count = count

    def root(self) -> str:
        """Hex of the root; H of nothing for no records."""
        if not self.peaks:
            return digest().hex()
        pairs = reversed(self.peaks)
        return functools.reduce(lambda right, left: digest(b"\1", left, right), pairs).hex()


# ---- 3.4 the list of files -----------------------------------------------------------------------


def file_sum(path: pathlib.Path) -> str:
    """Hex H of a file of any size."""
    state = hashlib.sha256()
    with path.open("rb") as stream:
        for chunk in iter(lambda: stream.read(CHUNK), b""):
            state.update(chunk)
    return state.hexdigest()


def is_of_the_record(name: str) -> bool:
    """Whether the specification knows a file of this name."""
    own = re.sub("^attempts/[1-9][0-9]?/", "", name)
    if own in (*FULL_RECORD, DROPPED, "SHA256SUMS"):
        return True
    return re.fullmatch(rf"(?:{'|'.join(SALTED_FOLDERS)})/{FILE_CODE}\.tsv", own) is not None


def check_sums(record: Record) -> None:
    """SHA256SUMS first: strict form, every file listed, nothing else listed, every sum right."""
    for path in sorted(record.folder.rglob("*")):
        name = path.relative_to(record.folder).as_posix()
        if path.is_symlink() or not (path.is_dir() or (path.is_file() and is_of_the_record(name))):
            raise Difference("alien", name)
        if path.is_file():
            record.files.add(name)
    listed = listed_sums(record)
    for name in sorted(record.files - {"SHA256SUMS", "SHA256SUMS.jws"} - set(listed)):
        raise Difference("unlisted", name)
    for name, expected in listed.items():
        found = file_sum(record.path(name))
        if found != expected:
            raise Difference("sum", name, 0, "", (expected, found))


def listed_sums(record: Record) -> dict[str, str]:
    """File name to sum, from lines `<hex>  <path>` sorted by path."""
    text = record.data("SHA256SUMS").decode("utf-8")
    if not text.endswith("\n"):
        raise Difference("ending", "SHA256SUMS")
    listed: dict[str, str] = {}
    before = ""
    for number, line in enumerate(text[:-1].split("\n"), 1):
        match = re.fullmatch(rf"({HEX})  ([!-~]+)", line)
        if match is None or match.group(2) in ("SHA256SUMS", "SHA256SUMS.jws"):
            raise Difference("sums-line", "SHA256SUMS", number, "", ("<hex>  <path>", line))
        if match.group(2) <= before:
            raise Difference("sums-line", "SHA256SUMS", number, "", ("> " + before, line))
        before = match.group(2)
        listed[before] = match.group(1)
    return listed


# ---- signatures: RFC 8032 Ed25519, RFC 7515 detached ---------------------------------------------

Point = tuple[int, int, int, int]
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
NEUTRAL: Point = (0, 1, 1, 0)
SIZE_OF_SIGNATURE = 64
SIZE_OF_KEY = 32


def add_points(p: Point, q: Point) -> Point:
    """Sum of two points in extended coordinates."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % PRIME
    b = (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c = 2 * p[3] * q[3] * CURVE_D % PRIME
    d = 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def times(scalar: int, point: Point) -> Point:
    """Multiple of a point."""
    result = NEUTRAL
    while scalar:
        if scalar & 1:
            result = add_points(result, point)
        point = add_points(point, point)
        scalar >>= 1
    return result


def point_from(data: bytes) -> "Point | None":
    """Decode a point (RFC 8032, 5.1.3); None if the bytes are not one in canonical form."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if (x * x - square) % PRIME or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = PRIME - x
    return (x, y, 1, x * y % PRIME)


def point_bytes(point: Point) -> bytes:
    """Encode a point (RFC 8032, 5.1.2)."""
    inverse = pow(point[2], PRIME - 2, PRIME)
    x, y = point[0] * inverse % PRIME, point[1] * inverse % PRIME
    return (y | (x & 1) << 255).to_bytes(32, "little")


@functools.cache
def base_point() -> Point:
    """The base point B: y = 4/5, x even."""
    point = point_from((4 * pow(5, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little"))
    if point is None:
        raise ArithmeticError("the base point is on the curve")
    return point


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Ed25519 verification (RFC 8032, 5.1.7, without cofactor, as libraries sign and verify)."""
    if len(signature) != SIZE_OF_SIGNATURE or len(public_key) != SIZE_OF_KEY:
        return False
    key, scalar = point_from(public_key), int.from_bytes(signature[32:], "little")
    if key is None or scalar >= ORDER:
        return False
    state = hashlib.sha512(signature[:32] + public_key + message).digest()
    challenge = int.from_bytes(state, "little") % ORDER
    minus_key = (PRIME - key[0], key[1], key[2], PRIME - key[3])
    found = add_points(times(scalar, base_point()), times(challenge, minus_key))
    return point_bytes(found) == signature[:32]


def base64url(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def check_signature(record: Record, file: str, token: str, payload: bytes, signer: str) -> None:
    """A detached compact JWS by `signer`; its form always, its signature if keys were given."""
    protected = base64url(canonical({"alg": "EdDSA", "kid": signer}).encode())
    head, _, tail = token.partition("..")
    raw = base64.urlsafe_b64decode(tail + "==") if re.fullmatch("[A-Za-z0-9_-]{86}", tail) else b""
    if head != protected or base64url(raw) != tail or not raw:
        raise Difference("signature-form", file, 0, signer, (protected + "..", token))
    if not record.keys:
        return
    if signer not in record.keys:
        raise Difference("no-key", file, 0, signer, (signer, sorted(record.keys)))
    message = (protected + "." + base64url(payload)).encode()
    if not any(is_signed(key, message, raw) for key in record.keys[signer]):
        raise Difference("signature", file, 0, signer)


def check_signed_file(record: Record, name: str) -> None:
    """The office's signature beside a file."""
    if record.keys or name + ".jws" in record.files:
        token = record.data(name + ".jws").decode("utf-8")
        check_signature(record, name + ".jws", token, record.data(name), OFFICE)


def keys_from(path: pathlib.Path) -> dict[str, list[bytes]]:
    """Key id to public keys, from a JWK set of Ed25519 keys."""
    found: dict[str, list[bytes]] = {}
    try:
        for key in Doc(path.name, json.loads(path.read_text("utf-8"))).children("keys"):
            if key.text("kty") == "OKP" and key.text("crv") == "Ed25519":
                public = base64.urlsafe_b64decode(key.text("x", "[A-Za-z0-9_-]{43}") + "=")
                found.setdefault(key.text("kid"), []).append(public)
    except (OSError, ValueError, RecursionError, Difference) as error:
        raise NothingToReadError(f"{path}: {error}") from error
    if not found:
        raise NothingToReadError(f"{path}: no Ed25519 key")
    return found


# ---- 3.2.1, 3.2.2 commit, receipts, chain of attempts --------------------------------------------


def load_commit(record: Record) -> Doc:
    """The commit document of an attempt, with its form checked."""
    commit = record.document("commit.json")
    commit.exactly(COMMIT_MEMBERS)
    same(SPEC, commit.text("spec"), commit.file, "spec")
    commit.text("previous", f"(?:{HEX})?")
    commit.text("round", TEXT)
    if commit.whole("attempt", 1) > LAST_ATTEMPT:
        raise commit.wrong("attempt", f"<= {LAST_ATTEMPT}")
    commit.child("fallback").whole("voids", 1)
    heads = commit.child("heads")
    for contributor in heads.names():
        heads.text(contributor, HEX)
    if OFFICE not in heads.value:
        raise heads.wrong(OFFICE, HEX)
    for source in commit.children("sources"):
        source.exactly(("name", "at"))
    return commit


def check_receipts(record: Record, commit: Doc, complete: bool) -> None:
    """One receipt per contributor, for this commit; a void attempt may lack some."""
    name = "receipts.json"
    receipts = Doc(name, {"receipts": record.json(name)}).children("receipts")
    codes = [receipt.text("contributor") for receipt in receipts]
    heads = commit.child("heads").names()
    same(sorted(set(codes)), codes, name, "contributor")
    if complete or not set(codes) <= set(heads):
        same_names(heads, codes, name, "contributor")
    commit_hash = digest(record.data("commit.json")).hex()
    for receipt in receipts:
        receipt.exactly(("contributor", "commit_hash", "at", "signature"))
        field = receipt.path + "commit_hash"
        same(commit_hash, receipt.text("commit_hash"), name, field)
        payload = {key: receipt.text(key) for key in ("at", "commit_hash", "contributor")}
        signed, signer = canonical(payload).encode(), payload["contributor"]
        check_signature(record, name, receipt.text("signature"), signed, signer)


def load_transcript(record: Record, commit: Doc) -> Doc:
    """The transcript of an attempt, tied to its commit and receipts."""
    transcript = record.document("transcript.json")
    transcript.exactly(TRANSCRIPT_MEMBERS)
    for member in ("spec", "round", "previous"):
        same(commit.text(member), transcript.text(member), transcript.file, member)
    same(commit.whole("attempt"), transcript.whole("attempt"), transcript.file, "attempt")
    for member, name in (("commit_hash", "commit.json"), ("receipts_hash", "receipts.json")):
        found = digest(record.data(name)).hex()
        same(found, transcript.text(member), transcript.file, member)
    outcome = transcript.text("outcome", "done|void|infeasible")
    if outcome != "done" or transcript.value["reason"] is not None:
        transcript.text("reason", "(?s:.+)")
    return transcript


def open_attempt(record: Record) -> Attempt:
    """Sums, signatures, commit, transcript and receipts of one attempt's folder."""
    check_sums(record)
    if record.keys:
        check_signed_file(record, "SHA256SUMS")
    commit = load_commit(record)
    record.round = commit.text("round")
    check_signed_file(record, "commit.json")
    check_signed_file(record, "SHA256SUMS")
    known = record.files & {"reveals.json", "transcript.json"}
    transcript = load_transcript(record, commit) if known else None
    if "receipts.json" in record.files:
        is_void = transcript is not None and transcript.text("outcome") == "void"
        check_receipts(record, commit, complete=not is_void)
    return Attempt(commit, transcript)


def check_chain(record: Record, own: Attempt) -> dict[int, Attempt]:
    """Every earlier attempt is there, whole, void, and named by the next; all by number."""
    last, base = own.commit.whole("attempt"), re.sub(r"\.T[0-9]+$", "", record.round)
    numbers = {int(name.split("/")[1]) for name in record.files if name.startswith("attempts/")}
    # A supplement goes on with the preimages of its round, whose attempts may stand elsewhere.
    first = min(numbers, default=last) if base != record.round else 1
    same(list(range(first, last)), sorted(numbers), "attempts/")
    attempts: dict[int, Attempt] = {}
    for number in sorted(numbers):
        prefix = f"attempts/{number}/"
        earlier = Record(record.folder / "attempts" / str(number), prefix)
        earlier.keys = record.keys
        try:
            attempts[number] = check_earlier(earlier, attempts)
        except Exception as error:
            raise earlier.named(error) from error
        if earlier.round not in (record.round, base):
            same(record.round, earlier.round, prefix + "commit.json", "round")
    attempts[last] = own
    for number in sorted(numbers):
        transcript = record.data(f"attempts/{number}/transcript.json")
        previous = attempts[number + 1].commit.text("previous")
        same(digest(transcript).hex(), previous, "commit.json", f"previous ({number + 1})")
    check_heads(attempts)
    return attempts


def check_heads(attempts: dict[int, Attempt]) -> None:
    """A head serves 16 attempts and no other: swapped or used again, a redraw could hide."""
    served: dict[str, tuple[str, int]] = {}
    standing: dict[tuple[str, int], str] = {}
    for number in sorted(attempts):
        heads = attempts[number].commit.child("heads")
        for code in heads.names():
            chain = (code, (number - 1) // LENGTH_OF_CHAIN)
            head = standing.setdefault(chain, heads.text(code))
            same(head, heads.text(code), "commit.json", f"heads.{code} ({number})")
            owner = served.setdefault(head, chain)
            same(f"{chain}", f"{owner}", "commit.json", f"heads.{code} ({number})")


def check_earlier(record: Record, before: dict[int, Attempt]) -> Attempt:
    """An earlier attempt verifies like a record of its own."""
    attempt = open_attempt(record)
    number = int(record.prefix.split("/")[1])
    same(number, attempt.commit.whole("attempt"), "commit.json", "attempt")
    if attempt.transcript is None:
        raise Difference("absent", "transcript.json")
    is_void = attempt.transcript.text("outcome") == "void"
    if not is_void and not re.fullmatch(r".*\.T[0-9]+", record.round):
        same("void", attempt.transcript.text("outcome"), "transcript.json", "outcome")
    if is_void and "reveals.json" in record.files:
        verify_void(record, {**before, number: attempt})
    else:
        verify_sealed(record, attempt)
    return attempt


# ---- 3.1 roots -----------------------------------------------------------------------------------


def committed_roots(commit: Doc, transcript: "Doc | None") -> dict[str, Doc]:
    """File name to the place where its count and root were published."""
    found = {}
    for folder in ("frames", "rosters", "bars"):
        table = commit.child(folder)
        found.update({f"{folder}/{code}.tsv": table.child(code) for code in table.names()})
    if transcript is not None:
        roots = transcript.child("roots")
        for name in roots.names():
            if name.partition("/")[0] not in ("drawn", "items", "teams"):
                raise roots.wrong(name, "drawn/ items/ teams/")
            found[name] = roots.child(name)
    return found


def check_roots(record: Record, committed: dict[str, Doc], complete: bool) -> None:
    """Every salted file agrees with its published count and root."""
    files = {name for name in record.files if name.split("/")[0] in SALTED_FOLDERS}
    salts = record.document("salts.json") if complete or files else Doc("salts.json", {})
    same_names(files, salts.names(), "salts.json")
    if complete or not files <= set(committed):
        same_names(committed, files, "salts.json")
    for name in sorted(files, key=lambda name: (SALTED_FOLDERS.index(name.split("/")[0]), name)):
        tree = Tree(hex_bytes(salts.text(name, HEX), "salts.json", name))
        tree.add(record.lines(name))
        if not name.startswith("frames/"):  # the largest files are read for their form later
            record.check_form(name)
        published = committed[name]
        published.exactly(("count", "root"))
        same(published.whole("count"), tree.count, name, "count")
        if published.text("root", HEX) != tree.root():
            values = (published.text("root"), tree.root())
            raise Difference("root", name, 0, published.file, values)


# ---- 3.2.3, 3.2.4 reveals and keys ---------------------------------------------------------------


def check_reveals(record: Record, chain: dict[int, Attempt]) -> dict[str, bytes]:
    """Every revealed preimage leads to its head; returns the last attempt's values by code."""
    reveals = record.document("reveals.json")
    reveals.exactly(("attempts", "sources"))
    entries = reveals.children("attempts")
    numbers = [entry.whole("attempt", 1) for entry in entries]
    same(sorted(chain), numbers, reveals.file, "attempts")
    values: dict[str, bytes] = {}
    for number, entry in zip(numbers, entries):  # noqa: B905 - strict= is not in 3.9
        entry.exactly(("attempt", "outcome", "reason", "values"))
        outcome = chain[number].transcript.text("outcome")
        wanted = "void" if outcome == "void" else "done"
        same(wanted, entry.text("outcome"), reveals.file, entry.path + "outcome")
        if outcome != "infeasible":
            reason = chain[number].transcript.value["reason"]
            same(reason, entry.value["reason"], reveals.file, entry.path + "reason")
        heads, given = chain[number].commit.child("heads"), entry.child("values")
        if wanted == "done" or not set(given.names()) <= set(heads.names()):
            same_names(heads.names(), given.names(), reveals.file, given.path)
        values = {code: preimage(given, heads, code, number) for code in given.names()}
    return values


def preimage(given: Doc, heads: Doc, code: str, attempt: int) -> bytes:
    """The revealed bytes x, after H^attempt(x) = head was checked."""
    value = state = hex_bytes(given.text(code), given.file, given.path + code)
    for _ in range((attempt - 1) % LENGTH_OF_CHAIN + 1):
        state = digest(state)
    if state.hex() != heads.text(code):
        values = (heads.text(code), state.hex())
        raise Difference("head", given.file, 0, given.path + code, values)
    return value


def source_values(record: Record, commit: Doc, is_void: bool = False) -> list[tuple[str, bytes]]:
    """Names and values of the external sources in commit order; a void attempt may have none."""
    reveals = record.document("reveals.json")
    found = []
    for source in reveals.children("sources"):
        source.exactly(("name", "value"), optional=("signature",))
        name, path = source.text("name"), source.path
        value = hex_bytes(source.text("value"), source.file, path + "value")
        if name.startswith("drand:") and source.value.get("signature") is not None:
            signature = hex_bytes(source.text("signature"), source.file, path + "signature")
            same(digest(signature), value, source.file, path + "value")
        found.append((name, value))
    names = [source.text("name") for source in commit.children("sources")]
    if found or not is_void:
        same(names, [name for name, _ in found], reveals.file, "sources")
    return found


def round_secret(
    values: dict[str, bytes], commit_hash: bytes, sources: list[tuple[str, bytes]]
) -> bytes:
    """PRK of 3.2.3 from the contributors' preimages, the commit and the external sources."""
    otc = digest(*(sized(code.encode()) + sized(values[code]) for code in sorted(values)))
    pairs = [sized(name.encode()) + sized(value) for name, value in sources]
    return hmac.new(otc, sized(commit_hash) + b"".join(pairs), hashlib.sha256).digest()


class Keys:
    """Stage keys of one round; each is one SHA-256 block, kept as a started hash."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret

    def key(self, label: str) -> bytes:
        """K(label): 64 ASCII characters."""
        message = SPEC.encode() + b"|" + label.encode() + b"\x01"
        return hmac.new(self.secret, message, hashlib.sha256).hexdigest().encode()

    def ticket(self, label: str) -> Ticket:
        """The function text → H(K(label) ‖ text)."""
        start = hashlib.sha256(self.key(label))

        def ticket_of(text: str) -> bytes:
            state = start.copy()
            state.update(text.encode())
            return state.digest()

        return ticket_of


class Stream:
    """Uniform integers from H(K(label) ‖ text ‖ counter), four 64-bit words a digest."""

    def __init__(self, key: bytes, text: str) -> None:
        self.prefix, self.counter = key + text.encode(), 0
        self.words: list[int] = []

    def word(self) -> int:
        """The next word."""
        if not self.words:
            data = digest(self.prefix, self.counter.to_bytes(8, "big"))
            self.words = [int.from_bytes(data[at : at + 8], "big") for at in (24, 16, 8, 0)]
            self.counter += 1
        return self.words.pop()

    def below(self, limit: int) -> int:
        """A number below `limit` without bias; consumes words even for limit 1."""
        bound = WORD // limit * limit
        word = self.word()
        while word >= bound:
            word = self.word()
        return word % limit


# ---- 3.2.5 object draw ---------------------------------------------------------------------------


class Line:
    """One plan line: its rules, what its frame holds, and whom the draw takes."""

    def __init__(self, rules: Doc, code: str) -> None:
        self.code, self.rules = code, rules.child("lines").child(code)
        self.departments = self.rules.texts("departments")
        self.weighted = self.rules.whole("weighted")
        self.fixed = self.rules.value.get("number")
        self.items = None if self.rules.value.get("items") is None else self.rules.child("items")
        self.window, self.mode = self.rules.texts("window"), self.rules.text("mode", MODE)
        self.active: dict[str, int] = {}  # by stratum, as are the following
        self.weights: dict[str, dict[int, int]] = {}  # how many of status `-` have each weight
        self.sizes: dict[str, int] = {}
        self.counts: dict[str, dict[str, object]] = {}
        self.number_certain: dict[str, int] = {}
        self.order: dict[str, list[Entry]] = {}
        self.places: dict[str, str] = {}  # by object

    def stratum(self, text: str) -> str:
        """The stratum a frame row belongs to."""
        return text if self.fixed is None else "*"

    def weight(self, text: str) -> int:
        """The weight of a frame row; where weights do not count, all have the same."""
        return int(text) if self.weighted else 1

    def size(self, stratum: str) -> int:
        """How many of a stratum are drawn (3.2.5)."""
        available = self.active.get(stratum, 0)
        if self.fixed is not None:
            return min(available, self.rules.whole("number"))
        strata = self.rules.child("strata")
        if stratum not in strata.value and "*" not in strata.value:
            raise Difference("no-rule", strata.file, 0, strata.path + stratum)
        rule = strata.child(stratum if stratum in strata.value else "*")
        ratio = [part for part in rule.array("ratio") if isinstance(part, int)]
        if len(ratio) != len("nd") or ratio[0] < 0 or ratio[1] < 1:
            raise rule.wrong("ratio", "[num, den]")
        needed = -(-available * ratio[0] // ratio[1])
        return min(available, max(rule.whole("minimum"), needed))

    def certain(self, stratum: str) -> Certain:
        """Whom Pareto sampling takes for certain; with equal chances nobody."""
        counts, size = self.weights.get(stratum, {}), self.sizes[stratum]
        return certain_of(counts, size) if self.weighted else Certain(set(), size, 0, False)

    def drawn(self) -> "Iterator[tuple[str, int, Entry]]":
        """Stratum, rank and entry of every drawn object in the order of the drawn list."""
        for stratum in sorted(self.sizes):
            for rank, entry in enumerate(self.order[stratum][: self.sizes[stratum]], 1):
                yield stratum, rank, entry


def certain_of(counts: dict[int, int], size: int) -> Certain:
    """By weight descending while n·w ≥ W; `counts` says how many objects have each weight.

    n·w ≥ W stays so when one of weight w is taken: it holds for all of a weight or for none.
    """
    left, total = size, sum(weight * count for weight, count in counts.items())
    weights = set()
    for weight in sorted(counts, reverse=True):
        if left == 0 or left * weight < total:
            break
        weights.add(weight)
        left, total = left - counts[weight], total - weight * counts[weight]
    return Certain(weights, left, total, left > 0)


def scan_frame(record: Record, line: Line) -> None:
    """Count the frame by stratum and exclusion code."""
    total: dict[str, int] = collections.Counter()
    excluded: dict[str, dict[str, int]] = collections.defaultdict(collections.Counter)
    name, before = f"frames/{line.code}.tsv", ""
    for row, (thing, _, text, weight, status) in enumerate(record.rows(name), 2):
        if thing == before:
            raise Difference("order", name, row, "object")
        before, stratum = thing, line.stratum(text)
        total[stratum] += 1
        if status == "-":
            line.active[stratum] = line.active.get(stratum, 0) + 1
            counts, own = line.weights.setdefault(stratum, {}), line.weight(weight)
            counts[own] = counts.get(own, 0) + 1
        else:
            excluded[stratum][status.partition(":")[0]] += 1
    line.sizes = {stratum: line.size(stratum) for stratum in total}
    line.counts = {
        stratum: {
            "frame": total[stratum],
            "excluded": dict(excluded[stratum]),
            "drawn": line.sizes[stratum],
        }
        for stratum in total
    }


def draw_line(record: Record, keys: Keys, line: Line, reserve: int) -> None:
    """Order of each stratum as far as needed: the drawn ones, then `reserve` more."""
    limits: dict[tuple[str, int], bytes] = {}
    for stratum, size in line.sizes.items():
        limits.update(ticket_limits(line, stratum, size + reserve))
    found = near_tickets(record, keys, line, limits)
    for stratum, size in line.sizes.items():
        certain, needed = line.certain(stratum), min(size + reserve, line.active.get(stratum, 0))
        first, others = ordered(found[stratum], certain)
        is_whole = all(limits[group] == ANY_TICKET for group in limits if group[0] == stratum)
        sure = len(others) if is_whole else reliable(line, stratum, others, size + reserve)
        if len(first) + sure < needed:
            wider = {group: ANY_TICKET for group in limits if group[0] == stratum}
            first, others = ordered(near_tickets(record, keys, line, wider)[stratum], certain)
        line.number_certain[stratum], line.order[stratum] = len(first), (first + others)[:needed]
        line.places.update((entry.object, entry.place) for entry in line.order[stratum])


def wanted_share(line: Line, stratum: str, needed: int) -> tuple[int, int]:
    """Enough candidates a, of W in all: a·w/W of those of weight w almost never fall short.

    That is half as many again and 64 more than needed.
    """
    certain = line.certain(stratum)
    counts = line.weights.get(stratum, {})
    eligible = sum(count for weight, count in counts.items() if weight not in certain.weights)
    return needed * 3 // 2 + 64, certain.total if certain.by_key else eligible


def ticket_limits(line: Line, stratum: str, needed: int) -> dict[tuple[str, int], bytes]:
    """By stratum and weight, a limit that tickets worth keeping lie below.

    Let a = λn. A Pareto key below λ means u(1 - p) < λp(1 - u), so u is below λp = a·w/W.
    """
    certain, (enough, total) = line.certain(stratum), wanted_share(line, stratum, needed)
    limits = dict.fromkeys(((stratum, w) for w in line.weights.get(stratum, {})), ANY_TICKET)
    for _, weight in list(limits):
        word = enough * (weight if certain.by_key else 1) * WORD // max(1, total) + 1
        if weight not in certain.weights and word < WORD:
            limits[stratum, weight] = word.to_bytes(8, "big")
    return limits


def reliable(line: Line, stratum: str, others: list[Entry], needed: int) -> int:
    """How many entries, in order, are surely before all whom the limits kept out."""
    certain, (enough, _) = line.certain(stratum), wanted_share(line, stratum, needed)
    if not certain.by_key:
        return len(others)
    pairs = (pareto_key(entry, certain.left, certain.total) for entry in others)
    return sum(above * certain.left < enough * below for above, below in pairs)


def near_tickets(
    record: Record, keys: Keys, line: Line, limits: dict[tuple[str, int], bytes]
) -> dict[str, list[Entry]]:
    """Entries with a ticket below their limit; memory grows with these, not with the frame.

    Which of a place's objects has the place's ticket takes all of them to say: for the places of
    the rows that may be among the entries, a second pass looks them up.
    """
    ticket, contest, near = keys.ticket("object"), keys.ticket("place"), []
    for thing, place, stratum, weight in active_rows(record, line):
        limit = limits.get((stratum, line.weight(weight)), b"")
        if limit and (ticket(place) < limit or (thing != place and ticket(thing) < limit)):
            near.append((thing, place, stratum, weight))
    first: dict[str, tuple[bytes, str]] = {}
    places = {place for _, place, _, _ in near}
    for thing, place, _, _ in active_rows(record, line) if near else ():
        if place in places:
            mine = (contest(thing), thing)
            first[place] = min(first.get(place, mine), mine)
    found: dict[str, list[Entry]] = {stratum: [] for stratum in line.sizes}
    for thing, place, stratum, weight in near:
        own = ticket(place if first[place][1] == thing else thing)
        if own < limits[stratum, line.weight(weight)]:
            found[stratum].append(Entry(own, thing, place, int(weight)))
    return found


def active_rows(record: Record, line: Line) -> "Iterator[tuple[str, str, str, str]]":
    """Object, place, stratum and weight of the rows of status `-`, from a frame already checked."""
    for raw in record.lines(f"frames/{line.code}.tsv"):
        thing, place, stratum, weight, status = raw.decode().split("\t")
        if status == "-":
            yield thing, place, line.stratum(stratum), weight


def ordered(entries: list[Entry], certain: Certain) -> tuple[list[Entry], list[Entry]]:
    """The certain ones by ticket, then the others by Pareto key (3.2.5) or by ticket."""
    first = sorted(entry for entry in entries if entry.weight in certain.weights)
    others = sorted(entry for entry in entries if entry.weight not in certain.weights)

    def compare(one: Entry, other: Entry) -> int:
        above, below = pareto_key(one, certain.left, certain.total)
        other_above, other_below = pareto_key(other, certain.left, certain.total)
        return above * other_below - other_above * below

    if certain.by_key:  # sort() is stable: equal keys stay in the order of (ticket, object)
        others.sort(key=functools.cmp_to_key(compare))
    return first, others


def pareto_key(entry: Entry, left: int, total: int) -> tuple[int, int]:
    """Numerator and denominator of an entry's key."""
    odd = 2 * int.from_bytes(entry.ticket[:8], "big") + 1
    share = left * entry.weight
    return odd * (total - share), (2**65 - odd) * share


def check_rows(
    record: Record, name: str, expected: Iterable[tuple[str, ...]], what: str = "value"
) -> None:
    """Compare a file row by row with what was recomputed, naming the first wrong field."""
    columns = [column for column, _ in COLUMNS[name.partition("/")[0]]]
    found, number = record.rows(name), 1
    for number, wanted in enumerate(expected, 2):
        row = next(found, None)
        if row is None:
            raise Difference("rows", name, 0, "", (f">= {number - 1}", number - 2))
        for column, value, own in zip(columns, wanted, row):  # noqa: B905 - strict= is not in 3.9
            if value != own:
                raise Difference(what, name, number, column, (value, own))
    surplus = sum(1 for _ in found)
    if surplus:
        raise Difference("rows", name, 0, "", (number - 1, number - 1 + surplus))


def check_drawn(record: Record, line: Line) -> None:
    """The drawn list is the recomputed one."""
    expected = (
        (
            entry.object,
            str(rank),
            entry.ticket.hex(),
            str(int(rank <= line.number_certain[stratum])),
            stratum,
        )
        for stratum, rank, entry in line.drawn()
    )
    check_rows(record, f"drawn/{line.code}.tsv", expected)


def item_tickets(keys: Keys, line: Line, thing: str) -> dict[str, str]:
    """Item to ticket (`-`: always) of one object in a line with drawn items."""
    if line.items is None:
        return {}
    line.items.exactly(("always", "from", "choose"))
    always, pool = line.items.texts("always"), line.items.texts("from")
    number = line.items.whole("choose")
    if len({*always, *pool}) != len(always) + len(pool) or number > len(pool):
        raise Difference("member", line.items.file, 0, line.items.path)
    ticket = keys.ticket("item|" + line.code)
    chosen = heapq.nsmallest(number, ((ticket(thing + "|" + item), item) for item in pool))
    return {**dict.fromkeys(always, "-"), **{item: own.hex() for own, item in chosen}}


def check_items(record: Record, keys: Keys, line: Line) -> None:
    """The drawn items of every drawn object are the recomputed ones."""
    expected = (
        (entry.object, item, ticket)
        for _, _, entry in line.drawn()
        for item, ticket in sorted(item_tickets(keys, line, entry.object).items())
    )
    check_rows(record, f"items/{line.code}.tsv", expected)


def verify_lines(record: Record, rules: Doc, keys: Keys) -> dict[str, Line]:
    """Draw every line again and compare objects, ranks, tickets and items."""
    lines = {code: Line(rules, code) for code in rules.child("lines").names()}
    swaps = [row[0] for row in record.rows("replaced.tsv")]
    same_names(lines, record.stems("drawn"), "drawn/")
    with_items = [code for code, line in lines.items() if line.items is not None]
    same_names(with_items, record.stems("items"), "items/")
    for code, line in lines.items():
        scan_frame(record, line)
        draw_line(record, keys, line, swaps.count(code))
        check_drawn(record, line)
        if line.items is not None:
            check_items(record, keys, line)
    return lines


def check_replacements(line: Line, swaps: list[Swap]) -> dict[str, str]:
    """Replacements are the next of the reserve in order of time; returns object → replacement.

    Of the replacements of one instant the file does not say which came first.
    """
    stratum_of = {entry.object: s for s, order in line.order.items() for entry in order}
    standing, used = {entry.object for _, _, entry in line.drawn()}, dict(line.sizes)
    for moment in sorted({swap.at for swap in swaps}):
        now = [swap for swap in swaps if swap.at == moment]
        standing |= {swap.replacement for swap in now}
        for swap in now:
            if swap.object not in standing or swap.object not in stratum_of:
                raise Difference("replacement", "replaced.tsv", 0, "object", ("-", swap.object))
        for stratum in sorted(line.sizes):
            found = sorted(s.replacement for s in now if stratum_of[s.object] == stratum)
            upcoming = line.order[stratum][used[stratum] : used[stratum] + len(found)]
            values = (sorted(entry.object for entry in upcoming), found)
            if values[0] != found:
                raise Difference("replacement", "replaced.tsv", 0, "replacement", values)
            used[stratum] += len(found)
    replaced = {swap.object: swap.replacement for swap in swaps}
    same(len(swaps), len(replaced), "replaced.tsv", "object")
    return replaced


# ---- 3.2.6 checks, visits, units -----------------------------------------------------------------


def check_checks(record: Record, keys: Keys, lines: dict[str, Line]) -> list[Check]:
    """Every item of a drawn or replacing object is checked or dropped once, and nothing else."""
    checks = [Check._make(row) for row in record.rows("checks.tsv")]
    swaps = [Swap._make(row) for row in record.rows("replaced.tsv")]
    lost = record.rows(DROPPED) if DROPPED in record.files else iter(())
    dropped = [(line, thing, item) for thing, line, item, _, _ in lost]
    for swap in swaps:
        if swap.line not in lines:
            raise Difference("value", "replaced.tsv", 0, "line", (sorted(lines), swap.line))
    owed: dict[str, dict[str, list[str]]] = {code: {} for code in lines}
    for code, thing, item in [(c.line, c.object, c.item) for c in checks] + dropped:
        if code not in lines:
            raise Difference("owed", "checks.tsv", 0, "line", (sorted(lines), code))
        owed[code].setdefault(thing, []).append(item)
    for number, check in enumerate(checks, 2):
        check_one(lines[check.line], check, number)
    for code, line in lines.items():
        replaced = check_replacements(line, [swap for swap in swaps if swap.line == code])
        check_owed(keys, line, replaced, owed[code])
    return checks


def check_one(line: Line, check: Check, row: int) -> None:
    """A check repeats its line's window and mode, one of its departments, its object's place."""
    expected = (
        ("place", line.places.get(check.object), check.place),
        ("window_start", line.window[0], check.start),
        ("window_end", line.window[1], check.end),
        ("mode", line.mode, check.mode),
    )
    for field, wanted, found in expected:
        same(wanted, found, "checks.tsv", field, row)
    if check.department not in line.departments:
        same(line.departments, check.department, "checks.tsv", "department", row)


def check_owed(
    keys: Keys, line: Line, replaced: dict[str, str], found: dict[str, list[str]]
) -> None:
    """Compare the items found per object with those owed; a replaced object may have left."""
    common = sorted({item for items in found.values() for item in items})
    held = set()
    for _, _, entry in line.drawn():
        chain = [entry.object]
        while chain[-1] in replaced and replaced[chain[-1]] not in chain:
            chain.append(replaced[chain[-1]])
        present = [thing for thing in chain if thing in found]
        if len(present) != 1:
            raise Difference("owed", "checks.tsv", 0, line.code, (chain, present))
        drawn = sorted(item_tickets(keys, line, present[0]))
        wanted, there = common if line.items is None else drawn, sorted(found[present[0]])
        if wanted != there:
            field = f"{line.code} {present[0]} item"
            raise Difference("owed", "checks.tsv", 0, field, (wanted, there))
        held.add(present[0])
    if held != set(found):
        field = line.code + " object"
        raise Difference("owed", "checks.tsv", 0, field, ("-", sorted(set(found) - held)))


class Group:
    """The checks of one visit with their common range of days."""

    def __init__(self, name: str, checks: list[Check]) -> None:
        self.name, self.checks = name, checks
        self.place, self.objects = checks[0].place, {check.object for check in checks}
        self.start = max(check.start for check in checks)
        self.end = min(check.end for check in checks)

    def rank(self) -> tuple[str, ...]:
        """Order of a place's visits: range of days, first line, first item; then as checks tie."""
        line, item = min(c.line for c in self.checks), min(c.item for c in self.checks)
        return self.start, self.end, line, item, *min(map(tie_order, self.checks))


def tie_order(check: Check) -> tuple[str, ...]:
    """Order of checks where nothing else decides."""
    return check.end, check.start, check.line, check.object, check.item


def check_visits(record: Record, rules: Doc, keys: Keys, checks: list[Check]) -> dict[str, Group]:
    """Every check is in exactly one visit that may hold it; returns the visits by id."""
    rows = [Visit._make(row) for row in record.rows("visits.tsv")]
    open_checks = {(check.object, check.line, check.item): check for check in checks}
    grouped: dict[str, list[Check]] = {}
    before = ("", "", "", "")
    for number, row in enumerate(rows, 2):
        key = (row.object, row.line, row.item)
        if key not in open_checks:
            raise Difference("owed", "visits.tsv", number, "", ("-", key))
        if (row.object, row.visit, row.line, row.item) <= before:
            raise Difference("order", "visits.tsv", number)
        before = (row.object, row.visit, row.line, row.item)
        grouped.setdefault(row.visit, []).append(open_checks.pop(key))
    if open_checks:
        raise Difference("owed", "visits.tsv", 0, "", (min(open_checks), "-"))
    groups = {name: Group(name, held) for name, held in grouped.items()}
    for number, row in enumerate(rows, 2):
        same(groups[row.visit].start, row.date_from, "visits.tsv", "date_from", number)
        same(groups[row.visit].end, row.date_to, "visits.tsv", "date_to", number)
    for group in groups.values():
        check_group(rules, group)
    check_visit_names(record, keys, groups)
    check_fewest(rules, groups)
    return groups


def desk_methods(rules: Doc) -> list[str]:
    """Methods that need no entry, if the rules name them."""
    return rules.texts("desk_methods") if "desk_methods" in rules.value else []


def minute_limit(rules: Doc) -> "int | None":
    """The most minutes of one visit, if the rules set one."""
    return None if rules.value.get("max_minutes") is None else rules.whole("max_minutes", 1)


def check_group(rules: Doc, group: Group) -> None:
    """One place, one mode, desk or not, a common day, minutes within the limit."""
    desk, limit = desk_methods(rules), minute_limit(rules)
    kinds = {(check.place, check.mode, check.method in desk) for check in group.checks}
    minutes = sum(int(check.minutes) for check in group.checks)
    too_long = limit is not None and minutes > limit and len(group.checks) > 1
    if len(kinds) > 1 or group.start > group.end or too_long:
        values = (limit, (sorted(kinds), group.start, group.end, minutes))
        raise Difference("merge", "visits.tsv", 0, group.name, values)


def check_visit_names(record: Record, keys: Keys, groups: dict[str, Group]) -> None:
    """Visit ids follow from the place and the visit's number at that place."""
    ticket = keys.ticket("visit")
    places: dict[str, list[Group]] = {}
    for group in groups.values():
        places.setdefault(group.place, []).append(group)
    for place, visits in places.items():
        for number, group in enumerate(sorted(visits, key=Group.rank), 1):
            expected = record.round + "-" + ticket(f"{place}|{number}").hex()[:12]
            same(expected, group.name, "visits.tsv", "visit")


def check_fewest(rules: Doc, groups: dict[str, Group]) -> None:
    """Without a minute limit the least, first solution is: join the first visit still open.

    In tie order (window_end first) a check can join a visit exactly if it starts no later than
    the visit's first window_end; the classic stabbing argument makes that the minimum, too.
    """
    if "desk_methods" not in rules.value or minute_limit(rules) is not None:
        return
    desk = desk_methods(rules)
    pairs = [(check, group) for group in groups.values() for check in group.checks]
    opened: dict[tuple[str, str, bool], list[tuple[str, str]]] = {}
    for check, group in sorted(pairs, key=lambda pair: tie_order(pair[0])):
        visits = opened.setdefault((group.place, check.mode, check.method in desk), [])
        expected = next((name for end, name in visits if check.start <= end), None)
        if expected is None and group.name not in [name for _, name in visits]:
            visits.append((check.end, group.name))
        elif expected != group.name:
            values = (expected or "new visit", group.name)
            raise Difference("merge", "visits.tsv", 0, "visit", values)


def check_units(record: Record, rules: Doc, visits: dict[str, Group]) -> list[Unit]:
    """Every visit of a department is in one unit with just the objects of its visits."""
    units = [Unit._make(row) for row in record.rows("units.tsv")]
    seen = set()
    for row, unit in enumerate(units, 2):
        parts(unit.tags, "units.tsv", row, "tags")
        parts(unit.objects, "units.tsv", row, "objects")
        if (unit.department, unit.unit) in seen:
            raise Difference("unit", "units.tsv", row, "unit", ("-", unit.unit))
        seen.add((unit.department, unit.unit))
    if not rules.child("lines").value:  # a supplement: its visits stand in the round's own record
        return units
    departments: dict[str, set[str]] = {}
    for group in visits.values():
        for check in group.checks:
            departments.setdefault(check.department, set()).add(group.name)
    own = {unit.department for unit in units if not unit.department.startswith("@")}
    same_names(departments, own, "units.tsv", "department")
    for department, names in departments.items():
        mine = [unit for unit in units if unit.department == department]
        check_covered(mine, {name: visits[name] for name in names})
    return units


def check_covered(units: list[Unit], visits: dict[str, Group]) -> None:
    """Units of one department: its own visit heads each, batches take visits without a unit."""
    objects = {
        unit.unit: {thing for thing in unit.objects.split(",") if not thing.startswith("area:")}
        for unit in units
    }
    joined: dict[str, set[str]] = {}
    for name, things in objects.items():
        if name not in visits or not visits[name].objects <= things:
            wanted = sorted(visits[name].objects) if name in visits else "visit"
            raise Difference("unit", "units.tsv", 0, name, (wanted, sorted(things)))
        joined[name] = set(visits[name].objects)
    for name in set(visits) - set(objects):
        hosts = [host for host in objects if visits[name].objects <= objects[host]]
        if not hosts:
            raise Difference("unit", "units.tsv", 0, name, ("unit", "-"))
        for host in hosts:
            joined[host] |= visits[name].objects
    for name, things in objects.items():
        same(sorted(joined[name]), sorted(things), "units.tsv", name + " objects")


# ---- 3.2.7 team draw -----------------------------------------------------------------------------


def bits(mask: int) -> Iterator[int]:
    """Positions of the set bits, ascending."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def number_of(mask: int) -> int:
    """How many bits are set."""
    return bin(mask).count("1")


def nth_bit(mask: int, index: int) -> int:
    """Position of the set bit with `index` set bits below it."""
    position, width = 0, mask.bit_length()
    while width > 1:
        half = width // 2
        low = mask & ((1 << half) - 1)
        count = number_of(low)
        if index < count:
            mask, width = low, half
        else:
            mask, width = mask >> half, width - half
            position, index = position + half, index - count
    return position


class Roster:
    """Members of status `-`, in code order; sets of people are bit masks over that order."""

    def __init__(self, record: Record, department: str) -> None:
        name, bars = f"rosters/{department}.tsv", f"bars/{department}.tsv"
        everybody = list(record.rows(name))
        codes = [row[0] for row in everybody]
        same(sorted(set(codes)), codes, name, "inspector")
        rows = [row for row in everybody if row[5] == "-"]
        self.codes = [row[0] for row in rows]
        self.prior = [int(row[3]) for row in rows]
        self.caps = [int(row[4]) for row in rows]
        self.everyone = (1 << len(rows)) - 1
        self.tagged: dict[str, int] = {}
        for position, row in enumerate(rows):
            for tag in parts(row[1], name, 0, row[0] + " tags") + ["leader"] * int(row[2]):
                self.tagged[tag] = self.tagged.get(tag, 0) | 1 << position
        self.barred: dict[str, int] = {}
        number = {code: position for position, code in enumerate(self.codes)}
        for thing, inspector, _ in record.rows(bars) if bars in record.files else ():
            if inspector in number:
                self.barred[thing] = self.barred.get(thing, 0) | 1 << number[inspector]

    def holding(self, block: tuple[str, ...]) -> int:
        """Who has all tags of a block."""
        return functools.reduce(lambda m, tag: m & self.tagged.get(tag, 0), block, self.everyone)

    def barred_from(self, unit: Unit) -> int:
        """Who has a bar for one of the unit's objects or areas."""
        things = unit.objects.split(",")
        return functools.reduce(lambda m, thing: m | self.barred.get(thing, 0), things, 0)

    def patterns(self, unit: Unit) -> list[list[tuple[str, ...]]]:
        """Partitions of the unit's tags into at most q blocks, in their order (7a)."""
        tags = set() if unit.tags == "-" else set(unit.tags.split(","))
        if unit.leader == "1":
            tags.add("leader")
        if len(tags) > LARGEST_TAG_SET:
            raise Difference("unit", "units.tsv", 0, unit.unit, (LARGEST_TAG_SET, len(tags)))
        return self.ordered_patterns(tuple(sorted(tags)), int(unit.quota))

    @functools.cache  # noqa: B019 - rosters live as long as the program
    def ordered_patterns(self, tags: tuple[str, ...], quota: int) -> list[list[tuple[str, ...]]]:
        """The patterns of a tag set and quota, best supplied first."""
        found = []
        for partition in partitions(tags, quota):
            blocks = sorted((tuple(sorted(block)) for block in partition), key="+".join)
            supply = min((number_of(self.holding(block)) for block in blocks), default=0)
            found.append((-supply, "|".join(map("+".join, blocks)), blocks))
        return [blocks for _, _, blocks in sorted(found)]


def partitions(tags: tuple[str, ...], most: int) -> Iterator[list[list[str]]]:
    """All partitions of the tags into at most `most` blocks."""
    if not tags:
        yield []
        return
    for smaller in partitions(tags[:-1], most):
        for index, block in enumerate(smaller):
            yield [*smaller[:index], [*block, tags[-1]], *smaller[index + 1 :]]
        if len(smaller) < most:
            yield [*smaller, [tags[-1]]]


class Board:
    """One run of the team draw; slots are numbered by their place in the slot order (7b)."""

    def __init__(
        self, roster: Roster, units: list[Unit], choice: dict[str, int], ticket: Ticket
    ) -> None:
        self.roster, slots = roster, []
        for unit in units:
            blocks = roster.patterns(unit)[choice[unit.unit]]
            free: tuple[str, ...] = ()
            filled = blocks + [free] * (int(unit.quota) - len(blocks))
            for number, block in enumerate(filled, 1):
                order = (number_of(roster.holding(block)), ticket(f"{unit.unit}|{number}"))
                slots.append((order, unit.unit, number, block))
        self.slots = [(unit, number, block) for _, unit, number, block in sorted(slots)]
        barred = {unit.unit: roster.barred_from(unit) for unit in units}
        self.fits = [roster.holding(block) & ~barred[unit] for unit, _, block in self.slots]
        self.holder = [-1] * len(slots)
        self.how = ["empty"] * len(slots)
        self.team = dict.fromkeys(choice, 0)
        self.held: list[dict[str, int]] = [{} for _ in roster.codes]  # unit → slot, per person
        self.load = list(roster.prior)
        self.at: dict[int, int] = {}  # load → people
        self.below_cap = self.seated = 0
        for person in range(len(self.load)):
            self.mark(person, 1)

    def mark(self, person: int, present: int) -> None:
        """Enter a person into (1) or take him out of (0) the masks by load."""
        bit, load = 1 << person, self.load[person]
        self.at[load] = self.at.get(load, 0) & ~bit | bit * present
        if not self.at[load]:
            del self.at[load]
        below = present if load < self.roster.caps[person] else 0
        self.below_cap = self.below_cap & ~bit | bit * below

    def change(self, slot: int, person: int, step: int) -> None:
        """Seat (+1) or unseat (-1) a person."""
        unit, bit = self.slots[slot][0], 1 << person
        self.mark(person, 0)
        self.load[person] += step
        self.mark(person, 1)
        if step > 0:
            self.holder[slot] = person
            self.held[person][unit] = slot
            self.team[unit] |= bit
        else:
            self.holder[slot] = -1
            del self.held[person][unit]
            self.team[unit] &= ~bit
        self.seated = self.seated & ~bit | bit * bool(self.held[person])

    def pick(self, slot: int, key: bytes, text: str = "", gone: int = 0) -> "int | None":
        """One of the least loaded who fit (7c), or None."""
        unit, number, _ = self.slots[slot]
        fit = self.fits[slot] & ~self.team[unit] & self.below_cap & ~gone
        for load in sorted(self.at):
            least = fit & self.at[load]
            if least:
                stream = Stream(key, f"{unit}|{number}{text}")
                return nth_bit(least, stream.below(number_of(least)))
        return None

    def search(self, start: int, goal: int) -> Reply:
        """Breadth-first search for an alternating path that ends with someone in `goal` (7d)."""
        came: dict[int, tuple[int, int]] = {start: (-1, -1)}
        queue, visited = collections.deque([start]), 0
        while queue:
            slot = queue.popleft()
            unit = self.slots[slot][0]
            fresh = self.fits[slot] & ~self.team[unit] & ~visited
            if fresh & goal:
                end = next(bits(fresh & goal))
                return Reply(trace(came, start, slot, end), set(came), visited)
            visited |= fresh
            reached = [(p, other) for p in bits(fresh) for other in sorted(self.held[p].values())]
            reached += [(p, self.held[p][unit]) for p in bits(self.fits[slot] & self.team[unit])]
            for person, other in reached:
                if other not in came:
                    came[other] = (person, slot)
                    queue.append(other)
        return Reply(None, set(came), visited)

    def apply(self, path: list[tuple[int, int]], how: str) -> None:
        """Empty every slot of the path, then refill it."""
        for slot, _ in path:
            if self.holder[slot] >= 0:
                self.change(slot, self.holder[slot], -1)
        for slot, person in path:
            self.change(slot, person, 1)
            self.how[slot] = how

    def fill(self, key: bytes, is_expert: bool) -> "set[int] | None":
        """Fill all slots (7c, 7d, 7f); the slots of a Hall violator if that fails."""
        for slot in range(len(self.slots)):
            person = self.pick(slot, key)
            if person is not None:
                self.apply([(slot, person)], "pick")
                continue
            reply = self.search(slot, self.below_cap)
            if reply.path is not None:
                self.apply(reply.path, "path")
            elif not is_expert:
                return set(reply.seen)
        return None

    def level(self) -> None:
        """Move slots from the most loaded to others while the spread is 2 or more (7e)."""
        done = 0
        while True:
            seated = self.seated & ~done
            high = max((load for load in self.at if self.at[load] & seated), default=0)
            if not seated or high - min(self.at) <= 1:
                return
            failed = self.relieve(next(bits(self.at[high] & seated)), high)
            done = 0 if failed is None else done | failed

    def relieve(self, person: int, high: int) -> "int | None":
        """Take one slot from a person; if impossible, the mask of those who must fail as well."""
        goal = sum(mask for load, mask in self.at.items() if load <= high - 2) & self.below_cap
        lower = sum(mask for load, mask in self.at.items() if load <= high)
        failed = 1 << person
        for slot in sorted(self.held[person].values()):
            reply = self.search(slot, goal)
            if reply.path is not None:
                self.apply(reply.path, "level")
                return None
            failed |= reply.visited & lower
        return failed

    def rows(self) -> list[tuple[str, ...]]:
        """The teams file."""
        order = sorted(range(len(self.slots)), key=lambda slot: self.slots[slot][:2])
        names = [*self.roster.codes, "-"]  # an empty slot has holder -1
        return [
            (unit, str(number), "+".join(block) or "*", names[self.holder[slot]], self.how[slot])
            for slot in order
            for unit, number, block in [self.slots[slot]]
        ]

    def by_name(self) -> dict[tuple[str, str], int]:
        """Slots by unit and number as written in the files."""
        return {(unit, str(number)): slot for slot, (unit, number, _) in enumerate(self.slots)}


def trace(
    came: dict[int, tuple[int, int]], start: int, slot: int, end: int
) -> list[tuple[int, int]]:
    """The path as (slot, new holder), from the end of the search back to its start."""
    path = [(slot, end)]
    while slot != start:
        person, slot = came[slot]
        path.append((slot, person))
    return path


def draw_teams(
    keys: Keys, department: str, roster: Roster, units: list[Unit]
) -> tuple[str, int, Board]:
    """The whole of 7a to 7f: verdict (done, infeasible, undecided), tries used, last board."""
    ticket, pick = keys.ticket("slot|" + department), keys.key("pick|" + department)
    pattern, is_expert = keys.key("pattern|" + department), department.startswith("@")
    choice, tries = {unit.unit: 0 for unit in units}, 0
    number = {unit.unit: len(roster.patterns(unit)) for unit in units}
    while True:
        board = Board(roster, units, choice, ticket)
        violator = board.fill(pick, is_expert)
        if violator is None:
            board.level()
            return "done", tries, board
        names = sorted({board.slots[slot][0] for slot in violator})
        names = [name for name in names if number[name] > 1]
        if not names or tries == LARGEST_NUMBER_OF_TRIES:
            return "undecided" if names else "infeasible", tries, board
        tries += 1
        stream = Stream(pattern, f"try{tries}")
        name = names[stream.below(len(names))]
        choice[name] = (choice[name] + 1 + stream.below(number[name] - 1)) % number[name]


class Teams:
    """Recomputed figures of the team draw, to be compared with the transcript."""

    def __init__(self, transcript: Doc) -> None:
        self.outcome = transcript.text("outcome")
        self.witnesses = transcript.texts("witnesses")
        self.repairs: dict[str, int] = {}
        self.repatterns: dict[str, int] = {}
        self.undecided: list[str] = []
        self.failed: list[str] = []
        self.seats = 0


def check_teams(record: Record, keys: Keys, units: list[Unit], teams: Teams) -> None:
    """Every department's team file is the recomputed one; so are replacements of members."""
    departments = sorted({unit.department for unit in units})
    changes = [Change._make(row) for row in record.rows("members.tsv")]
    for department in departments:
        own = [unit for unit in units if unit.department == department]
        board = check_department(record, keys, own, teams)
        if board is not None:
            mine = [change for change in changes if change.department == department]
            check_members(board, keys.key("repl|" + department), mine)
    finished = set(departments) - set(teams.failed)
    same_names(finished, record.stems("teams"), "transcript.json", "roots")
    if bool(teams.failed) != (teams.outcome == "infeasible"):
        values = (teams.failed or "done", teams.outcome)
        raise Difference("feasible", "transcript.json", 0, "outcome", values)
    if not {change.department for change in changes} <= finished:
        raise Difference("value", "members.tsv", 0, "department", (sorted(finished), "-"))


def check_department(record: Record, keys: Keys, units: list[Unit], teams: Teams) -> "Board | None":
    """One department's team file is the recomputed or a valid witness; None if it has none."""
    department = units[0].department
    name, roster = f"teams/{department}.tsv", Roster(record, department)
    verdict, tries, board = draw_teams(keys, department, roster, units)
    teams.repatterns[department] = tries
    if verdict == "undecided":
        teams.undecided.append(department)
    if verdict == "undecided" and department in teams.witnesses:
        board = witness_board(roster, units, [Seat._make(row) for row in record.rows(name)], name)
    elif verdict != "done":
        teams.failed.append(department)
        return None
    check_rows(record, name, board.rows(), "team")
    teams.seats += len(board.slots)
    teams.repairs[department] = sum(how in ("path", "level") for how in board.how)
    return board


def witness_board(roster: Roster, units: list[Unit], seats: list[Seat], name: str) -> Board:
    """A board seated as the witness says, after every seat was found to be allowed."""
    choice = {}
    for unit in units:
        options = ["|".join(map("+".join, blocks)) for blocks in roster.patterns(unit)]
        own = [seat.block for seat in seats if seat.unit == unit.unit and seat.block != "*"]
        if "|".join(own) not in options:
            raise Difference("witness", name, 0, unit.unit, (options[:3], "|".join(own)))
        choice[unit.unit] = options.index("|".join(own))
    board = Board(roster, units, choice, lambda _: b"")
    slots = board.by_name()
    for row, seat in enumerate(seats, 2):
        slot = slots.pop((seat.unit, seat.slot), -1)
        person = roster.codes.index(seat.inspector) if seat.inspector in roster.codes else -1
        if slot < 0 or person < 0 or seat.how != "witness":
            raise Difference("witness", name, row, "", ("-", tuple(seat)))
        allowed = board.fits[slot] & board.below_cap & ~board.team[seat.unit]
        if not allowed >> person & 1:
            raise Difference("witness", name, row, "inspector", ("fits", seat.inspector))
        board.apply([(slot, person)], "witness")
    return board


def check_members(board: Board, key: bytes, changes: list[Change]) -> None:
    """Every replacement of a member (7g), in order of time, is the one the stream picks."""
    slots, codes = board.by_name(), board.roster.codes
    turns: dict[int, int] = collections.Counter()
    gone: dict[str, int] = collections.Counter()  # who left a unit does not come back to it
    for change in sorted(changes, key=lambda change: change.at):
        slot = slots.get((change.unit, change.slot), -1)
        person = board.holder[slot] if slot >= 0 else -1
        field = f"{change.unit} {change.slot}"
        same(codes[person] if person >= 0 else "-", change.out, "members.tsv", field + " out")
        turns[slot] += 1
        gone[change.unit] |= 1 << person
        board.change(slot, person, -1)
        following = board.pick(slot, key, f"|{turns[slot]}", gone[change.unit])
        expected = "-" if following is None else codes[following]
        same(expected, change.in_, "members.tsv", field + " in")
        board.change(slot, codes.index(expected), 1)


# ---- 3.2.9 transcript ----------------------------------------------------------------------------


def check_counts(transcript: Doc, lines: dict[str, Line]) -> None:
    """Published counts per line and stratum; strata without any object may be left out."""
    counts = transcript.child("counts")
    same_names(lines, counts.names(), transcript.file, "counts")
    empty: dict[str, object] = {"frame": 0, "excluded": {}, "drawn": 0}
    for code, line in lines.items():
        found = counts.child(code)
        for stratum in sorted({*found.value, *line.counts}):
            expected = line.counts.get(stratum, empty)
            published = found.value.get(stratum, empty)
            same(expected, published, transcript.file, found.path + stratum)


def check_figures(transcript: Doc, teams: Teams) -> None:
    """Repairs, re-patterns and witnesses as published; departments with none may be left out."""
    for member, own in (("repairs", teams.repairs), ("repatterns", teams.repatterns)):
        found = transcript.child(member)
        for department in sorted({*found.value, *own} - set(teams.failed)):
            values = own.get(department, 0), found.value.get(department, 0)
            same(*values, transcript.file, f"{member}.{department}")
    witnesses = [department for department in teams.undecided if department not in teams.failed]
    same(witnesses, teams.witnesses, transcript.file, "witnesses")


# ---- 3.4 the whole record ------------------------------------------------------------------------


def verify_record(record: Record) -> str:
    """Check everything there is; returns the sentence that says so."""
    own = open_attempt(record)
    chain = check_chain(record, own)
    if own.transcript is None or "reveals.json" not in record.files:
        return verify_sealed(record, own)
    if own.transcript.text("outcome") == "void":
        return verify_void(record, chain)
    # A supplement has no frames at all: without rosters it is the published part of one.
    folder = "frames" if own.commit.child("frames").names() else "rosters"
    if not record.stems(folder):
        return verify_published(record, chain)
    return verify_draw(record, chain)


def verify_sealed(record: Record, attempt: Attempt) -> str:
    """A record before disclosure: the commitments, and the form of whatever else is there."""
    rules = check_rules(record, attempt.commit) if "rules.json" in record.files else None
    check_roots(record, committed_roots(*attempt), complete=False)
    for name in sorted(record.files):
        if name.endswith(".tsv") and not name.startswith("attempts/"):
            record.check_form(name)
    return "sealed: commitments verify 承诺一致，尚未开示" + rehearsal(rules)


def verify_void(record: Record, chain: dict[int, Attempt]) -> str:
    """A void attempt: commitments and whatever was revealed."""
    for name in VOID_RECORD:
        record.path(name)
    own = chain[max(chain)]
    verify_sealed(record, own)
    check_reveals(record, chain)
    source_values(record, own.commit, is_void=True)
    remark = rehearsal(record.document("rules.json"))
    return f"ok {record.round}: void, commitments verify 本次作废，承诺一致{remark}"


def verify_published(record: Record, chain: dict[int, Attempt]) -> str:
    """A record whose frames stay closed: commitments, reveals, and the drawn lists it holds.

    A place that is not its object's own stands in the frame only, and so does who was not drawn.
    """
    own = chain[max(chain)]
    verify_sealed(record, own)
    values, commit_hash = check_reveals(record, chain), digest(record.data("commit.json"))
    keys = Keys(round_secret(values, commit_hash, source_values(record, own.commit)))
    ticket = keys.ticket("object")
    drawn = recomputed = 0
    for line in record.stems("drawn"):
        rows = list(record.rows(f"drawn/{line}.tsv"))
        check_published_list(own.transcript, line, rows)
        drawn += len(rows)
        recomputed += sum(ticket(thing).hex() == found for thing, _, found, _, _ in rows)
    return (
        f"published: {record.round} 公开部分一致 published part verifies: 抽取 drawn {drawn},"
        f" 随机号可自行重算 tickets recomputed {recomputed}"
    ) + rehearsal(record.document("rules.json"))


def check_published_list(transcript: Doc, line: str, rows: list[tuple[str, ...]]) -> None:
    """Ranks count up in each stratum, and there are as many as the transcript says."""
    name = f"drawn/{line}.tsv"
    counted: dict[str, int] = collections.Counter()
    for number, (_, rank, _, _, stratum) in enumerate(rows, 2):
        counted[stratum] += 1
        same(str(counted[stratum]), rank, name, "rank", number)
    counts = transcript.child("counts").child(line)
    for stratum in sorted({*counts.names(), *counted}):
        published = counts.child(stratum).whole("drawn") if stratum in counts.value else 0
        same(counted[stratum], published, transcript.file, counts.path + stratum)


def rehearsal(rules: "Doc | None") -> str:
    """The remark every record of a rehearsal carries."""
    return " 演练 rehearsal" if rules is not None and rules.whole("rehearsal") else ""


def check_rules(record: Record, commit: Doc) -> Doc:
    """The rules are those of the commit, for its frames, and announced or covert, not both."""
    rules = record.document("rules.json")
    found = digest(record.data("rules.json")).hex()
    same(commit.text("rules_hash"), found, "commit.json", "rules_hash")
    same(SPEC, rules.text("spec"), rules.file, "spec")
    same(record.round, rules.text("round"), rules.file, "round")
    lines = rules.child("lines")
    same_names(lines.names(), commit.child("frames").names(), "commit.json", "frames")
    modes = {lines.child(code).text("mode", MODE) for code in lines.names()}
    if len(modes) > 1:
        raise lines.wrong("mode", "announced | covert")
    return rules


def verify_draw(record: Record, chain: dict[int, Attempt]) -> str:
    """A disclosed draw: recompute all of it."""
    for name in FULL_RECORD:
        record.path(name)
    commit, transcript = chain[max(chain)]
    rules = check_rules(record, commit)
    check_roots(record, committed_roots(commit, transcript), complete=True)
    units_hash = digest(record.data("units.tsv")).hex()
    same(units_hash, transcript.text("units_hash"), transcript.file, "units_hash")
    values, commit_hash = check_reveals(record, chain), digest(record.data("commit.json"))
    keys = Keys(round_secret(values, commit_hash, source_values(record, commit)))
    lines = verify_lines(record, rules, keys)
    checks = check_checks(record, keys, lines)
    visits = check_visits(record, rules, keys, checks)
    units, teams = check_units(record, rules, visits), Teams(transcript)
    check_teams(record, keys, units, teams)
    check_counts(transcript, lines)
    check_figures(transcript, teams)
    objects = sum(sum(line.active.values()) for line in lines.values())
    drawn = sum(sum(line.sizes.values()) for line in lines.values())
    return (
        f"ok {record.round} 第 {max(chain)} 次 attempt {max(chain)} {teams.outcome}:"
        f" 计划 lines {len(lines)}, 名录 objects {objects}, 抽取 drawn {drawn},"
        f" 事项 checks {len(checks)}, 上门 visits {len(visits)}, 单元 units {len(units)},"
        f" 岗位 slots {teams.seats}{rehearsal(rules)}"
    )


def verify_opening(path: pathlib.Path, folder: "pathlib.Path | None") -> str:
    """One enterprise's own proof: its record is a leaf under the published root."""
    name = path.name
    opening = Doc(name, json.loads(path.read_text("utf-8")))
    opening.exactly(("line", "record", "salt", "ticket", "path", "root", "commit_hash"))
    fields = WHOLE_LINE["drawn"].fullmatch(opening.text("record"))
    if fields is None:
        raise malformed(name, 0, "drawn", opening.text("record"))
    same(fields.group(3), opening.text("ticket"), name, "ticket")
    node = digest(b"\0", bytes.fromhex(opening.text("salt", HEX)), opening.text("record").encode())
    for step in opening.array("path"):
        side, sibling = step if isinstance(step, list) else ("", "")
        other = bytes.fromhex(Doc(name, {"path": sibling}).text("path", HEX))
        if side not in ("left", "right"):
            raise opening.wrong("path", '["left" | "right", hex]')
        node = digest(b"\1", other, node) if side == "left" else digest(b"\1", node, other)
    if node.hex() != opening.text("root", HEX):
        raise Difference("opening", name, 0, "root", (opening.text("root"), node.hex()))
    opening.text("commit_hash", HEX)
    if folder is not None:
        check_opened_root(opening, folder)
    return f"ok opening 开示一致: {opening.text('line')} {fields.group(1)}"


def check_opened_root(opening: Doc, folder: pathlib.Path) -> None:
    """The root and commit of an opening are those a record published."""
    record = Record(folder)
    record.files = {path.name for path in folder.iterdir()}
    commit_hash = digest(record.data("commit.json")).hex()
    same(commit_hash, opening.text("commit_hash"), opening.file, "commit_hash")
    transcript = record.document("transcript.json")
    same(commit_hash, transcript.text("commit_hash"), transcript.file, "commit_hash")
    roots = transcript.child("roots")
    published = roots.child(f"drawn/{opening.text('line', FILE_CODE)}.tsv").text("root", HEX)
    same(published, opening.text("root"), opening.file, "root")


def run(arguments: argparse.Namespace) -> str:
    """Choose what to verify."""
    *command, last = arguments.target
    path = pathlib.Path(last)
    record = Record(path.parent if command else path)
    folder = None if arguments.record is None else pathlib.Path(arguments.record)
    if command not in ([], ["opening"]):
        raise NothingToReadError("RECORD_DIR | opening FILE")
    if not command and not any((path / name).is_file() for name in ("SHA256SUMS", "commit.json")):
        raise NothingToReadError(f"{path}: no record here 此处没有记录")
    if arguments.keys is not None:
        record.keys = keys_from(pathlib.Path(arguments.keys))
    try:
        record.current = path.name if command else "SHA256SUMS"
        return verify_opening(path, folder) if command else verify_record(record)
    except Exception as error:
        raise record.named(error) from error


def main(argv: "list[str] | None" = None) -> int:
    """Print the verdict; 0 all agrees, 1 a difference, 2 nothing to read."""
    parser = argparse.ArgumentParser(description="验证抽取记录 Verify a joint-draw/v1 record.")
    parser.add_argument("target", nargs="+", metavar="RECORD_DIR | opening FILE")
    parser.add_argument("--keys", help="公钥文件 JWK set of the signers")
    parser.add_argument("--record", help="开示所属的记录 record an opening belongs to")
    try:
        print(run(parser.parse_args(argv)))
    except Difference as difference:
        print(difference.text())
        return 1
    except NothingToReadError as error:
        print(f"无法读取 cannot read: {shown(str(error))}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    for output in (sys.stdout, sys.stderr):
        if hasattr(output, "reconfigure"):
            output.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(main())
