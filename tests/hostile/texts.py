"""What people who mean harm write into fields and addresses. `MARK` is in all that could be seen again in an answer."""

MARK = "zq9"
ELSEWHERE = f"{MARK}.example"

SCRIPTS = (
    f'"><script>{MARK}()</script>',
    f"'><img src=x onerror={MARK}()>",
    f"<svg/onload={MARK}()>",
    f"</title></textarea></script><script>{MARK}()</script>",
    f"--><!--<script>{MARK}()</script>",
    f"]]><script>{MARK}()</script>",
    f'" onfocus="{MARK}()" autofocus="',
    f"' style='background:url(//{ELSEWHERE})' x='",
    f'<a href="javascript:{MARK}()">a</a>',
    f"[a](javascript:{MARK}()) ![a](https://{ELSEWHERE}/a.png) <javascript:{MARK}()>",
    f"[a](data:text/html,<script>{MARK}()</script>)",
    f'<iframe srcdoc="<script>{MARK}()</script>"></iframe>',
    f'<form action="https://{ELSEWHERE}"><input name=a>',
    f'<base href="https://{ELSEWHERE}/"><meta http-equiv=refresh content="0;url=https://{ELSEWHERE}">',
    f"&lt;script&gt;{MARK}()&lt;/script&gt;",
    f"\\u003cscript\\u003e{MARK}()",
    f"{{{{ {MARK} }}}}{{% debug %}}${{{MARK}}}",
    f"+ADw-script+AD4-{MARK}()",
    f"<math><mtext><table><mglyph><style><img src=x onerror={MARK}()>",
)
ADDRESSES = (
    f"javascript:{MARK}()",
    f"JaVaScRiPt:{MARK}()",
    f"\tjava\nscript:{MARK}()",
    f"data:text/html,<script>{MARK}()</script>",
    f"vbscript:{MARK}()",
    f"//{ELSEWHERE}/",
    f"/\\{ELSEWHERE}/",
    f"\\\\{ELSEWHERE}",
    f"https://{ELSEWHERE}/",
    f"https:{ELSEWHERE}",
    f"http://127.0.0.1:1/{MARK}",
    f"http://a@{ELSEWHERE}/",
    "file:///etc/passwd",
    "../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
)
HEADERS = (
    f"a\r\nX-{MARK}: 1",
    f"a\nSet-Cookie: {MARK}=1",
    f"\r\n\r\n<script>{MARK}()</script>",
    f"a\u560a\u560dX-{MARK}: 1",  # whose low bytes are a line's end
)
QUERIES = (
    f"' OR '1'='1' -- {MARK}",
    f'"; DROP TABLE timeline_event; -- {MARK}',
    f"1) UNION SELECT password FROM auth_user -- {MARK}",
    f"{MARK}%' ESCAPE '_",
    f"{MARK}* NEAR( OR AND NOT",
    f'"{MARK}',
    f"({MARK}",
    f"kind:{MARK} -{MARK} {MARK}:{MARK}",
    "*",
    "-",
    "^" * 300,
    '"' * 301,
    "(" * 2_000,
    ":&|!<->*\\",
)
NUMBERS = (
    "-1",
    "0",
    "9" * 19,
    "9" * 400,
    "-" + "9" * 5_000,
    "1e309",
    "NaN",
    "Infinity",
    "0x41",
    "1_000",
    "٣",
    "２０２４",
    "½",
    "1.5",
    " 7 ",
)
# What is understood, and leads to where something is divided, counted down or too large for a column.
PLAIN_NUMBERS = tuple(
    str(number) for number in (*range(1_000), *(2**bits + more for bits in (15, 31, 32, 63) for more in (-1, 0, 1)))
)
DATES = (
    "2024-13-45",
    "9999-12-31",
    "10000-01-01",
    "0000-00-00",
    "-2024",
    "2024-02-30",
    "2024-05-21/..",
    "y" + "9" * 60,
)
LETTERS = (
    "\x00",
    f"{MARK}\x00{MARK}",
    f"{MARK}\ud800",
    f"\udfff\ud800{MARK}",
    f"\u202e{MARK}\u202d",
    "\ufeff\u200b\u2028\u2029",
    "\x01\x08\x0b\x0c\x1f\x7f\x85",
    "\ufffe\uffff\U0010ffff",
    "é" + "\u0301" * 3_000,
    "ﷺ" * 400,  # eighteen letters each, once it is normalised
    "İıſß",
    "가" * 900,
    "\u1100\u1161" * 500,
    "😀" * 700,
    MARK * 34_000,
    " " * 5_000,
    "a " * 2_000,
    "",
)
NESTED = ("[" * 20_000, '{"a":' * 20_000, "<a>" * 20_000, "> " * 3_000, "*a **" * 3_000, "[" * 3_000 + "](" * 3_000)
TEXTS = (*SCRIPTS, *ADDRESSES, *HEADERS, *QUERIES, *NUMBERS, *DATES, *LETTERS, *NESTED)

# Percent signs that say no letter, and bytes that are no UTF-8: they stand in addresses as they are.
BROKEN = (
    "%",
    "%zz",
    "%u0041",
    "%ff%fe",
    "%c0%af",
    "%ed%a0%80",
    "%f4%90%80%80",
    "%00",
    "%0d%0aX-Zq9:%201",
    "\xff\xc0",
    "%2500",
)
