"""One client for a program, and what its errors mean to us."""

from collections.abc import Iterator
from contextlib import contextmanager

from elasticsearch import ApiError, Elasticsearch, TransportError

from rasad_core.adapters.elasticsearch.access import ElasticsearchAccess
from rasad_core.errors import Unavailable

__all__ = ["Elasticsearch", "connect", "explained"]

# A search that takes longer is of use to nobody; a bulk request is repeated by its caller.
REQUEST_TIMEOUT_SECONDS = 30.0
_RETRY_AFTER_SECONDS = 1.0
# Too much asked of it, no node that may answer, a shard on its way to another node; and a password
# or a right that somebody mends while events wait, instead of their becoming dead letters.
_PASSING = frozenset({401, 403, 429, 502, 503, 504})


def connect(access: ElasticsearchAccess) -> Elasticsearch:
    """Give a client for any threads; nothing is sent yet.

    It repeats nothing by itself: whoever writes has to know whether an answer was lost.
    """
    basic = None
    if access.username is not None and access.password is not None:
        basic = (access.username, access.password)
    secured = any(url.startswith("https://") for url in access.urls)
    return Elasticsearch(
        list(access.urls),
        basic_auth=basic,
        api_key=access.api_key,
        ca_certs=access.ca_file if secured and access.ca_file else None,  # type: ignore[arg-type]
        request_timeout=REQUEST_TIMEOUT_SECONDS,
        max_retries=0,
        http_compress=False,
    )


@contextmanager
def explained() -> Iterator[None]:
    """Raise `Unavailable` where waiting may help; other errors of the server pass."""
    try:
        yield
    except ApiError as error:
        if error.status_code not in _PASSING:
            raise
        raise _away(error) from error
    except TransportError as error:
        raise _away(error) from error


def _away(error: Exception) -> Unavailable:
    message = f"Elasticsearch does not answer: {error}"
    return Unavailable(message, retry_after_seconds=_RETRY_AFTER_SECONDS)
