"""Text set wider, as WCAG 2.2 asks in 1.4.12, is neither cut off nor pushes a page sideways."""

import pytest
from playwright.sync_api import Browser, expect

from tests.web.conftest import page_of
from tests.web.people import joined

pytestmark = [
    pytest.mark.web,
    pytest.mark.slow,
    pytest.mark.xdist_group("web"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Playwright's own sockets, closed with its process
]
PAGES = ("/today", "/plan", "/train", "/history", "/progress", "/coach", "/settings", "/privacy", "/import", "/about")
# By a constructed sheet, which the page's own policy lets in.
WIDER = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets.push(sheet);
}"""
CUT = """() => {
  const cut = [...document.querySelectorAll('body *')].filter((one) => {
    const { overflowX, overflowY, position, clip } = getComputedStyle(one);
    if (one.closest('svg') !== null || clip !== 'auto' || position === 'absolute' && one.offsetWidth <= 1) return false;
    const hides = (how) => how === 'hidden' || how === 'clip';
    return one.textContent.trim() !== '' && one.clientWidth > 1
      && (hides(overflowX) && one.scrollWidth > one.clientWidth + 1 || hides(overflowY) && one.scrollHeight > one.clientHeight + 1);
  }).map((one) => `${one.tagName}: ${one.textContent.slice(0, 60)}`);
  return document.documentElement.scrollWidth > innerWidth ? [...cut, 'the page scrolls sideways'] : cut;
}"""


@pytest.mark.parametrize("language", ["en-GB", "de-DE"])
def test_wider_text_is_not_cut_off(browser: Browser, address: str, language: str, complaints: list[str]) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}, locale=language) as context:
        person = joined(context, address, f"wide-{language[:2]}")
        person.keep([{"reps": 8, "weight_kg": 60, "rpe": 8}] * 3)
        page = page_of(context, complaints)
        found = {}
        for path in PAGES:
            page.goto(address + path)
            expect(page.locator("h1, h2").first).to_be_visible()
            page.wait_for_load_state("networkidle")
            page.evaluate(WIDER)
            found[path] = page.evaluate(CUT)
    assert {path: cut for path, cut in found.items() if cut} == {}
