"""integrations_browser.py CHROMIUM FOLDER PAGE...: looks at pages of pictures as readers do, in light and in
dark, and writes screenshots NAME-light.png and NAME-dark.png into FOLDER. What is wrong is written to standard
output.
A PAGE is PATH, or PATH=follows where its pictures follow the page (dotgrad.css), else the reader; or
PATH=follows,fits where the page must fit a narrow window, too."""

import os
import pathlib
import sys
import tempfile

from browsers import Chromium

# In the page: what is wrong with it, as a list of texts.
LOOK = r'''(() => {
  const wrong = [];
  document.documentElement.style.scrollBehavior = 'auto';
  const ids = new Set();
  for (const e of document.querySelectorAll('[id]')) {
    if (ids.has(e.id)) wrong.push('the id ' + e.id + ' is there twice');
    ids.add(e.id);
  }
  const pictures = [...document.querySelectorAll('svg.dotgrad')];
  if (pictures.length === 0) wrong.push('there is no picture');
  for (const svg of pictures) {
    svg.scrollIntoView({block: 'center'});
    const box = svg.getBoundingClientRect();
    if (box.width < 50 || box.height < 10) wrong.push(svg.id + ' is ' + box.width + ' by ' + box.height);
    if (svg.parentElement.scrollWidth > svg.parentElement.clientWidth + 1 &&
        !['auto', 'scroll'].includes(getComputedStyle(svg.parentElement).overflowX))
      wrong.push(svg.id + ' is cut off');
    for (const value of svg.querySelectorAll('g.dg-value')) {
      const frame = value.querySelector('rect') && value.querySelector('rect').getBBox(); // a wire has none
      for (const text of value.querySelectorAll('text')) {
        if (!frame || !text.textContent) continue;
        const t = text.getBBox();
        if (t.x < frame.x - 1 || t.x + t.width > frame.x + frame.width + 1)
          wrong.push(value.id + ': "' + text.textContent + '" leaves its box');
      }
      if (!(value.querySelector('title') || {}).textContent) wrong.push(value.id + ' has no title to hover');
    }
    // what is under the pointer, in the middle of a value that can be seen
    for (const value of svg.querySelectorAll('g.dg-value')) {
      const r = (value.querySelector('rect') || value.querySelector('.dg-data tspan') || value.querySelector('.dg-data')).getBoundingClientRect();
      const x = r.x + r.width / 2, y = r.y + r.height / 2;
      if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
      const shown = svg.parentElement.getBoundingClientRect();
      if (x < shown.left || x > shown.right) continue;
      const hit = document.elementFromPoint(x, y);
      if (!hit || hit.closest('g.dg-value') !== value) {
        const what = hit ? hit.tagName + '.' + (hit.className.baseVal || hit.className || '') : 'nothing';
        wrong.push(value.id + ': the pointer meets ' + what);
      }
    }
  }
  for (const link of document.querySelectorAll('a[href^="#"]')) {
    const id = decodeURIComponent(link.getAttribute('href').slice(1));
    if (!id || id.startsWith('/')) continue;
    const target = document.getElementById(id);
    if (!target) { wrong.push('the link #' + id + ' leads nowhere'); continue; }
    link.click();
    const r = target.getBoundingClientRect();
    if (location.hash.slice(1) !== link.getAttribute('href').slice(1))
      wrong.push('the link #' + id + ' does not work');
    else if (r.bottom < -1 || r.top > innerHeight)
      wrong.push('the link #' + id + ' does not bring its target into view');
  }
  return wrong;
})()'''

COLOURS = r'''(() => [...document.querySelectorAll('svg.dotgrad')].map(svg =>
  [...svg.querySelectorAll('rect, ellipse, text, .dg-edge path')].map(e =>
    getComputedStyle(e).fill + ' ' + getComputedStyle(e).stroke).join(';')))()'''

# Sets what a page with two appearances sets.
SCHEME = "document.documentElement.style.colorScheme = '%s'"

CONTRAST = r'''(() => {
  // The least contrast of a text with the box that it is in.
  const light = colour => {
    const c = colour.match(/[\d.]+/g).slice(0, 3).map(x => x / 255)
      .map(x => x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
  };
  let least = 99;
  for (const text of document.querySelectorAll('svg.dotgrad .dg-value text')) {
    const a = light(getComputedStyle(text).fill);
    const box = text.closest('.dg-value').querySelector('rect');
    if (!box) continue;
    const b = light(getComputedStyle(box).fill);
    least = Math.min(least, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return least;
})()'''


# Whether the page is dark behind the pictures, and whether they are.
DARKNESS = r'''(() => {
  const dark = colour => {
    const [r, g, b] = colour.match(/[\d.]+/g).map(Number);
    return 0.3 * r + 0.6 * g + 0.1 * b < 100;
  };
  return [...document.querySelectorAll('svg.dotgrad')].map(svg => {
    let e = svg.parentElement, behind = null;
    for (; e && behind === null; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (!/, 0\)$/.test(colour)) behind = dark(colour);
    }
    if (behind === null)
      behind = getComputedStyle(document.documentElement).colorScheme.includes('dark') &&
        matchMedia('(prefers-color-scheme: dark)').matches;
    return [behind, !dark(getComputedStyle(svg.querySelector('.dg-value text')).fill)];
  });
})()'''


def look(browser, page, folder, follows, fits):
    browser.scheme('light')
    browser.load(page)
    yield from browser.value(LOOK)
    titles = browser.value("[...document.querySelectorAll('svg.dotgrad > title')].map(e => e.textContent)")
    names = browser.names()
    for title in titles:
        if not any(name.startswith(title) for name in names):
            yield f'no picture is called {title!r} by a screen reader, but {names}'
    browser.value('scrollTo(0, 0)')
    # Wide pictures scroll by themselves; who reads must not scroll every line.
    for width in (1200, 900) if fits else ():
        if browser.too_wide(width) > 0:
            yield f'in a window of {width} pixels the page is too wide by {browser.too_wide(width)}'

    name = os.path.join(folder, os.path.basename(os.path.dirname(page)) + '-' + pathlib.Path(page).stem)
    light = browser.value(COLOURS)
    browser.screenshot(name + '-light.png')
    browser.scheme('dark')
    dark = browser.value(COLOURS)
    if follows:
        for behind, picture in browser.value(DARKNESS):
            if behind != picture:
                yield f"a picture is {'dark' if picture else 'light'} in a page that is {'dark' if behind else 'light'}"
    if follows and dark == light:
        browser.value(SCHEME % 'light dark')
        browser.value("document.body.style.background = 'Canvas'; document.body.style.color = 'CanvasText'")
        dark = browser.value(COLOURS)
    if not light:
        yield 'there are no colours to compare'
    for a, b in zip(light, dark):
        if a == b:
            yield 'a picture is the same in light and dark'
    if browser.value(CONTRAST) < 3:
        yield f'the contrast in the dark is only {browser.value(CONTRAST):.1f}'
    browser.screenshot(name + '-dark.png')
    browser.scheme('light')
    if browser.value(CONTRAST) < 3:
        yield f'the contrast in the light is only {browser.value(CONTRAST):.1f}'


def main():
    command, folder, pages = sys.argv[1], sys.argv[2], sys.argv[3:]
    n = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Chromium(command, profile)
        try:
            for page in pages:
                path, _, how = page.partition('=')
                for problem in look(browser, path, folder, 'follows' in how, 'fits' in how):
                    print(f'{path}: {problem}')
                    n += 1
        finally:
            browser.end()
    return 1 if n else 0


sys.exit(main())
