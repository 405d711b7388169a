"""What attempts to deliver add to the metrics."""

from collections.abc import Callable

from rasad_core.documents.matches import Attempt, Delivery
from rasad_core.runtime.metrics import Metrics


def counting(metrics: Metrics) -> Callable[[Delivery, Attempt], None]:
    """Give the `observe` of a sender."""

    def observe(delivery: Delivery, attempt: Attempt) -> None:
        metrics.attempted(delivery.channel, attempt.outcome)
        if attempt.outcome == "delivered" and delivery.published is not None:
            metrics.delivered(delivery.published, attempt.at)

    return observe
