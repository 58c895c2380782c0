"""What a client needs for TLS. Loaded only when TLS is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import ssl


class Certificates(NamedTuple):
    """Files in PEM form. With `verify` off any server is believed."""

    authority: str = ""
    certificate: str = ""
    key: str = ""
    verify: bool = True

    def context(self) -> ssl.SSLContext:
        """Raises: ValueError for files that hold something else."""
        import ssl  # noqa: PLC0415  (slow to load)

        try:
            context = ssl.create_default_context(cafile=self.authority or None)
        except ssl.SSLError:
            raise ValueError("ca.pem seems invalid") from None
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if self.certificate and self.key:
            try:
                context.load_cert_chain(self.certificate, self.key)
            except ssl.SSLError as error:
                raise ValueError(f"tls: {error.reason or error}".lower()) from None
        return context
