"""Browsers that tests look at pages with, in the protocols that they know by themselves."""

import base64
import html
import json
import os
import pathlib
import socket
import subprocess
import time


class Chromium:
    """Spoken to in the DevTools protocol over a pipe: JSON, each message ended by a zero byte."""

    def __init__(self, command, profile):
        to_read, to_write = os.pipe()
        from_read, from_write = os.pipe()

        def pipes():
            # duplicates above, so that neither is lost when the other takes its number
            a, b = os.dup(to_read), os.dup(from_write)
            a, b = (os.dup(a), os.dup(b)) if a < 5 or b < 5 else (a, b)
            os.dup2(a, 3)
            os.dup2(b, 4)

        options = ['--headless=new', '--remote-debugging-pipe', f'--user-data-dir={profile}', '--no-first-run',
                   '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars', '--disable-background-networking',
                   '--window-size=1200,900', '--force-renderer-accessibility']
        if os.getuid() == 0:
            options.append('--no-sandbox')
        self.process = subprocess.Popen([command, *options, 'about:blank'], close_fds=False, preexec_fn=pipes,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(from_write)
        self.out, self.input = to_write, from_read
        self.last, self.waiting, self.events, self.session = 0, b'', [], None
        self.open()

    def message(self):
        while b'\0' not in self.waiting:
            more = os.read(self.input, 1 << 20)
            if not more:
                raise RuntimeError('the browser has ended')
            self.waiting += more
        one, _, self.waiting = self.waiting.partition(b'\0')
        return json.loads(one)

    def call(self, method, **parameters):
        self.last += 1
        request = {'id': self.last, 'method': method, 'params': parameters}
        if self.session:
            request['sessionId'] = self.session
        data = json.dumps(request).encode() + b'\0'
        while data:
            data = data[os.write(self.out, data):]
        while True:
            answer = self.message()
            if answer.get('id') == self.last:
                if 'error' in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer['result']
            self.events.append(answer.get('method'))

    def open(self):
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        self.call('Page.enable')
        self.call('Accessibility.enable')

    def load(self, page):
        self.events.clear()
        self.call('Page.navigate', url=pathlib.Path(page).resolve().as_uri())
        while 'Page.loadEventFired' not in self.events:
            self.events.append(self.message().get('method'))

    def value(self, expression):
        result = self.call('Runtime.evaluate', expression=expression, returnByValue=True)
        if 'exceptionDetails' in result:
            raise RuntimeError(json.dumps(result['exceptionDetails'])[:500])
        return result['result'].get('value')

    def scheme(self, name):
        self.call('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': name}])

    def set_width(self, width):
        self.call('Emulation.setDeviceMetricsOverride', width=width, height=900, deviceScaleFactor=1, mobile=False)

    def too_wide(self, width):
        """By how much the page is wider than a window of this width."""
        self.set_width(width)
        more = self.value('document.scrollingElement.scrollWidth - innerWidth')
        self.call('Emulation.clearDeviceMetricsOverride')
        return more

    def print(self):
        """The page on paper, as the bytes of a PDF."""
        self.call('Emulation.clearDeviceMetricsOverride')
        return base64.b64decode(self.call('Page.printToPDF', preferCSSPageSize=True)['data'])

    def screenshot(self, path):
        size = self.call('Page.getLayoutMetrics')['cssContentSize']
        clip = {'x': 0, 'y': 0, 'width': size['width'], 'height': min(size['height'], 4000), 'scale': 1}
        data = self.call('Page.captureScreenshot', format='png', clip=clip, captureBeyondViewport=True)['data']
        with open(path, 'wb') as file:
            file.write(base64.b64decode(data))

    def names(self):
        """What a screen reader calls the pictures."""
        nodes = self.call('Accessibility.getFullAXTree')['nodes']
        return [n.get('name', {}).get('value', '') for n in nodes
                if not n.get('ignored') and n.get('role', {}).get('value') in
                ('image', 'img', 'graphics-document', 'GraphicsDocument', 'SvgRoot', 'figure', 'group')]

    def end(self):
        os.close(self.out)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Firefox:
    """Spoken to in the Marionette protocol over a socket: JSON, each message after its length and a colon. A
    window is never narrower than 500 pixels, so a page is in a frame."""

    def __init__(self, command, profile):
        self.profile = pathlib.Path(profile)
        (self.profile / 'user.js').write_text('user_pref("marionette.port", 0);\n')
        self.process = subprocess.Popen([command, '--headless', '--no-remote', '--marionette', '--profile', profile],
                                        env={**os.environ, 'HOME': profile}, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.last, self.waiting = 0, b''
        try:
            self.socket = socket.create_connection(('127.0.0.1', self.port()))
            self.message()
            self.call('WebDriver:NewSession')
        except BaseException:
            self.process.kill()
            raise

    def port(self):
        for _ in range(600):
            try:
                return int((self.profile / 'MarionetteActivePort').read_text())
            except (OSError, ValueError):
                time.sleep(0.1)
        raise RuntimeError('Firefox does not start')

    def receive(self, enough):
        while not enough():
            more = self.socket.recv(1 << 20)
            if not more:
                raise RuntimeError('the browser has ended')
            self.waiting += more

    def message(self):
        self.receive(lambda: b':' in self.waiting)
        size, _, self.waiting = self.waiting.partition(b':')
        self.receive(lambda: len(self.waiting) >= int(size))
        one, self.waiting = self.waiting[:int(size)], self.waiting[int(size):]
        return json.loads(one)

    def call(self, method, **parameters):
        self.last += 1
        request = json.dumps([0, self.last, method, parameters]).encode()
        self.socket.sendall(b'%d:' % len(request) + request)
        _, _, error, result = self.message()
        if error:
            raise RuntimeError(f"{method}: {error['message']}")
        return result

    def load(self, page):
        self.page = pathlib.Path(page).resolve().as_uri()
        frame = self.profile / 'frame.html'
        frame.write_text('<!doctype html><style>body { margin: 0 } iframe { border: 0; height: 900px }</style>'
                         f'<iframe src="{html.escape(self.page)}"></iframe>')
        self.call('WebDriver:SetWindowRect', width=1400, height=1000)
        self.call('WebDriver:Navigate', url=frame.as_uri())

    def value(self, expression):
        return self.call('WebDriver:ExecuteScript', script='return ' + expression, args=[])['value']

    def set_width(self, width):
        self.call('WebDriver:SwitchToParentFrame')
        self.value(f"document.querySelector('iframe').style.width = '{width}px'")
        self.call('WebDriver:SwitchToFrame', id=0)

    def print(self):
        """The page on paper, as the bytes of a PDF."""
        self.call('WebDriver:SwitchToParentFrame')
        self.call('WebDriver:Navigate', url=self.page)
        return base64.b64decode(self.call('WebDriver:Print')['value'])

    def end(self):
        self.socket.close()
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
