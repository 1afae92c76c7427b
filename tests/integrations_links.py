"""integrations_links.py SITE: whether each link and each image in the HTML pages of a folder leads to a file there,
and to an id in it. What is wrong is written to standard output."""

import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import html5lib


def main():
    site = Path(sys.argv[1]).resolve()
    ids, links, wrong = {}, [], 0
    for page in sorted(site.rglob('*.html')):
        root = html5lib.parse(page.read_bytes(), treebuilder='etree')
        known = ids[page] = set()
        for element in root.iter():
            if not isinstance(element.tag, str):
                continue
            known.update(element.attrib[name] for name in ('id', 'name') if name in element.attrib)
            for name in ('href', 'src'):
                if name in element.attrib:
                    links.append((page, element.attrib[name]))
    for page, link in links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        if target.is_dir():
            target /= 'index.html'
        if not target.exists() or site not in target.parents:
            print(f'{page.relative_to(site)}: {link} leads nowhere')
            wrong += 1
        elif parts.fragment and target in ids and unquote(parts.fragment) not in ids[target]:
            print(f'{page.relative_to(site)}: {link} has no such place')
            wrong += 1
    print(f'{len(links)} links in {len(ids)} pages')
    return 1 if wrong or not links else 0


sys.exit(main())
