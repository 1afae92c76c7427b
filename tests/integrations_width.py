"""integrations_width.py chromium|firefox COMMAND PAGE...: whether pages of wide pictures can be read, in a window of
1280 and of 390 pixels and on paper. What is wrong is written to standard output."""

import collections
import re
import subprocess
import sys
import tempfile

import browsers

# In the page: what is wrong with it in a window of this width, as a list of texts.
LOOK = r"""(() => {
  const wrong = [], least = 8.99;
  const pictures = [...document.querySelectorAll('svg.dotgrad')];
  if (pictures.length === 0) wrong.push('there is no picture');
  for (const svg of pictures) {
    const box = svg.parentElement, r = svg.getBoundingClientRect(), b = box.getBoundingClientRect();
    const natural = svg.width.baseVal.value;
    const size = parseFloat(svg.getAttribute('font-size')) * r.width / svg.viewBox.baseVal.width;
    const readable = Math.min(natural, natural * least / (parseFloat(svg.getAttribute('font-size')) * 4 / 3));
    if (size < least && r.width < natural - 1) wrong.push(svg.id + ' has text of ' + size.toFixed(1) + ' px');
    if (b.width < Math.min(140, natural)) wrong.push(svg.id + ' is seen through ' + b.width + ' px');
    if (box.clientWidth >= readable && r.width > box.clientWidth + 1)
      wrong.push(svg.id + ' scrolls, and would be readable without');
    // what lies outside of the box is reached by scrolling it, to the right
    if (r.right > b.right + 1 && !['auto', 'scroll'].includes(getComputedStyle(box).overflowX))
      wrong.push(svg.id + ' is cut off');
    if (r.left < b.left - 1) wrong.push(svg.id + ' is cut off on its left');
    for (let e = box.parentElement; e && e !== document.body; e = e.parentElement) {
      const clips = !['visible', 'auto', 'scroll'].includes(getComputedStyle(e).overflowX);
      if (clips && b.right > e.getBoundingClientRect().right + 1)
        wrong.push(svg.id + ' is cut off by <' + e.tagName + ' class=' + e.className + '>');
    }
  }
  // the page is not wider than it would be without them
  const more = () => Math.max(0, document.scrollingElement.scrollWidth - innerWidth);
  const scrolled = () => [...document.querySelectorAll('*')].filter(e => !e.matches('.dotgrad-picture, svg, svg *') &&
    ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)).map(e => [e, e.scrollWidth - e.clientWidth]);
  const wide = more(), inside = scrolled();
  for (const svg of pictures) svg.style.display = 'none';
  if (wide > more()) wrong.push('the pictures widen the page by ' + (wide - more()));
  for (const [e, n] of inside)
    if (n > 1 && n > e.scrollWidth - e.clientWidth && innerWidth > 1000)
      wrong.push('the pictures widen <' + e.tagName + ' class=' + e.className + '> by ' + n);
  for (const svg of pictures) svg.style.display = '';
  return wrong;
})()"""

WORDS = r"""[...document.querySelectorAll('svg.dotgrad text')].map(t => t.textContent).join(' ').split(/\s+/)"""


def on_paper(words, pdf):
    """The words of the pictures that are not on the paper, and those outside of its pages."""
    with tempfile.NamedTemporaryFile(suffix='.pdf') as file:
        file.write(pdf)
        file.flush()
        text = subprocess.run(['pdftotext', '-bbox', file.name, '-'], check=True, capture_output=True).stdout.decode()
    seen, width, height, outside = [], 0, 0, 0
    for line in text.splitlines():
        page = re.search(r'<page width="([\d.]+)" height="([\d.]+)"', line)
        word = re.search(r'xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*)</word>', line)
        if page:
            width, height = float(page[1]), float(page[2])
        elif word:
            left, top, right, bottom = (float(word[i]) for i in range(1, 5))
            if left < -1 or top < -1 or right > width + 1 or bottom > height + 1:
                outside += 1
            seen.append(word[5])
    # words may run together where they are close
    seen = ' '.join(seen)
    counts = collections.Counter(word for word in words if re.fullmatch(r'-?\d+\.\d+', word))
    missing = [word for word, n in counts.items() if seen.count(word) < n]
    return missing, outside


def look(browser, page):
    browser.load(page)
    words = []
    for width in (1280, 390):
        browser.set_width(width)
        for problem in browser.value(LOOK):
            yield f'{width}: {problem}'
        words = browser.value(WORDS)
    missing, outside = on_paper(words, browser.print())
    if missing:
        yield f"on paper are not: {' '.join(sorted(missing)[:8])}"
    if outside:
        yield f'{outside} words are beside the paper'


def main():
    kind, command, pages = sys.argv[1], sys.argv[2], sys.argv[3:]
    n = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = {'chromium': browsers.Chromium, 'firefox': browsers.Firefox}[kind](command, profile)
        try:
            for page in pages:
                for problem in look(browser, page):
                    print(f'{page}: {kind}: {problem}')
                    n += 1
        finally:
            browser.end()
    return 1 if n else 0


sys.exit(main())
