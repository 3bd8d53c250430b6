"""What a monitor or a load balancer asks: whether the process runs, and whether it can answer readers."""

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from timeline.models import ContentVersion

RETRY_AFTER = "5"  # seconds: what a restart of PostgreSQL takes


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """Asks nobody: while this answers, restarting the process would help nothing."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    try:
        version = ContentVersion.current()
    except (DatabaseError, InterfaceError):
        return JsonResponse({"database": "down"}, status=503, headers={"Retry-After": RETRY_AFTER})
    return JsonResponse({"database": "up", "content_version": version})
