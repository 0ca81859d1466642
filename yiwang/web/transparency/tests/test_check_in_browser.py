"""The check on /transparency finds in the browser, with the network gone, what `yiwang verify` finds in the same files."""

import base64
import gzip
import io
import threading
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from yiwang.kernel.journal import checking
from yiwang.kernel.journal.checking import Witnessed
from yiwang.kernel.journal.tests import test_checking as samples
from yiwang.kernel.journal.tests import test_figurechecking as figures
from yiwang.kernel.journal.tests.test_checking import proof
from yiwang.kernel.wording import word

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

Lines = list[dict[str, Any]]
KEY = str(samples.KEY.verifier)


def changed(lines: Lines, at: int, **other: object) -> Lines:
    return [*lines[:at], lines[at] | other, *lines[at + 1 :]]


def packed(lines: Lines) -> bytes:
    return gzip.compress(b"".join(samples.written(lines)))


def respelt(change: Any) -> list[bytes]:
    lines = samples.written(samples.sealed(samples.TEXTS))
    return [*lines[:5], change(lines[5]), *lines[6:]]


RIGHT, TOLD = samples.sealed(samples.TEXTS), proof(with_text=True)
HALF = RIGHT[5]["entry"].replace("desk", "\ud800")
"""Half a surrogate pair: JSON may hold one, UTF-8 may not."""
FILES: list[tuple[str, bytes, list[Witnessed]]] = [
    ("untouched", packed(RIGHT), [samples.WITNESS]),
    ("not packed", gzip.decompress(packed(RIGHT)), []),
    *(
        (name, packed(change([dict(one) for one in RIGHT])), [samples.WITNESS])
        for name, change, _, _ in samples.TAMPERED
    ),
    *((f"witness {slug}", packed(RIGHT), [Witnessed("kept", kept)]) for kept, slug in samples.WITNESSES),
    ("half a surrogate", b"".join(samples.written(changed(RIGHT, 5, entry=HALF))), []),
    ("broken off", packed(RIGHT)[:-9], []),
    ("empty", b"", []),
    ("no gzip", b"\x1f\x8bnothing of the kind", []),
    ("a proof", packed(proof()), [samples.WITNESS]),
    ("a proof of a promise", packed(proof(of="2026/1.03", kind="promise")), []),
    ("a proof with texts", packed(TOLD), []),
    ("a proof of another text", packed(changed(TOLD, 2, entry=samples.text(50))), []),
    ("a proof that tells another verb", packed(changed(TOLD, 2, verb="case.closed")), []),
    ("a proof of another place", packed(changed(proof(), 2, position=6)), []),
    ("a proof with a hash cut short", packed(changed(proof(), 2, proof=["00"])), []),
    ("a proof in another order", packed(proof((5, 2))), []),
    ("a proof without its end", packed(proof()[:-1]), []),
    *((f"a proof: {name}", packed(change(proof())), []) for name, change, _ in samples.PROOFS),
    *((f"a line: {name}", gzip.compress(b"".join(respelt(change))), []) for name, change in samples.RESPELT.items()),
    ("a figure", packed(figures.RIGHT), [Witnessed("kept", figures.RIGHT[0]["head"])]),
    ("a figure of another journal", packed(figures.RIGHT), [samples.WITNESS]),
    ("a figure for strangers", packed(figures.sealed_only()), []),
    ("a figure that was let go", packed(figures.let_go()), []),
    *((name, packed(change([dict(one) for one in figures.RIGHT])), []) for name, change, _, _ in figures.TAMPERED),
    *((f"a figure {text[:9]}", packed(figures.at(0, figure=text)(figures.RIGHT)), []) for text in figures.UNREADABLE),
    *((f"a row {text[:9]}", packed(figures.at(1, row=text)(figures.RIGHT)), []) for text in figures.NO_ROWS),
]


BENT = packed(samples.with_entry(5, samples.text(50), hashed=False)([dict(one) for one in RIGHT]))


