"""The key of the seal in a hardware module, named by a `pkcs11:` address (RFC 7512).

Loads python-pkcs11, which only a site with such a module has: import it where there is such an address.
"""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pkcs11
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

logger = logging.getLogger(__name__)


def signer_at(address: str, pin: str) -> PKCS11Signer:
    """Open a token by its address: `pkcs11:token=NAME;object=LABEL?module-path=/path/of/the/module.so`."""
    parts = urlsplit(address).path.split(";")
    named = {name: unquote(value) for name, _equals, value in (part.partition("=") for part in parts)}
    session = open_pkcs11_session(_path_of(address), token_criteria=TokenCriteria(label=named["token"]), user_pin=pin)
    # Raw: the module signs a digest made here. Not every module can make one itself.
    return PKCS11Signer(session, cert_label=named["object"], key_label=named["object"], use_raw_mechanism=True)


def made_again_if_it_was_started_anew(make: Callable[[], Any], address: str, forget: Callable[[], None]) -> Any:
    """Return what `make` makes; where the module was started anew meanwhile, `forget` what was open in it, open that anew and make it then."""
    try:
        return make()
    except pkcs11.PKCS11Error as error:
        logger.error("The module of the seal's key did not serve us (%s): it is opened anew.", type(error).__name__)
        forget()
        pkcs11.lib(_path_of(address)).reinitialize()  # as a new process finds it
        return make()


def _path_of(address: str) -> str:
    (path,) = parse_qs(urlsplit(address).query)["module-path"]
    return path
