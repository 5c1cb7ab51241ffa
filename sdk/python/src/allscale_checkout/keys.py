"""
Tells keys and secrets apart by their form: `st_live_…` and `st_test_…`, `st_live_secret_…` and `st_test_secret_…`. Older ones are `st_` and
hexadecimal digits: an identifier has 32, a secret 64.
"""

import re
from typing import NamedTuple, Optional

_FORM = re.compile(r"st_(?:(live|test)_)?(?:secret_)?([0-9a-f]{32}|[0-9a-f]{64})")


class _Form(NamedTuple):
    mode: Optional[str]
    is_secret: bool


def _form_of(text: str) -> Optional[_Form]:
    match = _FORM.fullmatch(text.strip())
    return _Form(match[1], len(match[2]) == 64) if match else None


def pair_problem(api_key: str, api_secret: str) -> Optional[str]:
    """What is wrong with a pair, or None. Texts of another form pass: the server judges them."""
    key, secret = _form_of(api_key), _form_of(api_secret)
    if key and key.is_secret:
        is_swapped = secret is not None and not secret.is_secret
        return "api_key and api_secret are swapped" if is_swapped else "api_key is a secret, not the identifier of a key"
    if secret and not secret.is_secret:
        return "api_secret is the identifier of a key, not its secret"
    if key and secret and key.mode and secret.mode and key.mode != secret.mode:
        return f"api_key is of a {key.mode} store, api_secret of a {secret.mode} one"
    return None