@pytest.fixture
def page(live_server: Any) -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        opened = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN").new_page()
        opened.goto(f"{live_server.url}/transparency")
        yield opened
        browser.close()
    for thread in threading.enumerate():  # what still answers the browser holds a connection to the database
        if "process_request_thread" in thread.name:
            thread.join(timeout=5)


def given(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def shown(page: Any, content: bytes, kept: list[Witnessed]) -> str:
    """What the page says of a file."""
    before = page.locator("#seal-check-said").get_attribute("data-done") or "0"
    page.set_input_files("[name=file]", given("file.jsonl.gz", content))
    page.set_input_files("[name=heads]", [given(one.name, one.text.encode()) for one in kept])
    page.click("#seal-check button")
    page.wait_for_selector(f"#seal-check-said[data-done='{int(before) + 1}']")
    return str(page.inner_text("#seal-check-said"))


CHECKED = """files => Promise.all(files.map(async ({ content, keys, witnesses }) => {
  const bytes = Uint8Array.from(atob(content), one => one.charCodeAt(0));
  return window.sealVerify(new File([bytes], "file.jsonl.gz"), { keys, witnesses });
}))"""
"""What check.js calls when a file was chosen; many files in one go."""


def test_a_file_gets_the_verdict_of_the_command_with_the_network_gone(page):
    page.context.set_offline(True)
    kept = [[asdict(one) for one in witnesses] for _, _, witnesses in FILES]
    asked = [
        {"content": base64.b64encode(content).decode(), "keys": [KEY], "witnesses": witnesses}
        for (_, content, _), witnesses in zip(FILES, kept, strict=True)
    ]
    found = page.evaluate(CHECKED, asked)
    for (name, content, witnesses), verdict in zip(FILES, found, strict=True):
        right = verdict.pop("right")
        expected = verdict_of(content, witnesses)
        assert verdict == asdict(expected), name
        assert right == expected.right, name


def test_the_page_tells_the_verdict_in_the_words_of_the_command(page):
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: "Content Security" in line.text and complaints.append(line.text))
    library = page.get_attribute("#seal-check", "data-ed25519")
    page.evaluate("address => import(address)", library)  # as check.js does where the browser knows no Ed25519
    page.context.set_offline(True)
    page.fill("[name=key]", KEY)
    verdict = verdict_of(BENT, [samples.WITNESS])
    told = shown(page, BENT, [samples.WITNESS])
    assert verdict.faults
    assert all(said(one) in told for one in verdict.faults)
    assert page.locator("#seal-check-said .notice").count() == len(verdict.faults) + 1
    told = shown(page, packed(proof()), [])
    assert "由您给出的公钥签名" in told
    assert verdict_of(packed(proof()), []).root in told

    told = shown(page, packed(figures.RIGHT), [])
    assert told.startswith("核验通过")
    assert "2026-11-24 12:00:00 UTC+8" in told

    page.evaluate("() => { crypto.subtle.importKey = () => Promise.reject(new Error('as in a browser of 2024')); }")
    assert "都与封存时一样" in shown(page, packed(RIGHT), [samples.WITNESS])
    assert "树头上没有这把公钥的有效签名" in shown(page, packed(forged()), [])
    assert complaints == []


def said(fault: checking.Fault) -> str:
    """As the command says it."""
    return word(f"seal.fault.{fault.slug}").format(position=fault.position, verb=fault.verb, **fault.more)


def verdict_of(content: bytes, kept: list[Witnessed]) -> checking.Verdict:
    """As the command finds it."""
    try:
        lines = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    except (OSError, EOFError):
        return checking.check(broken(content), keys=[KEY], witnesses=kept)
    return checking.check(lines.splitlines(keepends=True), keys=[KEY], witnesses=kept)


def broken(content: bytes) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
        yield from iter(file.readline, b"")


def forged() -> Lines:
    first = samples.sealed(samples.TEXTS, samples.OTHER)[0]
    return [RIGHT[0] | {"head": first["head"]}, *RIGHT[1:]]
