"""The picture of a record, for those who share a link to it: `/rounds/<slug>/card.png`."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from timeline import pictures
from timeline.models import Record
from timeline.views.forms import Form, each, has_forms
from timeline.views.pages import FAMILIES
from timeline.views.records import Gone, Moved, find, gone_page

PNG = "image/png"
PLAIN_FOR = 60  # seconds: by then the record's own picture may be there


def form_of(record: Record, **words: str) -> Form:
    """What is drawn of the record, or the card of the site."""
    return Form((pictures.picture_of(record) or pictures.plain()).png, PNG)


@has_forms(each(form_of))
@require_safe
def card(request: HttpRequest, family: str, slug: str) -> HttpResponse:
    """What is drawn of the record as it is now, never an older picture; until then the card of the site."""
    model = FAMILIES.get(family)
    if model is None or not model.url_name:
        raise Http404
    try:
        record = find(model, slug)
    except Moved as moved:
        return HttpResponsePermanentRedirect(f"{moved.url}card.png")
    except Gone as gone:
        return gone_page(request, gone.record)
    own = pictures.picture_of(record)
    shown = own or pictures.plain()
    etag = f'"{shown.digest}"'
    response = HttpResponse(shown.png, content_type=PNG, headers={"ETag": etag})
    if own:
        patch_cache_control(response, public=True, no_cache=True)  # ask each time: the answer is mostly 304
    else:
        patch_cache_control(response, public=True, max_age=PLAIN_FOR)
    return get_conditional_response(request, etag=etag, response=response) or response
